"""What pydantic finds wrong with a file's content, as problems in plain words."""

import difflib
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qm.core.problems import N_, Problem, explain
from qm.core.text import Wording
from qm.intake.yaml_files import Document, YamlPath

MISSING_KEY = explain(
    "form.missing_key",
    N_("The key “{key}” is missing."),
    N_("Add a line “{key}: …” here."),
)
UNKNOWN_KEY = explain(
    "form.unknown_key",
    N_("The key “{key}” is not known here."),
    N_("Use one of: {known}."),
)
MISSPELT_KEY = explain(
    "form.misspelt_key",
    N_("The key “{key}” is not known here."),
    N_("Did you mean “{meant}”?"),
)
NO_VALUE = explain(
    "form.no_value",
    N_("The key “{key}” has no value."),
    N_("Write the value after the colon, or take the line away."),
)
BAD_ID = explain(
    "form.bad_id",
    N_("“{value}” cannot be an id."),
    N_("Use small letters a–z, digits, - and _, at most 40, beginning with a letter or digit."),
)
BAD_VERSION = explain(
    "form.bad_version",
    N_("“{value}” cannot be a version."),
    N_("Write a whole number from 1 on, such as 1, 2, 3."),
)
BAD_CHOICE = explain(
    "form.bad_choice",
    N_("“{value}” is not among the choices."),
    N_("Write one of: {choices}."),
)
BAD_NUMBER = explain(
    "form.bad_number",
    N_("“{value}” is not a number that can stand here."),
    N_("Write a plain number, such as 20 or 2.5 (a whole one where decimals make no sense)."),
)
OUT_OF_RANGE = explain(
    "form.out_of_range",
    N_("{value} is out of range."),
    N_("Write a number {relation} {limit}."),
)
TOO_PRECISE = explain(
    "form.too_precise",
    N_("{value} has more decimals than are kept."),
    N_("Write at most {limit} decimals."),
)
NOT_FLAG = explain(
    "form.not_flag",
    N_("“{value}” is neither true nor false."),
    N_("Write true or false."),
)
NOT_TEXT = explain(
    "form.not_text",
    N_("A text was expected here."),
    N_("Write a text; put it in quotes if it is true, false or null."),
)
NOT_LIST = explain(
    "form.not_list",
    N_("A list was expected here."),
    N_("Write each entry on a line that begins with “- ”."),
)
NOT_MAPPING = explain(
    "form.not_mapping",
    N_("“key: value” lines were expected here."),
    N_("Write the keys below, indented. They are: {known}."),
)
TOO_FEW = explain(
    "form.too_few",
    N_("The list has fewer than {limit} entries."),
    N_("Add what is missing."),
)
TOO_MANY = explain(
    "form.too_many",
    N_("The list has more than {limit} entries."),
    N_("Take away what is too much."),
)
BLANK_TEXT = explain(
    "form.blank_text",
    N_("The text is blank, or written in no language."),
    N_("Write it below as “en: …”, “fa: …” or both."),
)
INVALID = explain(
    "form.invalid", N_("The value does not fit here ({cause})."), N_("Correct the value.")
)

_CODES = {
    "literal_error": BAD_CHOICE,
    "greater_than": OUT_OF_RANGE,
    "greater_than_equal": OUT_OF_RANGE,
    "less_than_equal": OUT_OF_RANGE,
    "decimal_max_places": TOO_PRECISE,
    "decimal_parsing": BAD_NUMBER,
    "decimal_type": BAD_NUMBER,
    "finite_number": BAD_NUMBER,
    "int_parsing": BAD_NUMBER,
    "int_parsing_size": BAD_NUMBER,
    "int_from_float": BAD_NUMBER,
    "int_type": BAD_NUMBER,
    "bool_type": NOT_FLAG,
    "string_type": NOT_TEXT,
    "tuple_type": NOT_LIST,
    "model_type": NOT_MAPPING,
    "too_short": TOO_FEW,
    "too_long": TOO_MANY,
}
_LIMITS = {"ge": "≥", "gt": ">", "le": "≤"}
_SHOWN_CHARACTERS = 60


def model_problems(
    error: ValidationError, model: type[BaseModel], document: Document, place: str
) -> list[Problem]:
    """Return what `error` says about `document`, each with its path and line, top to bottom."""
    found = [
        (details["loc"], _problem(details, model, place))
        for details in error.errors(include_url=False)
        if not _is_only_a_consequence(details)
    ]
    misspelt = {(*path[:-1], p.values["meant"]) for path, p in found if p.code == MISSPELT_KEY}
    problems = [
        located(problem, path, document)
        for path, problem in found
        if not (problem.code == MISSING_KEY and path in misspelt)
    ]
    return sorted(problems, key=lambda problem: problem.row or 0)


def located(problem: Problem, path: YamlPath, document: Document) -> Problem:
    """Return the problem with the line and the written path of its part of the document."""
    return Problem(
        problem.code,
        problem.place,
        row=document.line_of(path),
        field=_written(path) or None,
        values=problem.values,
    )


def _is_only_a_consequence(details: ErrorDetails) -> bool:
    """Whether a list is called too short just because its entries have errors of their own."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _problem(details: ErrorDetails, model: type[BaseModel], place: str) -> Problem:
    kind, path = details["type"], details["loc"]
    last = str(path[-1])[:_SHOWN_CHARACTERS] if path else ""
    if kind == "missing":
        return Problem(MISSING_KEY, place, values={"key": last})
    if kind == "extra_forbidden":
        return _unknown_key(last, _model_at(model, path[:-1]), place)
    if details["input"] is None and path:
        return Problem(NO_VALUE, place, values={"key": last})
    if kind == "string_pattern_mismatch":
        code = BAD_VERSION if last == "version" else BAD_ID
    elif kind == "value_error":
        code = BLANK_TEXT if _model_at(model, path) is Wording else INVALID
    else:
        code = _CODES.get(kind, INVALID)
    return Problem(code, place, values=_values(details, _model_at(model, path)))


def _unknown_key(key: str, model: type[BaseModel] | None, place: str) -> Problem:
    known = list(model.model_fields) if model else []
    if meant := difflib.get_close_matches(key.casefold(), known, n=1):
        return Problem(MISSPELT_KEY, place, values={"key": key, "meant": meant[0]})
    return Problem(UNKNOWN_KEY, place, values={"key": key, "known": ", ".join(known)})


def _values(details: ErrorDetails, model: type[BaseModel] | None) -> Mapping[str, object]:
    context: dict[str, Any] = details.get("ctx", {})
    values: dict[str, object] = {
        "value": str(details["input"])[:_SHOWN_CHARACTERS],
        "cause": details["msg"].removeprefix("Value error, "),
        "choices": context.get("expected", ""),
        "known": ", ".join(model.model_fields) if model else "",
    }
    for name in ("min_length", "max_length", "decimal_places"):
        if name in context:
            values["limit"] = context[name]
    for name, relation in _LIMITS.items():
        if name in context:
            values |= {"limit": context[name], "relation": relation}
    return values


def _written(path: YamlPath) -> str:
    written = ""
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{step[:_SHOWN_CHARACTERS]}" if written else step[:_SHOWN_CHARACTERS]
    return written


def _model_at(model: type[BaseModel], path: YamlPath) -> type[BaseModel] | None:
    """Return the model that reads the part at `path`, or None where that is a plain value."""
    found: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int):
            continue  # a list's entries are read by the model that its annotation names
        if found is None or step not in found.model_fields:
            return None
        found = _model_in(found.model_fields[step].annotation)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in typing.get_args(annotation))
    return next((part for part in inner if part is not None), None)
