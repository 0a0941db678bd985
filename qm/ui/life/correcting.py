"""The QA lead's form for correcting a published evaluation: a new revision, seen by everybody."""

import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.life.revising import differs
from qm.core.problems import BadInput
from qm.core.text import MOST_LETTERS
from qm.ui.evaluation.answer_words import called
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.here import Here, show_problems
from qm.ui.life.answer_inputs import answer_input, forget, rehearsal_of, value_alone
from qm.workflow.evaluation_life import correct_evaluation
from qm.workflow.evaluations import read_evaluation
from qm.workflow.life_reading import Life


def show_correcting(page: Here, life: Life) -> None:
    """Offer to put other answers in place of some, with the reason."""
    with st.expander(page._("Correct…")):
        _form(page, life.evaluation.id or 0)


@st.fragment
def _form(page: Here, evaluation_id: int) -> None:
    _ = page._
    st.caption(_("A correction is a new revision; the one before stays readable for everybody."))
    reading = read_evaluation(page.engine, page.actor, evaluation_id)
    key = f"correct-{evaluation_id}"
    on = rehearsal_of(key, reading)
    names = {
        question.id: f"{called(page, on.form, question.id)} "
        f"{question.text.in_language(page.language)}"
        for question in on.form.questions()
    }
    chosen = st.multiselect(
        _("Questions"),
        list(names),
        format_func=names.__getitem__,
        key=f"{key}-questions-{page.language}",
        placeholder=_("Choose…"),
    )
    for question in on.form.questions():
        if question.id in chosen:
            st.text(names[question.id])
            answer_input(page, question, on)
    reason = st.text_area(_("Why"), key=f"{key}-why-{page.language}", max_chars=MOST_LETTERS)
    if st.button(_("Correct"), type="primary", disabled=not chosen, key=f"{key}-do"):
        _correct(page, evaluation_id, _changes(on, chosen, reading.answers), reason, key)


def _changes(on: Rehearsal, chosen: list[str], before: dict[str, Answer]) -> dict[str, Answer]:
    return {
        question_id: value_alone(on.answer(question_id))
        for question_id in chosen
        if differs(on.answer(question_id), before.get(question_id, Answer()))
    }


def _correct(
    page: Here, evaluation_id: int, changes: dict[str, Answer], reason: str, key: str
) -> None:
    try:
        after = correct_evaluation(
            page.engine, page.actor, evaluation_id, changes, reason, now=page.now()
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    forget(key)
    st.query_params["evaluation"] = str(after.id)
    st.rerun()
