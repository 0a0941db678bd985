"""Values of a JSON document, each with the path that leads to it, read one by one."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.fields import Refused
from qm.intake.files import shown
from qm.intake.transcripts.told import (
    LINE_CHARACTERS_MOST,
    LINE_ENDLESS,
    NOT_TEXT,
    RECORDING_S_MOST,
    TIME_WRONG,
)

_VALUES_MOST = 3_000_000
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
# A text, also one that never ends, so that no document takes more than one look; or a comma.
_COMMA_BEFORE_END = re.compile(
    r"""("(?:[^"\\]++|\\(?:.|\Z))*+(?:"|\Z))|,(?=\s*+[\]}])""", re.DOTALL
)

NOT_JSON = explain(
    "transcript.not_json",
    N_("This is no JSON: {cause}."),
    N_("Export the file again; it may have been cut off."),
)
TOO_DEEP = explain(
    "transcript.too_deep",
    N_("The file nests lists or objects too deeply."),
    N_("Check that it is the right file."),
)
TOO_MANY_VALUES = explain(
    "transcript.too_many_values",
    N_("The file has more than {most} values."),
    N_("Check that it is the right file."),
)
COMMAS = explain(
    "transcript.commas",
    N_("Commas stand before a closing bracket, which JSON does not allow; they were read over."),
    N_("Nothing needs to be done."),
)


class Node:
    """A value and its path, such as `phrases[3].words`; what is not there is a node of None."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.value, self.path = value, path

    def __getitem__(self, name: str) -> "Node":
        path = f"{self.path}.{name}" if self.path else name
        return Node(self.value.get(name) if isinstance(self.value, dict) else None, path)

    def __iter__(self) -> Iterator["Node"]:
        for place, value in enumerate(self.value if isinstance(self.value, list) else ()):
            yield Node(value, f"{self.path}[{place}]")

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.value, list)

    def first(self, *names: str) -> "Node":
        """Return the first of the named values that is there, else a node of None."""
        found = (self[name] for name in names if self[name].value is not None)
        return next(found, self[names[0]])

    def text(self) -> str | None:
        """Return the text, None where there is none."""
        return self.value if isinstance(self.value, str) else None

    def label(self) -> str | None:
        """Return a text or whole number as a name, None where there is neither."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return shown(str(self.value)) if abs(self.value) < 10**18 else None
        return shown(self.value) or None if isinstance(self.value, str) else None

    def words(self) -> str:
        """Return the text of a line; raises `Refused` where there is none or it is too long."""
        if not isinstance(self.value, str):
            raise Refused(NOT_TEXT, field=self.path)
        if len(self.value) > LINE_CHARACTERS_MOST:
            values = {"length": len(self.value), "most": LINE_CHARACTERS_MOST}
            raise Refused(LINE_ENDLESS, field=self.path, **values)
        return self.value

    def whole(self) -> int | None:
        """Return a small whole number, 0 or more; None where there is none."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000:
            return value
        return None

    def number(self) -> float | None:
        """Return the finite number, also one written as a text; None where there is none.

        Raises `Refused` for anything else.
        """
        value = self.value
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            return float(value)
        if not is_number or abs(value) > 1e15 or not math.isfinite(value):
            raise self._time_wrong()
        return float(value)

    def seconds(self, unit_s: float = 1.0) -> float | None:
        """Return seconds within a day, given in units of `unit_s`; None where there are none."""
        value = self.number()
        if value is None:
            return None
        if not 0 <= value * unit_s <= RECORDING_S_MOST:
            raise self._time_wrong()
        return round(value * unit_s, 3)

    def length_s(self, unit_s: float = 1.0) -> float | None:
        """Return the seconds of a whole file; None also where they are not credible."""
        try:
            return self.seconds(unit_s)
        except Refused:
            return None

    def share(self) -> float | None:
        """Return a number from 0 to 1, None where there is none."""
        try:
            value = self.number()
        except Refused:
            return None
        return value if value is not None and 0 <= value <= 1 else None

    def _time_wrong(self) -> Refused:
        value = shown(str(self.value)[:100]) if not isinstance(self.value, list | dict) else "…"
        return Refused(TIME_WRONG, field=self.path, value=value, most=RECORDING_S_MOST)


def document(text: str, place: str, problems: list[Problem]) -> Node:
    """Return the document in `text`; commas before a closing bracket are read over and told.

    Raises `BadInput` for what is no JSON, nests too deeply or has millions of values.
    """
    if sum(map(text.count, ",[{")) > _VALUES_MOST:
        raise BadInput(Problem(TOO_MANY_VALUES, place, values={"most": _VALUES_MOST}))
    try:
        return Node(_loaded(text, place, problems))
    except RecursionError:
        raise BadInput(Problem(TOO_DEEP, place)) from None
    except json.JSONDecodeError as error:
        values = {"cause": error.msg}
        raise BadInput(Problem(NOT_JSON, place, error.lineno, values=values)) from None
    except ValueError as error:  # a number of thousands of digits
        values = {"cause": shown(str(error))}
        raise BadInput(Problem(NOT_JSON, place, values=values)) from None


def _loaded(text: str, place: str, problems: list[Problem]) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        mended = _COMMA_BEFORE_END.sub(lambda found: found[1] or "", text)
        if mended == text:
            raise
        loaded = json.loads(mended)
        problems.append(Problem(COMMAS, place, error.lineno))
        return loaded
