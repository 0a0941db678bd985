"""What pydantic finds wrong with a file's content, as problems in plain words."""

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qm.core.forms.conditions import All, Answered, AnyOf, InteractionIs, Not
from qm.core.forms.faults import figure
from qm.core.forms.form_rules import BAD_DAY, day_fault
from qm.core.problems import Problem
from qm.core.sampling.policy_rules import BAD_CLOCK
from qm.core.text import Wording, latin_digits
from qm.intake.model_codes import (
    BAD_ATTRIBUTE,
    BAD_CHOICE,
    BAD_FORM_ID,
    BAD_ID,
    BAD_VERSION,
    BLANK_TEXT,
    CODES_BY_KIND,
    CONDITION_EMPTY,
    INVALID,
    MISSING_KEY,
    MISSPELT_KEY,
    MORE,
    NO_VALUE,
    UNKNOWN_KEY,
)
from qm.intake.model_paths import Place, keys_of, place_of, tags_at
from qm.intake.yaml_files import Document, YamlPath

_PATTERNS = {"version": BAD_VERSION, "form": BAD_FORM_ID, "policy": BAD_FORM_ID}
_LIMITS = {"ge": "≥", "gt": ">", "le": "≤"}
_CONDITION_KINDS = ("question", "interaction", "all", "any", "not")
_CONDITIONS = (Answered, InteractionIs, All, AnyOf, Not)
_TAG = "type:"
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_STEP = re.compile(r"([a-z0-9_]+)|\[([0-9]+)\]")
_SHOWN_CHARACTERS = 60
_MOST_PROBLEMS = 200


def model_problems(
    error: ValidationError, model: type[BaseModel], document: Document, place: str
) -> list[Problem]:
    """Return what `error` says about `document`, each with its path and line, top to bottom.

    At most 200 are told in full; a last one counts the rest.
    """
    errors = [d for d in error.errors(include_url=False) if not _is_only_a_consequence(d)]
    told = list(_one_per_union(errors, model))
    found = [_problem(details, spot, model, place) for details, spot in told[:_MOST_PROBLEMS]]
    misspelt: set[YamlPath] = {
        (*path[:-1], str(p.values["meant"])) for path, p in found if p.code == MISSPELT_KEY
    }
    problems = [
        located(problem, path, document)
        for path, problem in found
        if not (problem.code == MISSING_KEY and _is_misspelt(path, misspelt))
    ]
    return first_of(problems, place, left_out=len(told) - len(found))


def first_of(problems: list[Problem], place: str, *, left_out: int = 0) -> list[Problem]:
    """Return the problems from top to bottom, at most 200; one more counts those left out."""
    ordered = sorted(problems, key=lambda problem: problem.row or 0)
    left_out += len(ordered[_MOST_PROBLEMS:])
    more = [Problem(MORE, place, values={"count": left_out})] if left_out else []
    return ordered[:_MOST_PROBLEMS] + more


def in_document(problems: Iterable[Problem], document: Document, place: str) -> tuple[Problem, ...]:
    """Give problems that the core found in a value the file and the lines they stand in."""
    every = [
        located(dataclasses.replace(problem, place=place), _path(problem.field or ""), document)
        for problem in problems
    ]
    return tuple(first_of(every, place))


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


def _one_per_union(
    errors: Iterable[ErrorDetails], model: type[BaseModel]
) -> Iterator[tuple[ErrorDetails, Place]]:
    """Yield the errors with their places; of those about one plain union, what helps most.

    That is what is wrong inside the branch whose shape the content has, else the first.
    """
    placed = [(details, place_of(model, details["loc"])) for details in errors]
    inside = {
        spot.union for _details, spot in placed if spot.union and len(spot.path) > len(spot.union)
    }
    told: set[YamlPath] = set()
    for details, spot in placed:
        if spot.union is None:
            yield details, spot
        elif spot.union in inside:
            if len(spot.path) > len(spot.union):
                yield details, spot
        elif spot.union not in told:
            told.add(spot.union)
            yield details, spot


def _is_misspelt(path: YamlPath, misspelt: Collection[YamlPath]) -> bool:
    """Whether what misses here is there, but misspelt; a condition may be of any kind."""
    kinds = _CONDITION_KINDS if path[-1] == "question" else ()
    return path in misspelt or any((*path[:-1], kind) in misspelt for kind in kinds)


