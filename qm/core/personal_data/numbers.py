"""Cards, IBANs, telephone numbers and national ids in a folded text, written or said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qm.core.personal_data.checks import is_card, is_national_id, is_sheba, phone
from qm.core.personal_data.digit_groups import Group, digit_runs
from qm.core.personal_data.finding import Finding, apart, without
from qm.core.personal_data.labels import is_something_else, label_before, without_moments
from qm.core.personal_data.word_places import merged

_IR_BEFORE = re.compile(r"(?<![a-z])(?:ir|[آا]ی\s?[آا]ر)[\s\-–:,،.]*$")
_PLUS_BEFORE = re.compile(r"(?:\+|(?<!\w)(?:plus|پلاس|مثبت))[\s(]*$")
_CHARACTERS_BEFORE = 12
_WORDS_AROUND = 80  # characters, for what the words beside a number call it
_MOST_DIGITS = 24
_FEWEST_DIGITS = 8
_FEWEST_OF_A_CUT_PHONE = 10
_CARD_GROUP = 4


@dataclass(frozen=True)
class _Window:
    """Neighbouring groups of a run, taken as one number.

    `whole_sides` counts the sides (0 to 2) where it is not cut out of a longer row of digits, for
    what is cut out is rarely a number; `likely_sides` those where it may be whole as well.
    """

    groups: tuple[Group, ...]
    digits: str
    whole_sides: int
    likely_sides: int

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end


def numbers_in(text: str, region: str) -> list[Finding]:
    """Return all of them; telephone numbers as `region` dials them, or with their country."""
    return apart(
        [
            Finding(first + one.start, first + one.end, one.kind)
            for first, last in _digit_rich(text)
            for one in _in_part(text[first:last], region)
        ]
    )


def _digit_rich(text: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that may hold a number, with some words around."""
    spans = [
        (run[0].start - _WORDS_AROUND, run[-1].end + _WORDS_AROUND)
        for joins_tens in (True, False)
        for run in digit_runs(text, joins_tens=joins_tens)
        if sum(len(group.digits) for group in run) >= _FEWEST_DIGITS
    ]
    for start, end in merged(spans):
        last = text.find(" ", end)
        yield text.rfind(" ", 0, max(0, start)) + 1, len(text) if last < 0 else last


def _in_part(text: str, region: str) -> list[Finding]:
    """Return the findings: most surely whole first, surest kinds first, longest first, none twice.

    What is left after that may be a number by itself; so until nothing more is found.
    """
    found: list[Finding] = []
    while True:
        plain = without_moments(text)
        ranked = [
            ((-window.whole_sides, not joins_tens, doubt, -len(window.digits)), finding)
            for joins_tens in (True, False)
            for run in digit_runs(text, joins_tens=joins_tens)
            for window in _windows(run)
            for doubt, finding in _readings(window, text, plain, region)
        ]
        if not ranked:
            return found
        new = apart([finding for _, finding in sorted(ranked)])
        found += new
        text = without(text, new)


def _windows(run: list[Group]) -> Iterator[_Window]:
    for first in range(len(run)):
        digits = ""
        for last in range(first, len(run)):
            digits += run[last].digits
            if len(digits) > _MOST_DIGITS:
                break
            if len(digits) >= _FEWEST_DIGITS:
                yield _Window(tuple(run[first : last + 1]), digits, *_sides(run, first, last))


def _sides(run: list[Group], first: int, last: int) -> tuple[int, int]:
    """Return on how many sides a window is surely whole, and on how many it may be.

    It is where the run ends or the next group stands off by another kind of pause; it may be
    where a last word is left that can mean no number at all.
    """
    inside = {group.gap for group in run[first + 1 : last + 1]}
    before, after = first - 1, last + 1
    is_left = first == 0 or run[first].gap not in inside
    is_right = after == len(run) or run[after].gap not in inside
    may_left = is_left or (before == 0 and run[before].is_ambiguous)
    may_right = is_right or (after == len(run) - 1 and run[after].is_ambiguous)
    return is_left + is_right, may_left + may_right


def _readings(window: _Window, text: str, plain: str, region: str) -> Iterator[tuple[int, Finding]]:
    """Yield what a window can be, with how doubtful that is.

    `plain` is the text without dates and times: the few digits of weaker kinds may be one.
    """
    if is_sheba(window.digits):
        yield 0, Finding(_start_with(_IR_BEFORE, text, window.start), window.end, "iban")
    is_in_fours = all(len(group.digits) == _CARD_GROUP for group in window.groups)
    if (window.likely_sides or is_in_fours) and is_card(window.digits):
        yield 1, Finding(window.start, window.end, "card")
    if "\0" in plain[window.start : window.end] and "\0" not in text[window.start : window.end]:
        return
    if window.likely_sides:
        yield from _phones(window, text, region)
    is_whole = window.likely_sides > 1
    if (
        is_whole
        and is_national_id(window.digits)
        and not is_something_else(text, window.start, window.end)
    ):
        yield 3, Finding(window.start, window.end, "national_id")


def _phones(window: _Window, text: str, region: str) -> Iterator[tuple[int, Finding]]:
    start = _start_with(_PLUS_BEFORE, text, window.start)
    plus = "+" if start < window.start else ""
    match phone(plus + window.digits, region):
        case "sure" if window.likely_sides > 1 or len(window.digits) >= _FEWEST_OF_A_CUT_PHONE:
            yield 4, Finding(start, window.end, "phone")
        case "likely" if (
            window.likely_sides > 1
            and label_before(text, start) != "national_id"
            and not is_something_else(text, start, window.end)
        ):
            yield 2, Finding(start, window.end, "phone")


def _start_with(prefix: re.Pattern[str], text: str, start: int) -> int:
    """Return where a number starts together with what must stand right before it."""
    base = max(0, start - _CHARACTERS_BEFORE)
    match = prefix.search(text[base:start])
    return base + match.start() if match else start
