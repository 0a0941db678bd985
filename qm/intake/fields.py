"""Cells → values: each function reads one kind of text and raises `Refused` with a reason."""

import os
import re
import unicodedata
from collections.abc import Callable, Collection
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from babel import Locale

from qm.core.problems import N_, explain
from qm.core.text import latin_digits
from qm.intake.files import shown

_DURATION_S_MOST = 86_400
_RECORDING_CHARACTERS_MOST = 500
_LANGUAGES = frozenset(Locale("en").languages)

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_ROUNDED = re.compile(r"-?\d[.,]?\d*[eE]\+\d+", re.ASCII)
_DRIVE = re.compile("[A-Za-z]:")
# Arabic keyboards write the same words with other letters; one team must not become two.
_PERSIAN_LETTERS = str.maketrans("يىك", "ییک")

MISSING_VALUE = explain(
    "import.missing_value", N_("The cell is empty."), N_("Fill it; this column is required.")
)
UNPRINTABLE_TEXT = explain(
    "import.unprintable_text",
    N_("The text holds control characters, such as NUL, or halves of characters."),
    N_("Remove them, or export again as UTF-8."),
)
CELL_ERROR = explain(
    "import.cell_error",
    N_("The cell holds the spreadsheet error {value}."),
    N_("Correct the formula, or empty the cell."),
)
TOO_LONG = explain(
    "import.too_long",
    N_("The text has {length} characters, more than {most}."),
    N_("Shorten it."),
)
ROUNDED = explain(
    "import.rounded",
    N_("“{value}” is a number that a spreadsheet has rounded; its last digits are lost."),
    N_("Format the column as text before exporting, and export again."),
)
NOT_A_NUMBER = explain(
    "import.not_a_number",
    N_("“{value}” is not a number of seconds."),
    N_("Write seconds as digits, such as 184 or 184.5."),
)
NEGATIVE = explain(
    "import.negative", N_("{value} seconds are less than none."), N_("Write 0 or more seconds.")
)
TOO_MANY_SECONDS = explain(
    "import.too_many_seconds",
    N_("{value} seconds are more than a day."),
    N_("Write seconds, not milliseconds, and at most {most}."),
)
NOT_A_CHOICE = explain(
    "import.not_a_choice", N_("“{value}” is not known here."), N_("Write one of: {choices}.")
)
LANGUAGE_UNKNOWN = explain(
    "import.language_unknown",
    N_("“{value}” is not the code of a language."),
    N_("Write an ISO 639 code such as fa or en."),
)
RECORDING_ABSOLUTE = explain(
    "import.recording_absolute",
    N_("“{value}” is an absolute path."),
    N_("Name the file relative to the recordings folder."),
)
RECORDING_OUTSIDE = explain(
    "import.recording_outside",
    N_("“{value}” leads out of the recordings folder."),
    N_("Put the file into the recordings folder and name it without “..” or links."),
)

Value = TypeVar("Value")


class Refused(Exception):  # noqa: N818 (named for the fact)
    """A text that cannot be taken; `field` where the reader knows it better than the row."""

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code, self.field, self.values = code, field, values


def label(most: int) -> Callable[[str], str]:
    """Return the reader of a free text of at most `most` characters."""

    def read(text: str) -> str:
        if len(text) > most:
            raise Refused(TOO_LONG, length=len(text), most=most)
        return text

    return read


def identifier(most: int) -> Callable[[str], str]:
    """Return the reader of an id: a label that no spreadsheet has rounded."""
    within = label(most)

    def read(text: str) -> str:
        if _ROUNDED.fullmatch(text):
            raise Refused(ROUNDED, value=shown(text))
        return within(text)

    return read


def name_of_group(most: int) -> Callable[[str], str]:
    """Return the reader of an id that people type: composed, with Persian ye and kaf."""
    read = identifier(most)
    return lambda text: read(persian_letters(text))


def persian_letters(text: str) -> str:
    """Return an id that people type in the letters in which it is stored."""
    return unicodedata.normalize("NFC", text).translate(_PERSIAN_LETTERS)


def choice(choices: Collection[str]) -> Callable[[str], str]:
    """Return the reader of one of `choices`, however cased."""

    def read(text: str) -> str:
        if text.casefold() not in choices:
            raise Refused(NOT_A_CHOICE, value=shown(text), choices=", ".join(choices))
        return text.casefold()

    return read


def duration_s(text: str) -> float:
    """Read seconds, 0 to a day, in Latin or Persian digits."""
    plain = text if text.isascii() else latin_digits(text)
    if not _NUMBER.fullmatch(plain):
        raise Refused(NOT_A_NUMBER, value=shown(text))
    if plain.startswith("-"):
        raise Refused(NEGATIVE, value=shown(text))
    seconds = float(plain)
    if seconds > _DURATION_S_MOST:
        raise Refused(TOO_MANY_SECONDS, value=shown(text), most=_DURATION_S_MOST)
    return seconds


def language(text: str) -> str:
    """Read a language code; a region after it is left out: fa-IR is fa."""
    code = re.split("[-_]", text.casefold(), maxsplit=1)[0]
    if code not in _LANGUAGES or not re.fullmatch("[a-z]{2,3}([-_][a-z0-9-]{2,20})?", text.lower()):
        raise Refused(LANGUAGE_UNKNOWN, value=shown(text))
    return code


def recording_name(folder: Path) -> Callable[[str], str]:
    """Return the reader of a file name relative to `folder`, written with slashes.

    The file need not exist. A name that leads out of the folder, by `..` or by a link, is
    refused. Links can change later, so whoever opens the file checks again.
    """
    inside = Path(os.path.realpath(folder))

    def stays(path: str) -> bool:
        return Path(os.path.realpath(path)).is_relative_to(inside)

    folder_stays = lru_cache(maxsize=10_000)(stays)

    def read(text: str) -> str:
        name = text.replace("\\", "/")
        if name.startswith(("/", "~")) or _DRIVE.match(name):
            raise Refused(RECORDING_ABSOLUTE, value=shown(text))
        if len(name) > _RECORDING_CHARACTERS_MOST:
            raise Refused(TOO_LONG, length=len(name), most=_RECORDING_CHARACTERS_MOST)
        parts = [part for part in name.split("/") if part not in {"", "."}]
        full = os.path.join(inside, *parts)  # noqa: PTH118 (pathlib would take most of the import)
        linked = os.path.islink(full)  # noqa: PTH114
        if (
            ".." in parts
            or not parts
            or not folder_stays(os.path.dirname(full))  # noqa: PTH120
            or (linked and not stays(full))
        ):
            raise Refused(RECORDING_OUTSIDE, value=shown(text))
        return "/".join(parts)

    return read
