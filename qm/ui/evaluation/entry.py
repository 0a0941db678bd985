"""What is being entered in this browser tab, saved at every change."""

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from qm.core.answers import Answer, Evidence
from qm.core.problems import BadInput
from qm.ui.here import Here
from qm.workflow.evaluations import Workspace, save_draft


@dataclass
class Entry:
    """An analyst's answers to one assignment, and how far they are saved.

    `target` is the question that cited lines become evidence of.
    """

    assignment_id: int
    answers: dict[str, Answer] = field(default_factory=dict)
    coaching: str = ""
    saved: int = 0
    saved_at: datetime | None = None
    target: str | None = None
    refused: BadInput | None = None

    def answer(self, question_id: str) -> Answer:
        """Return the answer so far; an empty one where there is none."""
        return self.answers.get(question_id, Answer())

    def change(self, page: Here, question_id: str, **fields: object) -> None:
        """Change parts of an answer and save."""
        self.answers[question_id] = Answer.model_validate(
            self.answer(question_id).model_dump() | fields
        )
        self.save(page)

    def cite(self, page: Here, evidence: Evidence) -> None:
        """Add evidence to the target question's answer and save; the same line only once."""
        if self.target is None:
            return
        known = self.answer(self.target).evidence
        if all(item.segment != evidence.segment for item in known):
            self.change(page, self.target, evidence=(*known, evidence))

    def save(self, page: Here) -> None:
        """Save the draft; where another window saved since, keep that and say so."""
        try:
            now = page.now()
            self.saved = save_draft(
                page.engine,
                page.actor,
                self.assignment_id,
                self.answers,
                self.coaching,
                saved=self.saved,
                now=now,
            )
            self.saved_at = now
        except BadInput as refusal:
            self.refused = refusal


def entry_of(workspace: Workspace) -> Entry:
    """Return this tab's entry for an assignment, begun from the saved draft."""
    assignment_id = workspace.context.assignment.id or 0
    key = f"entry-{assignment_id}"
    if key not in st.session_state:
        st.session_state[key] = Entry(
            assignment_id,
            dict(workspace.answers),
            workspace.coaching,
            workspace.saved,
            workspace.saved_at,
        )
    entry: Entry = st.session_state[key]
    return entry
