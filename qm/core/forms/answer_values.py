"""Answers as short texts and plain data: how files, tables and the bulk scorer write them.

A choice is its option id, a multiple choice its option ids with spaces between (an empty text:
none of them), a number plain digits, a day ISO 8601, a text itself; `n/a` is N/A. The text
“n/a” is written `\\n/a`, and a text that begins with a backslash has another one before it.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    MultipleChoiceQuestion,
    Question,
    TextQuestion,
)

_LITERALLY = "\\"  # before a text that would be taken for something else
# Nothing like NaN, 1e999999 or 1_000, which Decimal would take.
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def value_text(answer: Answer) -> str | None:
    """Return the value of an answer as a short text, or None where there is none."""
    if answer.not_applicable:
        return NOT_APPLICABLE
    if answer.options is not None:
        return " ".join(answer.options)
    if answer.number is not None:
        return f"{answer.number.normalize():f}"
    if answer.date is not None:
        return answer.date.isoformat()
    if answer.text is not None and (answer.text == NOT_APPLICABLE or answer.text[:1] == _LITERALLY):
        return _LITERALLY + answer.text
    return answer.text if answer.option is None else answer.option


def answer_of_text(question: Question, text: str) -> Answer:
    """Return the answer that `text` writes; raises ValueError where it cannot be one.

    Whether the question has such an option is for scoring to say.
    """
    if text == NOT_APPLICABLE:
        return Answer(not_applicable=True)
    if isinstance(question, ChoiceQuestion):
        return Answer(option=text)
    if isinstance(question, MultipleChoiceQuestion):
        return Answer(options=tuple(text.split()))
    if isinstance(question, TextQuestion):
        return Answer(text=text.removeprefix(_LITERALLY))
    if isinstance(question, DateQuestion):
        try:
            return Answer(date=dt.date.fromisoformat(text))
        except ValueError as error:
            wanted = "a day such as 2024-03-20"
            raise ValueError(f"question “{question.id}” is answered with {wanted}") from error
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"question “{question.id}” is answered with a number")
    return Answer(number=Decimal(text))


def answers_of_data(form: Form, data: Mapping[str, Any]) -> dict[str, Answer]:
    """Return the answers in plain data: question id → value.

    A value is an option id, `n/a`, a number, a list of option ids, a text, a day, None for
    unanswered, or an object with the fields of `Answer` (and `value` for the value). Raises
    ValueError for a question the form does not have or a value it cannot take.
    """
    answers = {}
    for question_id, given in data.items():
        question = form.question(question_id)
        if question is None:
            raise ValueError(f"{form.key} has no question “{question_id}”")
        answers[question_id] = _answer_of_data(question, given)
    return answers


def _answer_of_data(question: Question, given: Any) -> Answer:
    if isinstance(given, Mapping):
        remarks = {name: part for name, part in given.items() if name != "value"}
        inner = given.get("value")
        if isinstance(inner, Mapping):
            raise ValueError(f"question “{question.id}” has a value that is no value")
        value = _answer_of_data(question, inner)
        return Answer.model_validate(value.model_dump(exclude_defaults=True) | remarks)
    if given is None:
        return Answer()
    if isinstance(given, list | tuple):
        return Answer(options=tuple(str(part) for part in given))
    return answer_of_text(question, str(given))
