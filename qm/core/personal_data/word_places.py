"""Where the words of a segment stand in its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from qm.core.transcript import Segment, Word

Place = TypeVar("Place", int, float)

_MARGIN_S = 0.25
"""Word times are a fifth of a second early or late at times."""
_LONGEST_DIGIT_S = 0.7
"""A number that is one word gets an end that is too early for as many digits."""


@dataclass(frozen=True)
class WordPlace:
    """A word and its characters in the segment's text, from `start` up to `end`."""

    word: Word
    start: int
    end: int


def word_places(segment: Segment) -> list[WordPlace] | None:
    """Return the words with their places in the text, None where the text has other words."""
    places: list[WordPlace] = []
    reached = 0
    for word in segment.words:
        said = word.text.strip()
        start = segment.text.find(said, reached)
        if start < 0 or segment.text[reached:start].strip():
            return None
        reached = start + len(said)
        places.append(WordPlace(word, start, reached))
    return places if not segment.words or not segment.text[reached:].strip() else None


def stretch(segment: Segment, start: int, end: int) -> tuple[float, float] | None:
    """Return the seconds in which characters of a segment are said, with a margin.

    The whole segment where the words' times are not known, None where its own are not either.
    """
    places = word_places(segment) or []
    said = [place for place in places if place.start < end and start < place.end]
    if said:
        first, last = said[0].word, said[-1]
        digits = sum(letter.isdigit() for letter in last.word.text)
        ends_s = max(last.word.end_s, last.word.start_s + digits * _LONGEST_DIGIT_S)
        return max(0.0, first.start_s - _MARGIN_S), ends_s + _MARGIN_S
    if segment.start_s is None or segment.end_s is None:
        return None
    return max(0.0, segment.start_s - _MARGIN_S), segment.end_s + _MARGIN_S


def merged(stretches: Sequence[tuple[Place, Place]]) -> list[tuple[Place, Place]]:
    """Return stretches in order, those that touch or overlap as one."""
    joined: list[tuple[Place, Place]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
