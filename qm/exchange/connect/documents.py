"""Documents of Amazon Connect as parts that know their path and what was read of them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from qm.core.problems import Problem
from qm.exchange.connect import findings
from qm.intake.files import UNPRINTABLE

BYTES_MOST = 10_000_000
LEVELS_MOST = 60
_SHOWN_CHARACTERS = 60
_DIGITS_MOST = 12  # of a number, before or after the point


class Report:
    """What was found in one document: problems that refuse it, and losses."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.losses: list[Problem] = []

    def problem(self, code: str, path: str, **values: object) -> None:
        """Add a finding for which the document is refused."""
        self.problems.append(Problem(code, self.place, field=path or None, values=values))

    def lose(self, code: str, path: str, **values: object) -> None:
        """Add what could not be carried over, or could only be read in one of several ways."""
        self.losses.append(Problem(code, self.place, field=path or None, values=values))


class Part:
    """An object of the document; reading a value of the wrong type reports a problem.

    `leave` names the keys that nobody has read.
    """

    def __init__(self, content: Mapping[str, Any], path: str, report: Report) -> None:
        self.content = content
        self.path = path
        self.report = report
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self.content.get(key) is not None

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Return a text that is not blank, or None."""
        value = self._value(key, str, "a text")
        if value is not None and UNPRINTABLE.search(value):
            self.report.problem(findings.BAD_TEXT, self.at(key))
            return None
        if value is not None and value.strip():
            return str(value)
        if required:
            self.report.problem(findings.MISSING, self.at(key), key=key)
        return None

    def flag(self, key: str) -> bool:
        """Return a truth value; false where there is none."""
        return bool(self._value(key, bool, "true or false"))

    def number(self, key: str, least: int, most: int, *, required: bool = False) -> Decimal | None:
        """Return a number within the bounds, or None."""
        value = self._value(key, (int, Decimal), "a number")
        if value is None:
            if required and not self.has(key):
                self.report.problem(findings.MISSING, self.at(key), key=key)
            return None
        number = Decimal(value)
        if abs(number.adjusted()) > _DIGITS_MOST or not least <= number <= most:
            shown = str(value)[:_SHOWN_CHARACTERS]
            self.report.problem(
                findings.OUT_OF_RANGE, self.at(key), value=shown, least=least, most=most
            )
            return None
        return number

    def one_of(self, key: str, known: Sequence[str], default: str | None = None) -> str | None:
        """Return one of the known words."""
        value = self.text(key, required=default is None)
        if value is None:
            return default
        if value not in known:
            shown = value[:_SHOWN_CHARACTERS]
            self.report.problem(
                findings.UNKNOWN_VALUE, self.at(key), value=shown, known=", ".join(known)
            )
            return None
        return value

    def part(self, key: str) -> "Part | None":
        """Return an object inside this one."""
        value = self._value(key, dict, "an object")
        return None if value is None else Part(value, self.at(key), self.report)

    def parts(self, key: str) -> list["Part"]:
        """Return the objects of a list."""
        found = []
        for place, value in enumerate(self._value(key, list, "a list") or ()):
            path = f"{self.at(key)}[{place}]"
            if isinstance(value, dict):
                found.append(Part(value, path, self.report))
            else:
                self._refuse(path, value, "an object")
        return found

    def texts(self, key: str) -> list[str]:
        """Return the texts of a list."""
        values = self._value(key, list, "a list") or []
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self._refuse(f"{self.at(key)}[{place}]", value, "a text")
        return [value for value in values if isinstance(value, str)]

    def leave(self) -> None:
        """Name every key with a value that was not read as lost."""
        left = [key for key in self.content if key not in self._read and self.has(key)]
        if left:
            shown = ", ".join(_clean(key) for key in left)
            self.report.lose(findings.LOST_KEYS, self.path, keys=shown)

    def _value(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:
        self._read.add(key)
        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self._refuse(self.at(key), value, expected)
            return None
        return value

    def _refuse(self, path: str, value: Any, expected: str) -> None:
        shown = _clean(str(value))
        self.report.problem(findings.WRONG_TYPE, path, value=shown, expected=expected)


def read_document(content: bytes, report: Report) -> Part | None:
    """Return the object that `content` writes in JSON, or None with a problem."""
    if len(content) > BYTES_MOST:
        report.problem(findings.TOO_LARGE, "", most=BYTES_MOST)
        return None
    try:
        value = json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_duplicates,
        )
    except RecursionError:
        report.problem(findings.TOO_DEEP, "", most=LEVELS_MOST)
        return None
    except ValueError as error:
        report.problem(findings.NOT_JSON, "", cause=_clean(str(error)))
        return None
    if _levels(value) > LEVELS_MOST:
        report.problem(findings.TOO_DEEP, "", most=LEVELS_MOST)
        return None
    if not isinstance(value, dict):
        report.problem(findings.UNKNOWN_DOCUMENT, "")
        return None
    return Part(value, "", report)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice, _ = counts.most_common(1)[0]
        raise ValueError(f"the key “{twice}” stands twice in one object")
    return content


def _levels(value: Any) -> int:
    """Return the depth of nesting, up to one more than is allowed."""
    levels, inner = 0, [value]
    while inner and levels <= LEVELS_MOST:
        levels += 1
        inner = [
            part
            for holder in inner
            if isinstance(holder, dict | list)
            for part in (holder.values() if isinstance(holder, dict) else holder)
        ]
    return levels


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("�", text[:_SHOWN_CHARACTERS])
