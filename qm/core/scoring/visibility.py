"""Which questions are asked: conditions worked out in the order in which they depend."""

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from qm.core.forms.answers import Answer, Answers
from qm.core.forms.conditions import (
    Answered,
    Condition,
    Facts,
    InteractionIs,
    Leaf,
    asked_questions,
    holds,
)
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import Question
from qm.core.scoring.scorecards import State

if TYPE_CHECKING:
    from qm.core.forms.form import Form

HAS_AN_ANSWER = {State.ANSWERED, State.OUTSIDE_CONTROL}


def conditions_of(form: "Form", question: Question) -> tuple[Condition, ...]:
    """Return what must hold for a question to be asked: its own condition and its sections'."""
    parts = form.part_of(question.id)
    return tuple(c for c in (*(part.when for part in parts), question.when) if c is not None)


def dependencies(form: "Form") -> dict[str, set[str]]:
    """Return, for every question and header field, whose answers decide whether it is asked."""
    return {
        question.id: {
            asked
            for condition in conditions_of(form, question)
            for asked in asked_questions(condition)
            if form.question(asked)
        }
        for question in form.everything_asked()
    }


def asking_order(form: "Form") -> tuple[Question, ...]:
    """Return all questions, each after those its conditions depend on.

    Raises `graphlib.CycleError` where conditions run in a circle; a valid form has none.
    """
    by_id = {question.id: question for question in form.everything_asked()}
    return tuple(by_id[name] for name in TopologicalSorter(dependencies(form)).static_order())


def is_asked(
    conditions: tuple[Condition, ...],
    answers: Answers,
    states: Mapping[str, State],
    facts: Facts,
) -> bool:
    """Whether all conditions hold; `states` has the questions that they name."""

    def is_true(leaf: Leaf) -> bool:
        if isinstance(leaf, InteractionIs):
            return leaf.matches(facts)
        state, answer = states.get(leaf.question), answers.get(leaf.question)
        if state is State.NOT_APPLICABLE:
            return NOT_APPLICABLE in leaf.answered
        return state in HAS_AN_ANSWER and answer is not None and answer_matches(leaf, answer)

    return all(holds(condition, is_true) for condition in conditions)


def answer_matches(leaf: Answered, answer: Answer) -> bool:
    """Whether a given answer is what the condition waits for."""
    if answer.number is not None:
        return not leaf.answered and leaf.within(answer.number)
    if answer.options is not None:
        return any(option in leaf.answered for option in answer.options)
    return answer.option in leaf.answered
