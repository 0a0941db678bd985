"""One evaluation, for whoever may read it: the interaction, the score, why, and what followed."""

import streamlit as st

from qm.core.problems import NotAllowed
from qm.core.quality.behind import Behind
from qm.ui import states, theme, wording
from qm.ui.coaching.note_writing import note_writing
from qm.ui.coaching.words import note_kind, note_kind_tone, note_state, note_state_tone
from qm.ui.evaluation.interaction_pane import interaction_pane
from qm.ui.evaluation.ledger import ledger
from qm.ui.evaluation.score_pane import score_pane
from qm.ui.here import Here
from qm.ui.life.panel import show_life
from qm.ui.reading.answers import show_answers, show_facts
from qm.ui.reading.beside import show_beside
from qm.ui.reading.words_shown import shown_words
from qm.ui.sampling.why import why
from qm.workflow.coaching import notes_of_evaluation
from qm.workflow.evaluations import Reading, read_evaluation


def show_evaluation(page: Here, evaluation_id: int) -> None:
    """Show an evaluation with all it rests on, or that there is none for the person."""
    _ = page._
    try:
        reading = read_evaluation(page.engine, page.actor, evaluation_id)
    except NotAllowed:
        _way_back(page)
        states.not_found(page, _("This evaluation does not exist or is not yours to read."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _way_back(page)
        why(page, reading.context.draw.id or 0, reading.context.interaction.id)
    left, right = st.columns([57, 43])
    with left, theme.card("interaction"):
        words = shown_words(page, reading)
        interaction_pane(page, reading.context, reading.form, words, reading.answers)
    with right:
        with theme.card("score"):
            score_pane(page, reading.form, reading.scorecard)
        show_life(page, evaluation_id)
        show_beside(page, evaluation_id)
        _feedback(page, reading)
        show_facts(page, reading)
        show_answers(page, reading)
        with st.expander(_("How the score came about")):
            ledger(page, reading.form, reading.scorecard, reading.answers)
            form = f"{reading.form.key} · sha256 {reading.evaluation.form_sha256[:12]}"
            st.caption(_("Form {form}").format(form=form))


def _way_back(page: Here) -> None:
    behind = Behind.read(st.query_params.to_dict())
    back = page._("All evaluations") if behind is None else page._("The evaluations of the number")
    if st.button(back, type="tertiary"):
        st.query_params.from_dict({} if behind is None else behind.address())
        st.session_state.pop("evaluation-list", None)
        st.rerun()


def _feedback(page: Here, reading: Reading) -> None:
    """Show the coaching notes that the person may read."""
    _ = page._
    with theme.card("feedback"):
        theme.row(theme.words(_("Coaching feedback"), "strong"))
        notes = notes_of_evaluation(page.engine, page.actor, reading.evaluation.id or 0)
        if notes.empty:
            st.caption(_("No feedback was written."))
        for note in notes.to_dict("records"):
            about = note["about"].in_language(page.language) if note["about"] else ""
            theme.row(
                theme.pill(note_kind(_, note["kind"]), note_kind_tone(note["kind"])),
                theme.words(about, "mute") if about else "",
                end=[theme.pill(note_state(_, note["state"]), note_state_tone(note["state"]))],
            )
            theme.quote(wording.masked(_, note["text"]))
        note_writing(page, reading)
