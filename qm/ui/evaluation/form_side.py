"""The right side of the evaluation page: the form, and below it the score with what to do."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qm.core.forms.completeness import lacks
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard
from qm.core.text import MOST_LETTERS
from qm.ui import cut_off, theme
from qm.ui.coaching.note_entry import note_entry
from qm.ui.evaluation.answering import show_in
from qm.ui.evaluation.entry import Entry, forget_entry
from qm.ui.evaluation.flow import go_on, submit
from qm.ui.evaluation.form_pane import form_pane
from qm.ui.evaluation.keys import answer_keys
from qm.ui.evaluation.open_points import open_points
from qm.ui.evaluation.score_pane import score_pane
from qm.ui.evaluation.top_line import saved_line
from qm.ui.here import Here, here, show_problems
from qm.ui.player.evidence import pin_target
from qm.ui.sampling.unsuitable import told, unsuitable
from qm.workflow.evaluations import Workspace

PANE_HEIGHT_PX = 560  # makes it scroll; the style sheet fits it to the window


@st.fragment
def form_side(workspace: Workspace, entry: Entry, saved: DeltaGenerator) -> None:
    """Show the form and the score; it reruns alone, so that an answer shows its score at once.

    `saved` is the place in the top line that tells when the draft was saved.
    """
    with cut_off.drawn_whole("form"):
        _draw(workspace, entry, saved)
        cut_off.fields_have_values()


def _draw(workspace: Workspace, entry: Entry, saved: DeltaGenerator) -> None:
    page, form = here(), workspace.form
    if st.session_state.get(f"submit-{entry.assignment_id}"):  # before it is all drawn once more
        submit(page, entry)
    card = score(form, entry.answers, entry.facts)
    saved_line(page, entry, saved)
    with theme.card("form"):
        answer_keys(page, form, card, entry)
        pin_target("")
        if entry.refused is not None:
            show_problems(page, entry.refused)
        pane = f"questions-{entry.assignment_id}"
        with st.container(height=PANE_HEIGHT_PX, border=False, key=pane):
            form_pane(page, form, card, entry)
            _coaching(page, entry)
            note_entry(page, entry)
    with theme.card("score"):
        score_pane(page, form, card, entry.answers)
        _actions(page, card, entry)


def _actions(page: Here, card: Scorecard, entry: Entry) -> None:
    missing = lacks(entry.form, entry.answers, card)
    open_points(page, entry.form, missing, entry.misfits)
    is_ready = not missing and not entry.misfits and entry.refused is None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        st.button(
            page._("Submit"),
            type="primary",
            disabled=not is_ready,
            key=f"submit-{entry.assignment_id}",
        )
        if st.button(page._("Draft"), key=f"draft-{entry.assignment_id}"):
            entry.save(page)
            st.toast(page._("The draft is saved; the clock stands until you go on."))
        done = unsuitable(page, entry.assignment_id) if page.actor.may("evaluate") else None
    if done is not None:
        st.session_state["notice"] = told(page, done)
        forget_entry(entry.assignment_id)
        go_on(page, done.assignment_id)


def _coaching(page: Here, entry: Entry) -> None:
    """Take the feedback on the whole interaction; it is saved with the draft."""
    key = f"coaching-{entry.assignment_id}"
    show_in(key, entry.coaching)
    st.text_area(
        page._("Coaching feedback for the agent"),
        key=key,
        placeholder=page._("What went well, what to do differently next time…"),
        max_chars=MOST_LETTERS,
        on_change=_coaching_changed,
        args=(page, entry, key),
    )


def _coaching_changed(page: Here, entry: Entry, key: str) -> None:
    entry.coaching = cut_off.entered(key)
    entry.save(page)
