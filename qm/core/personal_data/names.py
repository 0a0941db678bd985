"""The names of a list in a folded text, in every form in which Persian writes them."""

import re
from functools import lru_cache

from qm.core.personal_data.finding import Finding
from qm.core.personal_data.folding import MARKS, folded

_TITLES = (
    *("خانم", "آقای", "آقا", "اقای", "سرکار", "جناب", "دکتر", "مهندس", "حاج"),
    *("mr", "mrs", "ms", "miss", "dr"),
)
_LINK = rf"[\s{MARKS}\-‐]*"
_NO_LETTER_BEFORE = r"(?<![^\W_])"
_NO_LETTER_AFTER = r"(?![^\W_])"
_PARTS = re.compile(rf"[^\s{MARKS}\-‐]+")


def names_in(text: str, names: tuple[str, ...]) -> list[Finding]:
    """Return where a name of the list stands; after a title its last part is enough."""
    pattern = _pattern(names)
    if pattern is None:
        return []
    return [
        Finding(*match.span("whole" if match["whole"] else "last"), "name")
        for match in pattern.finditer(text)
    ]


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    parts = [found for name in names if (found := _PARTS.findall(folded(name)))]
    if not parts:
        return None
    whole = f"(?P<whole>{_any_of(parts)})"
    last = f"(?P<last>{_any_of([name[-1:] for name in parts])})"
    titled = rf"(?:{'|'.join(_TITLES)})\.?[\s{MARKS}]+{last}"
    return re.compile(rf"{_NO_LETTER_BEFORE}(?:{whole}|{titled}){_NO_LETTER_AFTER}")


def _any_of(names: list[list[str]]) -> str:
    return "|".join(sorted({_spelled(name) for name in names}, key=len, reverse=True))


def _spelled(parts: list[str]) -> str:
    """Return the pattern of a name: marks between its letters, its parts joined or apart."""
    return _LINK.join(f"[{MARKS}]*".join(map(re.escape, part)) for part in parts)
