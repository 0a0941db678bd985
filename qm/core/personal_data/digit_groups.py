"""Digits and spoken numbers of a text in groups, and groups that may be one number in runs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from qm.core.personal_data.folding import MARKS
from qm.core.personal_data.number_words import (
    AMBIGUOUS,
    AND,
    FILLERS,
    REPEATS,
    TIMES,
    WORDS,
    magnitude,
)

_TOKENS = re.compile(rf"[0-9]+|[^\W\d_](?:[^\W\d_]|[{MARKS}](?=[^\W\d_]))*")
_MARKS = re.compile(f"[{MARKS}]")
_LETTER = re.compile("[a-z_]")
_PAUSE = re.compile(rf"[\s{MARKS}\-‐‑‒–—−._·•*()…/]*|[\s{MARKS}]*[,،؛;.][\s{MARKS}]+")
_LONGEST_PAUSE = 8
_MOST_FILLERS = 3


@dataclass(frozen=True)
class Group:
    """Digits that stand or are said together: a number as text, and its place.

    `gap` is what kind of pause stands before it: none, blank, a sign or "word". `is_ambiguous`
    where the word may mean something else.
    """

    digits: str
    start: int
    end: int
    gap: str = ""
    is_ambiguous: bool = False


class _Token(NamedTuple):
    word: str
    start: int
    end: int
    value: int | None
    is_digits: bool


def digit_runs(text: str, *, joins_tens: bool) -> Iterator[list[Group]]:
    """Yield the runs of a folded text: groups with nothing but pauses and fillers between them.

    `joins_tens`: “sixty two” is 62, otherwise 60 and 2. With «و» it is one number anyway, and so
    is “two hundred five”.
    """
    tokens = _tokens(text)
    run: list[Group] = []
    fillers, reached, index = 0, 0, 0
    while index < len(tokens):
        token = tokens[index]
        group, after = _group(text, tokens, index, joins_tens=joins_tens)
        pause = _pause(text[reached : token.start]) if run else None
        is_filler = group is None and token.word in FILLERS and fillers < _MOST_FILLERS
        if run and (pause is None or (group is None and not is_filler)):
            yield run
            run = []
        if group is not None:
            gap = ("word" if fillers else pause or "") if run else ""
            run.append(replace(group, gap=gap))
        fillers = fillers + 1 if group is None else 0
        reached = token.end if group is None else group.end
        index = after
    if run:
        yield run


@lru_cache(maxsize=8)
def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKENS.finditer(text):
        word = _MARKS.sub("", match.group())
        start, end = match.span()
        if word[0] == "و" and word[1:] in WORDS:  # «چهل وپنج»
            found.append(_Token("و", start, start + 1, None, is_digits=False))
            found.append(_Token(word[1:], start + 1, end, WORDS[word[1:]], is_digits=False))
        else:
            found.append(_Token(word, start, end, WORDS.get(word), "0" <= word[0] <= "9"))
    return found


def _pause(between: str) -> str | None:
    """Return the kind of a pause, None where something else stands between."""
    if len(between) > _LONGEST_PAUSE or not _PAUSE.fullmatch(between):
        return None
    signs = _MARKS.sub("", between).strip()
    return signs[:1] or between[:1].strip() or (" " if between else "")


def _group(
    text: str, tokens: Sequence[_Token], index: int, *, joins_tens: bool
) -> tuple[Group | None, int]:
    """Return the group that begins at a token, and the index after it; None where none does."""
    token = tokens[index]
    if token.is_digits:
        beside = text[max(0, token.start - 1) : token.start] + text[token.end : token.end + 1]
        if _LETTER.search(beside):  # part of a code such as 5f2a or INV_12
            return None, index + 1
        return Group(token.word, token.start, token.end), index + 1
    if token.value is None and token.word not in TIMES and token.word not in REPEATS:
        return None, index + 1
    times, first = _repeats(tokens, index)
    if times:
        last = tokens[first]
        return Group(str(last.value) * times, token.start, last.end), first + 1
    if token.word in REPEATS:
        return None, index + 1
    return _said(text, tokens, index, joins_tens=joins_tens)


def _repeats(tokens: Sequence[_Token], index: int) -> tuple[int, int]:
    """Return how often a digit is to stand and its index; 0 where nothing is repeated."""
    word = tokens[index].word
    times, digit = REPEATS.get(word, 0), index + 1
    if word in {"دو", "سه"} and index + 1 < len(tokens) and tokens[index + 1].word == "تا":
        times, digit = WORDS[word], index + 2
    if not times or digit >= len(tokens) or tokens[digit].is_digits:
        return 0, index
    value = tokens[digit].value
    return (times, digit) if value is not None and value < 10 else (0, index)


def _said(
    text: str, tokens: Sequence[_Token], index: int, *, joins_tens: bool
) -> tuple[Group, int]:
    """Return one number said in words: hundreds, tens and ones in falling order."""
    first = tokens[index]
    total, place = (first.value, magnitude(first.value)) if first.value is not None else (1, 1)
    after, end = (index + 1, first.end) if first.value is not None else (index, first.end)
    while after < len(tokens):
        is_joined = tokens[after].word in AND and after + 1 < len(tokens)
        token = tokens[after + is_joined]
        if text[end : token.start].strip() not in ("", tokens[after].word):
            break
        multiplier = TIMES.get(token.word)
        if multiplier and not is_joined and 0 < total < multiplier:
            total, place = total * multiplier, multiplier
        elif _fits(token.value, total, place) and (
            is_joined or joins_tens or (place >= 100 and token.word.isascii())
        ):
            total, place = total + (token.value or 0), magnitude(token.value or 0)
        else:
            break
        after, end = after + 1 + is_joined, token.end
    is_ambiguous = after == index + 1 and first.word in AMBIGUOUS
    return Group(str(total), first.start, end, is_ambiguous=is_ambiguous), after


def _fits(value: int | None, total: int, place: int) -> bool:
    return value is not None and 0 < value < place and total % place == 0 and total > 0
