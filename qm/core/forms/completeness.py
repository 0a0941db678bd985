"""What an evaluation still lacks before it may be submitted."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from qm.core.forms.answer_values import answer_of_text
from qm.core.forms.answers import Answer, Answers
from qm.core.forms.form import Form
from qm.core.forms.gradables import Requirement
from qm.core.forms.questions import Question
from qm.core.scoring.scorecards import Scorecard, State

Missing = Literal["answer", "comment", "evidence", "reason", "whole_section"]
_GIVEN = {State.ANSWERED, State.OUTSIDE_CONTROL, State.NOT_APPLICABLE}


class Lack(NamedTuple):
    """One thing that is missing.

    `whole_section`: N/A was given to a question that may only be left out with its section.
    """

    question_id: str
    missing: Missing


def lacks(form: Form, answers: Answers, card: Scorecard) -> list[Lack]:
    """Return what is missing, in the order of the form; empty where it can be submitted.

    `card` is the scorecard of these answers.
    """
    return [
        Lack(question.id, missing)
        for question in form.everything_asked()
        for missing in _missing(form, question, answers, card)
    ]


def starting_answers(form: Form) -> dict[str, Answer]:
    """Return the answers that a new evaluation has: the defaults of the questions."""
    answers = {}
    for question in form.everything_asked():
        default = getattr(question, "default", None)
        if default is not None:
            text = " ".join(default) if isinstance(default, tuple) else str(default)
            answers[question.id] = answer_of_text(question, text)
    return answers


def required_of(question: Question, answer: Answer) -> set[Requirement]:
    """Return what must be given with this answer: a comment, evidence, a reason."""
    required = set(question.requires)
    if question.is_scored and answer.is_given:
        for part in question.grade(answer).chosen:
            required |= set(part.requires)
    return required


def _missing(
    form: Form, question: Question, answers: Answers, card: Scorecard
) -> Iterator[Missing]:
    state = card.states[question.id]
    if state is State.UNANSWERED and question.required:
        yield "answer"
    if state not in _GIVEN:
        return
    answer = answers[question.id]
    if state is State.NOT_APPLICABLE and not _may_be_left_out(form, question, card):
        yield "whole_section"
    required = required_of(question, answer)
    if "comment" in required and not answer.comment.strip():
        yield "comment"
    if "evidence" in required and not answer.evidence:
        yield "evidence"
    if "reason" in required and not answer.reasons:
        yield "reason"


def _may_be_left_out(form: Form, question: Question, card: Scorecard) -> bool:
    """Whether N/A is the question's own, or that of a section which is left out as a whole."""
    if question.allows_not_applicable:
        return True
    left = {State.NOT_APPLICABLE, State.HIDDEN}
    return any(
        part.not_applicable and all(card.states[name] in left for name in form.scored_inside(part))
        for part in form.part_of(question.id)
    )
