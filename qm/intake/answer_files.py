"""Answer files: JSON with the answers to a form, and what the interaction was like."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qm.core.forms.answer_values import answers_of_data, value_text
from qm.core.forms.answers import Answer, Answers
from qm.core.forms.conditions import NO_FACTS, Facts
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.scoring.score import score
from qm.intake.files import shown
from qm.intake.yaml_files import read_text

SYNTAX = explain(
    "answers.syntax",
    N_("This is no JSON: {cause}."),
    N_("Correct it there; every name and text stands in double quotes."),
)
NOT_ANSWERS = explain(
    "answers.not_answers",
    N_("The file holds no answers."),
    N_('Write {{"question": "option"}}, or {{"answers": {{…}}, "facts": {{…}}}}.'),
)
REPEATED = explain(
    "answers.repeated",
    N_("“{name}” stands there twice."),
    N_("Take one of the two away."),
)
BAD_ANSWER = explain(
    "answers.bad_answer",
    N_("{form} cannot be answered like this: {cause}."),
    N_("qm form show lists the questions with their answers."),
)
BAD_FACT = explain(
    "answers.bad_fact",
    N_("“{name}” is no text and no number."),
    N_("Write what the interaction was like as a text or a number."),
)


@dataclass(frozen=True)
class AnswerFile:
    """The answers of a file and the attributes of the interaction it names."""

    answers: Answers
    facts: Facts


def read_answers(path: Path, form: Form) -> AnswerFile:
    """Return the answers in the file; raises `BadInput` with every one that `form` cannot have.

    The file is an object of question → value, or one of `answers` (such an object) and `facts`
    (attribute → text or number). For values see `qm.core.forms.answer_values.answers_of_data`.
    """
    data = _parsed(read_text(path), path.name)
    facts: Any = {}
    if "answers" in data and set(data) <= {"answers", "facts"}:
        data, facts = data["answers"], data.get("facts", {})
    if not isinstance(data, dict) or not isinstance(facts, dict):
        raise BadInput(Problem(NOT_ANSWERS, path.name))
    problems = [*_wrong_answers(form, data, path.name), *_wrong_facts(facts, path.name)]
    if problems:
        raise BadInput(problems)
    return AnswerFile(answers_of_data(form, data), facts)


def answers_text(answers: Answers, facts: Facts = NO_FACTS) -> str:
    """Return the text of a file that `read_answers` reads again as these answers."""
    data: dict[str, Any] = {"answers": {name: _written(each) for name, each in answers.items()}}
    if facts:
        data["facts"] = dict(facts)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _written(answer: Answer) -> Any:
    value: Any = value_text(answer)
    if answer.options is not None:
        value = list(answer.options)
    remarks = {"comment", "evidence", "reasons", "outside_control"}
    more = answer.model_dump(mode="json", include=remarks, exclude_defaults=True)
    if not more:
        return value
    return more if value is None else {"value": value, **more}


def _parsed(text: str, place: str) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _value in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise BadInput(Problem(REPEATED, place, values={"name": shown(twice)}))
        return found

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no number")

    try:
        data = json.loads(
            text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=unique
        )
    except json.JSONDecodeError as error:
        values = {"cause": error.msg}
        raise BadInput(Problem(SYNTAX, place, error.lineno, values=values)) from None
    except RecursionError:
        raise BadInput(Problem(SYNTAX, place, values={"cause": "it nests too deep"})) from None
    except ValueError as error:  # NaN, Infinity, a number of thousands of digits
        values = {"cause": shown(str(error))}
        raise BadInput(Problem(SYNTAX, place, values=values)) from None
    if not isinstance(data, dict):
        raise BadInput(Problem(NOT_ANSWERS, place))
    return data


def _wrong_answers(form: Form, data: Mapping[str, Any], place: str) -> Iterator[Problem]:
    for question_id, given in data.items():
        try:
            score(form, answers_of_data(form, {question_id: given}))
        except (ValueError, ArithmeticError, RecursionError) as error:  # 1E999 is no number here
            values = {"form": form.key, "cause": _cause(error)}
            yield Problem(BAD_ANSWER, place, field=shown(question_id), values=values)


def _cause(error: Exception) -> str:
    if isinstance(error, ValidationError):
        wrong = error.errors(include_url=False)[0]
        where = ".".join(map(str, wrong["loc"]))
        message = wrong["msg"].removeprefix("Value error, ")
        return shown(f"{where}: {message}" if where else message)
    return shown(str(error))


def _wrong_facts(facts: Mapping[str, Any], place: str) -> Iterator[Problem]:
    for name, fact in facts.items():
        if isinstance(fact, bool) or not isinstance(fact, str | int | Decimal | None):
            yield Problem(BAD_FACT, place, field="facts", values={"name": shown(name)})
