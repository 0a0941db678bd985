"""Text in the form that is searched, letter for letter: every position stays where it was."""

from qm.core.text import search_key

MARKS = (
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"  # vowel signs and elongation
    "\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # joiners and directions
)
"""Characters that are written inside words without being letters; for a set in a pattern."""


class _Folding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        letter = chr(code)
        key = search_key(letter)
        self[code] = key if len(key) == 1 else letter
        return self[code]


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Return `text` of the same length with Latin digits, Persian letters and small letters."""
    return text.translate(_FOLDING)
