"""One cell of a form's workbook: what it says as data, and how data is written into it."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from qm.core.problems import N_, explain
from qm.core.text import latin_digits, search_key
from qm.exchange.sheets.books import Share, Unusable
from qm.exchange.sheets.layout import Kind
from qm.intake.model_codes import BAD_CHOICE

DATE_CELL = explain(
    "sheets.date_cell",
    N_("The spreadsheet program has made a date of this cell."),
    N_("Format the cell as text and write its content again."),
)
CONTROL_CHARACTER = explain(
    "sheets.control_character",
    N_("The text holds the control character {character}."),
    N_("Write the text again instead of pasting it."),
)

# What no form file can hold: control characters but tab and line end, and halves of characters.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_NONE_OF_THEM = "-"  # a selection of no options; no id begins with it
_YES = {"yes", "true", "y", "1", "بله", "آری"}
_NO = {"no", "false", "n", "0", "خیر", "نه"}
_LINE_END = re.compile("_x000D_\n?|\r\n?")  # as spreadsheet programs write it into a cell
_BETWEEN_WORDS = re.compile(r"[\s,،;؛]+")


class BadCell(Exception):  # noqa: N818 (named for the fact)
    """A cell that cannot be what its column asks for."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def cell_text(value: Any) -> str | None:
    """Return the text that a person sees in the cell; None where it is blank.

    Numbers have the fifteen digits that a spreadsheet shows. Raises `BadCell` for dates, errors
    and formulas without a value.
    """
    if isinstance(value, Unusable):
        raise BadCell(value.code, error=value.error)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise BadCell(DATE_CELL)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Share):
        return f"{Decimal(f'{value * 100:.15g}'):f}%"
    if isinstance(value, int | float):
        return f"{Decimal(f'{value:.15g}'):f}"
    text = _LINE_END.sub("\n", "" if value is None else str(value))
    if found := CONTROL.search(text):
        raise BadCell(CONTROL_CHARACTER, character=f"U+{ord(found[0]):04X}")
    return text if text.strip() else None


def read_cell(kind: Kind, choices: Sequence[str], value: Any) -> Any:
    """Return the data that a cell holds, None where it is blank; raises `BadCell`.

    Conditions come as their text: to read one the questions of the form must be known. A `raw`
    cell comes as it is.
    """
    if kind == "raw":
        return None if isinstance(value, str) and not value.strip() else value
    if kind == "day" and isinstance(value, dt.date):
        return dt.date(value.year, value.month, value.day).isoformat()
    text = cell_text(value)
    if text is None or kind == "text":
        return text
    return _READERS[kind](text.strip(), choices)


def written(value: Any) -> str | Decimal | None:
    """Return what to write into the cell for a value of a form."""
    if value is None or isinstance(value, str | Decimal):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return ", ".join(value)


def default_text(value: Any) -> str | Decimal | None:
    """Return what to write for the answer a new evaluation has."""
    if isinstance(value, list | tuple):
        return " ".join(value) or _NONE_OF_THEM
    return written(value)


def default_of(text: str, question_type: str) -> str | list[str]:
    """Return the default answer that `text` writes for a question of this type."""
    if question_type == "choices":
        return [] if text == _NONE_OF_THEM else [*filter(None, _BETWEEN_WORDS.split(text))]
    return latin_digits(text) if question_type in {"number", "scale"} else text


def _chosen(text: str, choices: Sequence[str]) -> str:
    if not choices:
        return text
    known = {search_key(choice): choice for choice in choices}
    if (found := known.get(search_key(text))) is None:
        raise BadCell(BAD_CHOICE, value=text[:60], choices=", ".join(choices))
    return found


def _flag(text: str, choices: Sequence[str]) -> bool | str:
    if search_key(text) in _YES:
        return True
    if search_key(text) in _NO:
        return False
    return _chosen(text, choices)


def _words(text: str, choices: Sequence[str]) -> list[str]:
    return [_chosen(word, choices) for word in filter(None, _BETWEEN_WORDS.split(text))]


def _digits(text: str, _choices: Sequence[str]) -> str:
    return latin_digits(text).rstrip("%٪ ")


_READERS: Mapping[Kind, Callable[[str, Sequence[str]], Any]] = {
    "word": _chosen,
    "words": _words,
    "number": _digits,
    "day": _digits,
    "flag": _flag,
    "condition": lambda text, _choices: text,
}
