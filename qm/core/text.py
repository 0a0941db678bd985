"""Text in two languages: wordings, Persian digits and search keys."""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

from persiantools import characters
from persiantools import digits as persian_digits
from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["fa", "en"]
LANGUAGES: tuple[Language, ...] = ("fa", "en")

MOST_LETTERS = 4000
"""Of one thing that a person writes: an answer, a comment, a reason, a note."""

_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0640]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Codepoints put pe, che, zhe and gaf after ye.
_PERSIAN_ORDER = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_LATIN_NUMBER = re.compile(r"(?<=[0-9])\.(?=[0-9])")


class Wording(BaseModel):
    """A text in one or both languages; at least one is there and none is blank."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str | None = None
    fa: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Wording":
        given = [text for text in (self.en, self.fa) if text is not None]
        if not given or any(not text.strip() for text in given):
            raise ValueError("a text needs at least one language, and none may be blank")
        return self

    def in_language(self, language: Language) -> str:
        """Return the text in `language`, or in the other one where it is missing."""
        wanted, other = (self.fa, self.en) if language == "fa" else (self.en, self.fa)
        return wanted or other or ""


def localise_digits(text: str, language: Language) -> str:
    """Return `text` with the digits, decimal separator and percent sign of `language`."""
    if language == "en":
        return text
    text = _LATIN_NUMBER.sub("٫", text).replace("%", "٪")
    return str(persian_digits.en_to_fa(text))


def latin_digits(text: str) -> str:
    """Return `text` with Persian and Arabic digits turned into Latin ones."""
    return str(persian_digits.ar_to_fa(text)).translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹٫", "0123456789."))


def number(value: Decimal | float | int | None, language: Language, places: int = 1) -> str:
    """Return a number with a fixed count of decimals, or "–" where there is none."""
    if value is None:
        return "–"
    text = f"{value:.{places}f}"
    if Decimal(text) == 0:
        text = text.removeprefix("-")  # -0.04 is shown as 0.0
    if language == "fa" and text.startswith("-"):
        # The sign stands left of the number in Persian text, too (CLDR, fa); isolated, two such
        # numbers in a row do not become one run from left to right with what is between them.
        text = f"\u2066\u2212{text[1:]}\u2069"
    return localise_digits(text, language)


def clock(seconds: float | None, language: Language) -> str:
    """Return seconds as minutes:seconds (hours only where needed), or "–"."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
    return localise_digits(text, language)


def without_turns(text: str) -> str:
    """Return `text` without the signs that turn the words around them the other way.

    A name or a line may hold them to be read as another; its letters tell the direction alone.
    """
    return _TURNING.sub("", text)


def search_key(text: str) -> str:
    """Return `text` in the form in which equal words compare equal.

    NFKC, Arabic ye and kaf as Persian ones, Latin digits, no zero-width or elongation
    characters, case folded, single spaces.
    """
    text = unicodedata.normalize("NFKC", text)
    text = _ZERO_WIDTH.sub("", str(characters.ar_to_fa(text)))
    return " ".join(latin_digits(text).casefold().split())


def alphabetical(name: str) -> list[int]:
    """Return a key that sorts Persian names by the Persian alphabet and others by codepoint."""
    return [
        0x600 + _PERSIAN_ORDER.index(letter) if letter in _PERSIAN_ORDER else ord(letter)
        for letter in name.casefold()
    ]