def _problem(
    details: ErrorDetails, spot: Place, model: type[BaseModel], place: str
) -> tuple[YamlPath, Problem]:
    """Return the problem that an error is, and the path of what it is about."""
    kind, path = details["type"], spot.path
    last = str(path[-1])[:_SHOWN_CHARACTERS] if path else ""
    if kind == "union_tag_invalid":
        return (*path, "type"), _unknown_type(details, model, place)
    if kind == "missing":
        return path, Problem(MISSING_KEY, place, values={"key": last})
    if kind == "extra_forbidden":
        around = place_of(model, details["loc"][:-1]).model
        return path, _unknown_key(last, around, place)
    if details["input"] is None and path:
        return path, Problem(NO_VALUE, place, values={"key": last})
    if (code := _code(details, spot, last)) == BAD_DAY:
        return path, _bad_day(_shown(details["input"]), place)
    return path, Problem(code, place, values=_values(details, spot))


def _code(details: ErrorDetails, spot: Place, last: str) -> str:
    kind = details["type"]
    if kind == "string_pattern_mismatch":
        return _code_of_pattern(spot, last)
    if kind == "value_error" and spot.model is Wording:
        return BLANK_TEXT
    if kind == "value_error" and spot.model in _CONDITIONS:
        return CONDITION_EMPTY
    if kind == "bool_type" and spot.union is not None and len(spot.choices) > 2:
        return BAD_CHOICE  # not only true and false
    return CODES_BY_KIND.get(kind, INVALID)


def _code_of_pattern(spot: Place, last: str) -> str:
    if last == "interaction":
        return BAD_ATTRIBUTE
    if "day_starts" in spot.path:
        return BAD_CLOCK
    return _PATTERNS.get(last, BAD_ID) if len(spot.path) == 1 else BAD_ID


def _bad_day(value: str, place: str) -> Problem:
    if found := _DAY.fullmatch(latin_digits(value)):
        year, month, day = map(int, found.groups())
        fault = day_fault(year, month, day, value)
        return Problem(fault.code, place, values=fault.values)
    return Problem(BAD_DAY, place, values={"value": value})


def _unknown_type(details: ErrorDetails, model: type[BaseModel], place: str) -> Problem:
    content = details["input"].get("type")
    if content is None:
        return Problem(NO_VALUE, place, values={"key": "type"})
    known = [tag.removeprefix(_TAG) for tag in tags_at(model, details["loc"])]
    values = {"value": str(content)[:_SHOWN_CHARACTERS], "choices": ", ".join(known)}
    return Problem(BAD_CHOICE, place, values=values)


def _unknown_key(key: str, model: type[BaseModel] | None, place: str) -> Problem:
    known = _known_keys(model)
    if meant := difflib.get_close_matches(key.casefold(), known, n=1):
        return Problem(MISSPELT_KEY, place, values={"key": key, "meant": meant[0]})
    return Problem(UNKNOWN_KEY, place, values={"key": key, "known": ", ".join(known)})


def _known_keys(model: type[BaseModel] | None) -> list[str]:
    if model is Answered:  # what names no kind of condition is read as one of these
        return [*keys_of(Answered), *(kind for kind in _CONDITION_KINDS if kind != "question")]
    return keys_of(model) if model else []


def _values(details: ErrorDetails, spot: Place) -> Mapping[str, object]:
    context: dict[str, Any] = details.get("ctx", {})
    known = _known_keys(spot.model)
    if details["type"] == "value_error":
        known = [key for key in known if key not in _CONDITION_KINDS]
    values: dict[str, object] = {
        "value": _shown(details["input"]),
        "cause": details["msg"].removeprefix("Value error, "),
        "choices": ", ".join(spot.choices) or context.get("expected", ""),
        "known": ", ".join(known),
    }
    for name in ("min_length", "max_length", "decimal_places"):
        if name in context:
            values["limit"] = context[name]
    for name, relation in _LIMITS.items():
        if name in context:
            limit = context[name]
            values |= {"limit": figure(limit) if isinstance(limit, Decimal) else limit}
            values |= {"relation": relation}
    return values


def _shown(content: Any) -> str:
    # A list or mapping is not written out: it may be as large as the file.
    return str(content)[:_SHOWN_CHARACTERS] if isinstance(content, str | bool) else "…"


def _path(written: str) -> YamlPath:
    return tuple(name or int(place) for name, place in _STEP.findall(written))


def _written(path: YamlPath) -> str:
    written = ""
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{step[:_SHOWN_CHARACTERS]}" if written else step[:_SHOWN_CHARACTERS]
    return written
