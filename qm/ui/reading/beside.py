"""An agent's own evaluation beside the official one, question by question."""

import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.forms.questions import Question
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import answer_in_words
from qm.ui.here import Here
from qm.ui.life.revisions import delta_pill
from qm.ui.life.words import kind
from qm.workflow.own_comparing import Beside, Side, beside


def show_beside(page: Here, evaluation_id: int) -> None:
    """Show the evaluation beside its counterparts; nothing where there is none to read."""
    for pair in beside(page.engine, page.actor, evaluation_id):
        with theme.card(f"beside-{pair.official.evaluation.id}-{pair.own.evaluation.id}"):
            _head(page, pair)
            _answers(page, pair)
            _link(page, pair, evaluation_id)


def _head(page: Here, pair: Beside) -> None:
    _ = page._
    same = _("{same} of {all} questions answered alike").format(
        same=len(pair.asked) - len(pair.different), all=len(pair.asked)
    )
    theme.row(
        theme.words(_("Beside the official evaluation"), "strong"),
        theme.pill(kind(_, pair.own.evaluation.kind), "accent"),
        theme.words(pair.own.name.in_language(page.language), "mute"),
    )
    theme.row(
        theme.words(_scores(page, pair)),
        delta_pill(page, pair.delta),
        end=[theme.words(page.digits(same), "mute")],
    )


def _scores(page: Here, pair: Beside) -> str:
    return page._("official {official} · own {own}").format(
        official=page.number(pair.official.evaluation.percent, pair.form.places),
        own=page.number(pair.own.evaluation.percent, pair.form.places),
    )


def _answers(page: Here, pair: Beside) -> None:
    """Show the two answers to every question that was answered differently."""
    _ = page._
    for question in pair.form.questions():
        if question.id in pair.different:
            official = _answer(page, pair.official, question)
            own = _answer(page, pair.own, question)
            theme.line(
                page.digits(str(pair.form.number_of(question.id))),
                question.text.in_language(page.language),
                [
                    theme.pill(_("official: {answer}").format(answer=official)),
                    theme.pill(_("own: {answer}").format(answer=own), "accent"),
                ],
            )
            if comment := pair.own.answers.get(question.id, Answer()).comment:
                theme.quote(wording.masked(_, comment))


def _answer(page: Here, side: Side, question: Question) -> str:
    answer = side.answers.get(question.id, Answer())
    return answer_in_words(page, question, answer, side.card.states[question.id])


def _link(page: Here, pair: Beside, evaluation_id: int) -> None:
    """Lead from the one that is read to the other."""
    other = pair.own if pair.official.evaluation.id == evaluation_id else pair.official
    label = page._("Read the own evaluation")
    if other is pair.official:
        label = page._("Read the official evaluation")
    if st.button(label, key=f"beside-{other.evaluation.id}", type="tertiary"):
        st.query_params.from_dict({"evaluation": str(other.evaluation.id)})
        st.rerun()
