"""The form for deciding a dispute: per question the answer, the objection, and the decision."""

import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.life.revising import differs
from qm.core.problems import BadInput
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import State
from qm.core.text import MOST_LETTERS
from qm.store.tables import DisputedQuestion
from qm.ui import theme, wording
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.here import Here, show_problems
from qm.ui.life.answer_inputs import answer_input, forget, rehearsal_of, value_alone
from qm.ui.life.disputing import show_answer
from qm.ui.life.revisions import delta_pill
from qm.ui.life.timeline import moved
from qm.workflow.disputes import Decision, decide_dispute, pass_on
from qm.workflow.evaluations import Reading, read_evaluation
from qm.workflow.life_reading import Life, Objection


def show_deciding(page: Here, life: Life, objection: Objection) -> None:
    """Offer to uphold or change each disputed answer, or to pass the dispute on."""
    _form(page, life, objection)


@st.fragment
def _form(page: Here, life: Life, objection: Objection) -> None:
    _ = page._
    reading = read_evaluation(page.engine, page.actor, life.evaluation.id or 0)
    key = f"decide-{objection.dispute.id}"
    on = rehearsal_of(key, reading)
    theme.row(theme.words(_("Decide the dispute"), "strong"))
    decisions = {
        each.question_id: _question(page, life, reading, on, each) for each in objection.questions
    }
    if "change" in life.may:
        decisions |= _asked_now(page, reading, on, set(decisions))
        _preview(page, reading, on)
    label = _("In a sentence, for everybody concerned (optional)")
    comment = st.text_area(label, key=f"{key}-all-{page.language}", max_chars=MOST_LETTERS)
    with st.container(horizontal=True):
        is_decided = st.button(_("Decide"), type="primary", key=f"{key}-decide")
        is_passed = "pass_on" in life.may and st.button(_("Pass on"), key=f"{key}-pass")
    if is_decided:
        _decide(page, objection, decisions, comment, key)
    elif is_passed:
        _pass_on(page, objection, comment)


def _question(
    page: Here, life: Life, reading: Reading, on: Rehearsal, asked: DisputedQuestion
) -> Decision:
    _ = page._
    question = reading.form.question(asked.question_id)
    if question is None:
        return Decision("")
    with st.container(border=True):
        number = page.number(reading.form.number_of(question.id), 0)
        theme.line(number, question.text.in_language(page.language))
        show_answer(page, reading, question)
        theme.row(theme.words(_("The agent says"), "mute"))
        theme.quote(wording.masked(_, asked.reason))
        if "change" in life.may:
            answer_input(page, question, on)
        given = on.answer(question.id)
        is_changed = differs(given, reading.answers.get(question.id, Answer()))
        said = _("The answer changes") if is_changed else _("The answer stands")
        theme.row(theme.pill(said, "accent" if is_changed else "plain"))
        key = on.widget(f"why-{page.language}", question.id)
        reason = st.text_area(_("Why"), key=key, max_chars=MOST_LETTERS, height=80)
    return Decision(reason, value_alone(given) if is_changed else None)


def _asked_now(
    page: Here, reading: Reading, on: Rehearsal, decided: set[str]
) -> dict[str, Decision]:
    """Offer the questions that the form asks only because of what changes."""
    card = score(on.form, on.answers, on.facts)
    found: dict[str, Decision] = {}
    for question in on.form.questions():
        was_asked = reading.scorecard.states[question.id] is not State.HIDDEN
        if was_asked or question.id in decided or card.states[question.id] is State.HIDDEN:
            continue
        with st.container(border=True):
            theme.row(
                theme.words(question.text.in_language(page.language)),
                theme.pill(page._("asked because of the change"), "warn"),
            )
            answer_input(page, question, on)
        given = on.answer(question.id)
        if given.is_given or given.not_applicable:
            found[question.id] = Decision("", value_alone(given))
    return found


def _preview(page: Here, reading: Reading, on: Rehearsal) -> None:
    before, after = reading.scorecard.percent, score(on.form, on.answers, on.facts).percent
    if before is None or after is None or before == after:
        return
    theme.row(
        theme.words(page._("Score after your decision"), "mute"),
        theme.words(moved(page, float(before), float(after)), "strong"),
        delta_pill(page, float(after - before)),
    )


def _decide(
    page: Here, objection: Objection, decisions: dict[str, Decision], comment: str, key: str
) -> None:
    try:
        after = decide_dispute(
            page.engine,
            page.actor,
            objection.dispute.id or 0,
            decisions,
            comment,
            now=page.now(),
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    forget(key)
    st.query_params["evaluation"] = str(after.id)
    st.rerun()


def _pass_on(page: Here, objection: Objection, comment: str) -> None:
    try:
        pass_on(page.engine, page.actor, objection.dispute.id or 0, comment, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.rerun()
