"""What is being entered in this browser tab, saved at every change."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import streamlit as st

from qm.core.forms.answers import Evidence
from qm.core.problems import BadInput
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.here import Here
from qm.workflow.evaluations import Workspace, save_draft


@dataclass
class Entry(Rehearsal):
    """An analyst's answers to one assignment, and how far they are saved.

    Lines that are cited in the transcript become evidence of the `target` question.
    """

    can_cite: ClassVar[bool] = True

    assignment_id: int = 0
    coaching: str = ""
    saved: int = 0
    saved_at: datetime | None = None
    refused: BadInput | None = None

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
            key=str(assignment_id),
            form=workspace.form,
            answers=dict(workspace.answers),
            facts=workspace.facts,
            assignment_id=assignment_id,
            coaching=workspace.coaching,
            saved=workspace.saved,
            saved_at=workspace.saved_at,
        )
    entry: Entry = st.session_state[key]
    return entry
