"""A Genesys document as objects that know their path and tell which fields nobody read."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from qm.core.problems import N_, Problem, explain

MOST_BYTES = 10_000_000
_MOST_LOSSES = 2000
_MOST_PROBLEMS = 200
_MOST_OBJECTS = 20_000
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")

TOO_LARGE = explain(
    "genesys.too_large",
    N_("The file has {megabytes:.0f} MB; forms have a few hundred kilobytes."),
    N_("Export one evaluation form as JSON and import that."),
)
NOT_JSON = explain(
    "genesys.not_json",
    N_("The file is no readable JSON: {detail}."),
    N_("Export the evaluation form from Genesys Cloud as JSON again and import it unchanged."),
)
NO_FORM = explain(
    "genesys.no_form",
    N_("The file holds no evaluation form: it has no list “questionGroups”."),
    N_("Import the JSON of one evaluation form, as /api/v2/quality/forms/evaluations gives it."),
)
KEY_TWICE = explain(
    "genesys.key_twice",
    N_("The field “{name}” stands twice in one object, and only one can count."),
    N_("Keep one of the two."),
)
TOO_DEEP = explain(
    "genesys.too_deep",
    N_("The file is nested more deeply than any form."),
    N_("Export one evaluation form as JSON and import that."),
)
_CORRECT = N_("Correct the value, or export the form from Genesys Cloud again.")
NO_TEXT = explain("genesys.no_text", N_("This must be a text."), _CORRECT)
NO_FLAG = explain("genesys.no_flag", N_("This must be true or false."), _CORRECT)
NO_NUMBER = explain("genesys.no_number", N_("This must be a number."), _CORRECT)
NO_LIST = explain("genesys.no_list", N_("This must be a list."), _CORRECT)
NO_OBJECT = explain("genesys.no_object", N_("This must be an object."), _CORRECT)
UNWRITABLE_TEXT = explain(
    "genesys.unwritable_text",
    N_("The text holds a character that cannot be stored (a zero, or half of a character)."),
    N_("Write the text in Genesys Cloud again and export the form once more."),
)
TOO_MANY = explain(
    "genesys.too_many",
    N_("The file lists more than {most} groups, questions and answers."),
    N_("Export one evaluation form as JSON and import that."),
)
LOST_UNKNOWN = explain(
    "genesys.lost_unknown",
    N_("The field “{name}” is not one that this import knows."),
    N_("It was left out; if it matters for the score, compare the form by hand."),
)
LOST_MORE = explain(
    "genesys.lost_more",
    N_("{count} further losses are not listed."),
    N_("Import a smaller document to see them all."),
)


class _KeyTwiceError(Exception):
    """An object that has one field twice: which one is meant cannot be known."""


class Report:
    """The problems and losses that reading a document finds, in its order."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self._losses: list[Problem] = []
        self._often: Counter[tuple[str, str]] = Counter()
        self._unlisted = 0
        self._objects = 0

    def wrong(self, code: str, field: str | None = None, **values: object) -> None:
        """Note what keeps the document from being a form; the first problems are enough."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(code, self.place, field=field, values=values))

    def has_room(self, objects: int) -> bool:
        """Whether a document may hold so many objects more; forms have some hundreds."""
        self._objects += objects
        return self._objects <= _MOST_OBJECTS

    def lost(self, code: str, field: str, **values: object) -> None:
        """Note what could not be carried over; after a great many they are only counted."""
        if len(self._losses) < _MOST_LOSSES:
            self._losses.append(Problem(code, self.place, field=field, values=values))
        else:
            self._unlisted += 1

    def lost_often(self, code: str, field: str) -> None:
        """Note a loss that every object of a kind has: told once, with `[*]` and a count."""
        self._often[code, re.sub(r"\[\d+\]", "[*]", field)] += 1

    def losses(self) -> tuple[Problem, ...]:
        """Return all losses."""
        often = [
            Problem(code, self.place, field=field, values={"count": count})
            for (code, field), count in self._often.items()
        ]
        if self._unlisted:
            often.append(Problem(LOST_MORE, self.place, values={"count": self._unlisted}))
        return (*self._losses, *often)


class Node:
    """One object of a document. A null is the same as a missing field.

    Field names are asked for as the wire writes them (`naEnabled`) and found as the SDK and
    CX as Code write them, too (`na_enabled`).
    """

    def __init__(self, report: Report, path: str, content: Mapping[str, Any]) -> None:
        self.report = report
        self.path = path
        self._names: dict[str, str] = {}
        self._fields: dict[str, Any] = {}
        for name, value in content.items():
            wire = _wire_name(name)
            if wire in self._names:
                report.wrong(KEY_TWICE, self.at(wire), name=wire)
            self._names[wire] = _printable(name)
            if value not in (None, [], {}):
                self._fields[wire] = value
        self._unread = dict.fromkeys(self._fields)

    def at(self, name: str) -> str:
        """Return the path of a field, as the document writes it."""
        written = self._names.get(name, name)
        return f"{self.path}.{written}" if self.path else written

    def has(self, name: str) -> bool:
        """Whether there is such a field with a value."""
        return name in self._fields

    def get(self, name: str) -> Any:
        """Return a field as it is, or None."""
        self._unread.pop(name, None)
        return self._fields.get(name)

    def text(self, name: str) -> str | None:
        """Return a text; None where it is missing, blank or no text."""
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.report.wrong(NO_TEXT, self.at(name))
            return None
        if _UNWRITABLE.search(value):
            self.report.wrong(UNWRITABLE_TEXT, self.at(name))
            return None
        return value if value.strip() else None

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is missing."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            self.report.wrong(NO_FLAG, self.at(name))
        return value is True

    def number(self, name: str) -> Decimal | None:
        """Return a number; None where it is missing or no number."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.report.wrong(NO_NUMBER, self.at(name))
            return None
        return Decimal(value)

    def nodes(self, name: str) -> list["Node"]:
        """Return a list of objects; what is no object is told as a problem and left out."""
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.report.wrong(NO_LIST, self.at(name))
            return []
        path = self.at(name)
        if not self.report.has_room(len(value)):
            self.report.wrong(TOO_MANY, path, most=_MOST_OBJECTS)
            return []
        found = []
        for place, content in enumerate(value):
            if isinstance(content, dict):
                found.append(Node(self.report, f"{path}[{place}]", content))
            else:
                self.report.wrong(NO_OBJECT, f"{path}[{place}]")
        return found

    def node(self, name: str) -> "Node | None":
        """Return an object; CX as Code writes it as a list of at most one."""
        value = self.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        if not isinstance(value, dict):
            self.report.wrong(NO_OBJECT, self.at(name))
            return None
        return Node(self.report, self.at(name), value)

    def leave(self, known: Mapping[str, str]) -> None:
        """Note every field that nobody asked for as a loss; `known` has the codes of some.

        A known field that is false says nothing.
        """
        for name in self._unread:
            if self._fields[name] is not False or name not in known:
                code = known.get(name, LOST_UNKNOWN)
                self.report.lost(code, self.at(name), name=_printable(name))


