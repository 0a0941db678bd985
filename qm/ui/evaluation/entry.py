"""What is being entered in this browser tab, saved at every change."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import streamlit as st

from qm.core.coaching.notes import Notes
from qm.core.forms.answers import Evidence
from qm.core.forms.completeness import lacks
from qm.core.phrases.suggesting import Suggestion
from qm.core.problems import BadInput, NotAllowed
from qm.core.scoring.score import score
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.here import Here
from qm.ui.identity import is_signed_in
from qm.workflow.evaluations import Workspace, save_draft
from qm.workflow.my_work import note_active_s

_TOLERANCE_S = 3.0  # between the browser's clock and ours


@dataclass
class Entry(Rehearsal):
    """An analyst's answers to one assignment, and how far they are saved.

    What is cited in the transcript becomes evidence of a question. `refused` is why
    the last change was not saved; `active_s` are the seconds of work, as they were at
    `active_at`.
    """

    can_cite: ClassVar[bool] = True

    assignment_id: int = 0
    coaching: str = ""
    notes: Notes = ()
    saved: int = 0
    saved_at: datetime | None = None
    refused: BadInput | None = None
    active_s: float = 0.0
    active_at: datetime | None = None

    def cite(self, page: Here, evidence: Evidence, question_id: str) -> None:
        """Add evidence to the answer of a question and save; the same stretch only once.

        A question that the form does not have is that which is being worked on; without any it
        is told that one has to be chosen.
        """
        if any(question.id == question_id for question in self.form.everything_asked()):
            self.target = question_id
        if self.target is None:
            st.toast(page._("Choose a question first: answer it, or go to it with the ↓ key."))
            return
        known = self.answer(self.target).evidence
        if all(_place(item) != _place(evidence) for item in known):
            self.change(page, self.target, evidence=(*known, evidence))

    def note(self, page: Here, notes: Notes) -> None:
        """Put these notes for coaching in place of the old ones and save."""
        self.notes = notes
        self.save(page)

    def work(self, page: Here, reported_s: object) -> None:
        """Take the seconds of work that the browser counted, as far as they can be true."""
        now = page.now()
        since, self.active_at = self.active_at or now, now
        if not isinstance(reported_s, int | float) or not math.isfinite(reported_s):
            return
        most = self.active_s + (now - since).total_seconds() + _TOLERANCE_S
        counted = min(float(reported_s), most)
        if counted > self.active_s:
            self.active_s = counted
            note_active_s(page.engine, page.actor, self.assignment_id, counted)

    def save(self, page: Here) -> None:
        """Save the draft; where another window saved since, keep that and say so.

        Callbacks hold the page as it was: whoever was signed out meanwhile saves nothing.
        """
        if not is_signed_in(page.actor):
            return
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
                notes=self.notes,
                active_s=self.active_s,
            )
            self.saved_at = now
        except BadInput as refusal:
            self.refused = refusal
        except NotAllowed:  # taken away meanwhile: the page says so
            return


def _place(evidence: Evidence) -> tuple[int, float | None, float | None]:
    return evidence.segment, evidence.start_s, evidence.end_s


def entry_of(
    page: Here, workspace: Workspace, suggestions: Mapping[str, Suggestion] | None = None
) -> Entry:
    """Return this tab's entry for an assignment, begun from the saved draft."""
    assignment_id = workspace.context.assignment.id or 0
    key = _key(assignment_id)
    if key not in st.session_state:
        st.session_state[key] = Entry(
            key=str(assignment_id),
            form=workspace.form,
            answers=dict(workspace.answers),
            facts=workspace.facts,
            assignment_id=assignment_id,
            interaction_id=workspace.context.interaction.id,
            target=_first_open(workspace),
            coaching=workspace.coaching,
            notes=workspace.notes,
            saved=workspace.saved,
            saved_at=workspace.saved_at,
            active_s=workspace.active_s,
            active_at=page.now(),
        )
    entry: Entry = st.session_state[key]
    entry.suggestions = suggestions or {}
    return entry


def _first_open(workspace: Workspace) -> str | None:
    card = score(workspace.form, workspace.answers, workspace.facts)
    missing = lacks(workspace.form, workspace.answers, card)
    return missing[0].question_id if missing else None


def forget_entry(assignment_id: int) -> None:
    """Let the entry of an assignment begin anew from what the database holds."""
    st.session_state.pop(_key(assignment_id), None)


def _key(assignment_id: int) -> str:
    return f"entry-{assignment_id}"
