"""Ids for what comes without one."""

import re
import unicodedata
from collections.abc import Container

_LONGEST = 40
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


def new_id(text: str, taken: Container[str], otherwise: str) -> str:
    """Return an id made of the Latin words of `text`, of `otherwise` where there are none.

    It is none of those `taken`: where need be it ends in a number.
    """
    latin = unicodedata.normalize("NFKD", text).casefold()
    words = _NOT_IN_IDS.sub("-", latin.encode("ascii", "ignore").decode()).strip("-")
    # A word or two out of a Persian sentence would name nothing.
    is_latin = sum(c.isascii() for c in text if c.isalnum()) * 2 > sum(map(str.isalnum, text))
    stem = _shortened(words) if words and is_latin else otherwise
    found, number = stem, 2
    while found in taken:
        ending = f"-{number}"
        found, number = stem[: _LONGEST - len(ending)] + ending, number + 1
    return found


def _shortened(words: str) -> str:
    if len(words) <= _LONGEST:
        return words
    return words[: _LONGEST + 1].rpartition("-")[0] or words[:_LONGEST]
