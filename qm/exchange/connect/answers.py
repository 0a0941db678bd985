"""Answers of Amazon Connect evaluations → answers of ours."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    MultipleChoiceQuestion,
    Question,
    TextQuestion,
)
from qm.core.scoring.score import score
from qm.exchange.connect import findings
from qm.exchange.connect.documents import Part, Report
from qm.exchange.connect.parts import our_id

NO_ANSWER_OPTION = "system_default_null_value"  # how a select question says N/A
_TEXT_MOST = 4000
_QUANTITY_MOST = 10**9
_SAME_PERCENT = Fraction(1, 100)  # Connect's own rounding is not published


def read_answers(evaluation: Part, form: Form) -> dict[str, Answer]:
    """Return the answers of `evaluation` to `form`, with its notes as their comments."""
    report = evaluation.report
    given, notes = evaluation.part("Answers"), evaluation.part("Notes")
    answers: dict[str, Answer] = {}
    for ref in given.content if given else ():
        answer = given.part(ref) if given else None
        value = answer.part("Value") if answer else None
        question = form.question(our_id(ref))
        if question is None and answer:
            report.lose(findings.LOST_ANSWER, answer.path, ref=ref[:60], value="")
        if question and value:
            answers[question.id] = answer_of(question, _values(value), value)
            value.leave()
        if answer:
            answer.leave()
    for ref in notes.content if notes else ():
        note = notes.part(ref) if notes else None
        text = note.text("Value") if note else None
        if note and text:
            add_note(answers, form, our_id(ref), text, note)
    _compare(evaluation, form, answers)
    evaluation.leave()
    return answers


def answer_of(question: Question, values: Sequence[Any] | None, at: Part) -> Answer:
    """Return the answer that the values write; None among them or no values at all: N/A.

    One that the question cannot have is named and becomes no answer.
    """
    if values is None:
        if question.allows_not_applicable:
            return Answer(not_applicable=True)
        return _lost(question, "N/A", at)
    if not values and not isinstance(question, MultipleChoiceQuestion):
        return Answer()
    try:
        answer = _value(question, values, at)
        if answer.is_given:
            question.grade(answer)
    except (ValueError, InvalidOperation):
        return _lost(question, ", ".join(str(value) for value in values), at)
    return answer


def add_note(answers: dict[str, Answer], form: Form, identifier: str, text: str, at: Part) -> None:
    """Put a note behind the comment of an answer; one on a section is named as lost."""
    if form.question(identifier) is None:
        at.report.lose(findings.LOST_NOTE, at.path, note=text)
        return
    answer = answers.get(identifier, Answer())
    comment = "\n".join(part for part in (answer.comment, text) if part)
    comment = _cut(comment, at.path, at.report)
    answers[identifier] = answer.model_copy(update={"comment": comment})


def _values(value: Part) -> Sequence[Any] | None:
    if value.flag("NotApplicable"):
        return None
    texts = value.texts("StringValues")
    number = value.number("NumericValue", -_QUANTITY_MOST, _QUANTITY_MOST)
    single = [number, value.text("StringValue"), value.text("DateTimeValue")]
    values = [*texts, *(each for each in single if each is not None)]
    return None if NO_ANSWER_OPTION in values else values


def _value(question: Question, values: Sequence[Any], at: Part) -> Answer:
    if isinstance(question, MultipleChoiceQuestion):
        return Answer(options=tuple(our_id(str(value)) for value in values))
    if len(values) > 1:
        raise ValueError("one value is wanted")
    text = str(values[0])
    if isinstance(question, ChoiceQuestion):
        return Answer(option=our_id(text))
    if isinstance(question, TextQuestion):
        return Answer(text=_cut(text, at.path, at.report))
    if isinstance(question, DateQuestion):
        day = dt.datetime.fromisoformat(text).date()
        return Answer(date=day, comment="" if text == day.isoformat() else text)
    return Answer(number=number_of(text))


def number_of(text: str) -> Decimal:
    """Return the number that a text writes; raises ValueError where it is none of ours."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"{text} is no number") from error
    # Before anything is done with it: 1e999999 takes ages to write out.
    if not number.is_finite() or abs(number.adjusted()) > 9:
        raise ValueError(f"{text} is out of range")
    return number


def _lost(question: Question, value: str, at: Part) -> Answer:
    at.report.lose(findings.LOST_ANSWER, at.path, ref=question.id, value=value[:60])
    return Answer()


def _cut(text: str, path: str, report: Report) -> str:
    if len(text) > _TEXT_MOST:
        report.lose(findings.LOST_TEXT, path, most=_TEXT_MOST)
    return text[:_TEXT_MOST]


def _compare(evaluation: Part, form: Form, answers: dict[str, Answer]) -> None:
    """Name Connect's score, and where ours differs from it."""
    metadata = evaluation.part("Metadata")
    own = metadata.part("Score") if metadata else None
    theirs = own.number("Percentage", 0, 100) if own else None
    if own and theirs is not None:
        report = evaluation.report
        report.lose(findings.LOST_RESULT, own.path, ref=form.key, percent=str(theirs))
        exact = score(form, answers).exact_percent
        if exact is None or abs(exact - Fraction(theirs)) > _SAME_PERCENT:
            ours = "–" if exact is None else f"{float(exact):.2f}"
            report.lose(findings.DIFFERENT_SCORE, own.path, theirs=str(theirs), ours=ours)
    for part in (own, metadata):
        if part:
            part.leave()
