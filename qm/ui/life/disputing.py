"""The agent's form for disputing: each answer with its evidence, and why it is wrong."""

import streamlit as st

from qm.core.forms.questions import Question
from qm.core.problems import BadInput
from qm.core.text import MOST_LETTERS
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import answer_in_words
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.ui.player.evidence import evidence_lines
from qm.workflow.disputes import raise_dispute
from qm.workflow.evaluations import Reading, read_evaluation
from qm.workflow.life_reading import Life


def show_disputing(page: Here, life: Life) -> None:
    """Offer the form while the window is open."""
    with st.expander(page._("Dispute…")):
        _form(page, life.evaluation.id or 0)


@st.fragment
def _form(page: Here, evaluation_id: int) -> None:
    _ = page._
    st.caption(
        _(
            "Mark the answers that you hold to be wrong and say why. Somebody else than the "
            "evaluator decides each of them."
        )
    )
    reading = read_evaluation(page.engine, page.actor, evaluation_id)
    reasons: dict[str, str] = {}
    for question in reading.form.questions():
        if question.id in reading.answers:
            _question(page, reading, question, reasons)
    count = f" · {page.number(len(reasons), 0)}" if reasons else ""
    label = _("Dispute") + count
    if st.button(label, type="primary", disabled=not reasons, key="life-dispute"):
        try:
            raise_dispute(page.engine, page.actor, evaluation_id, reasons, now=page.now())
        except BadInput as refusal:
            show_problems(page, refusal)
        else:
            st.rerun()


def _question(page: Here, reading: Reading, question: Question, reasons: dict[str, str]) -> None:
    _ = page._
    number = page.number(reading.form.number_of(question.id), 0)
    text = question.text.in_language(page.language)
    state = reading.scorecard.states[question.id]
    said = answer_in_words(page, question, reading.answers[question.id], state)
    key = f"dispute-{reading.evaluation.id}-{question.id}"
    label = plain(f"{number}\u2002{text}")
    if not st.checkbox(f"{label} **{plain(said)}**", key=key):
        return
    with st.container(border=True):
        show_answer(page, reading, question)
        label = _("Why is this answer wrong?")
        reasons[question.id] = st.text_area(
            label, key=f"{key}-why-{page.language}", max_chars=MOST_LETTERS, height=80
        )


def show_answer(page: Here, reading: Reading, question: Question) -> None:
    """Show an answer with its comment and what it rests on."""
    answer = reading.answers[question.id]
    said = answer_in_words(page, question, answer, reading.scorecard.states[question.id])
    theme.row(theme.words(page._("Answer"), "mute"), theme.pill(said))
    if answer.comment:
        theme.quote(wording.masked(page._, answer.comment))
    evidence_lines(page, answer, reading.context.interaction.id)