def parse(content: bytes, report: Report) -> Node | None:
    """Return the form's object, also where it is wrapped as `evaluationForm`.

    None where there is none: the report says why.
    """
    if len(content) > MOST_BYTES:
        report.wrong(TOO_LARGE, megabytes=len(content) / 1_000_000)
        return None
    try:
        document = json.loads(
            content,
            parse_float=_decimal,
            parse_int=_decimal,
            parse_constant=_no_number,
            object_pairs_hook=_without_twins,
        )
    except RecursionError:
        report.wrong(TOO_DEEP)
        return None
    except _KeyTwiceError as error:
        report.wrong(KEY_TWICE, name=_printable(str(error)))
        return None
    except ValueError as error:
        report.wrong(NOT_JSON, detail=_printable(str(error)))
        return None
    return _form_in(document, report)


def _form_in(document: Any, report: Report) -> Node | None:
    outer = Node(report, "", document if isinstance(document, dict) else {})
    wrapped = None
    if not outer.has("questionGroups") and isinstance(outer.get("evaluationForm"), dict):
        wrapped = outer.node("evaluationForm")
        outer.leave({})
    form = wrapped or outer
    if not form.has("questionGroups"):
        report.wrong(NO_FORM, form.at("questionGroups"))
        return None
    return form


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise _KeyTwiceError(twice)
    return content


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text[:40]} is no number that can be computed with") from error


def _no_number(text: str) -> Decimal:
    raise ValueError(f"{text} is no number")


def _wire_name(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _printable(text: str) -> str:
    return _UNWRITABLE.sub("�", text)[:200]
