"""The lines of a transcript as the search finds them: what one speaker says in a row."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from qm.core.personal_data.masking import MASKS
from qm.core.transcript import Segment
from qm.core.word_forms import LONGEST_WORD, KeyedWord, keyed_words

WORDS_OF_A_LINE = 80
"""After so many words a line ends with its segment: about half a minute of speech."""
_MASK = re.compile("|".join(map(re.escape, MASKS.values())))
_MASKED_WORD = "¤"  # never the key of a typed word: nobody finds a mask, no phrase runs over one
_LONGEST_KEY = 100_000  # characters; PostgreSQL indexes no text of more than a megabyte


@dataclass(frozen=True)
class Line:
    """Neighbouring segments of one speaker; `places` are theirs in the transcript."""

    places: tuple[int, ...]
    segments: tuple[Segment, ...]

    @property
    def position(self) -> int:
        """The place of its first segment."""
        return self.places[0]

    @property
    def text(self) -> str:
        """The words of its segments, a space between each two segments."""
        return " ".join(segment.text for segment in self.segments)

    def moved(self, by: int) -> "Line":
        """Return the line that stands so many places later in its transcript."""
        return Line(tuple(place + by for place in self.places), self.segments)


def lines(segments: Sequence[Segment]) -> list[Line]:
    """Return the segments as lines: a line ends with the speaker or when it has words enough.

    Words that are said in one line are found together, also as a phrase; a phrase is not found
    where somebody else says something in between, nor where a long turn was divided.
    """
    made: list[Line] = []
    said = [(place, segment) for place, segment in enumerate(segments) if segment.text.strip()]
    for _, turn in groupby(said, key=lambda numbered: numbered[1].speaker):
        begun: list[tuple[int, Segment]] = []
        words = 0
        for position, segment in turn:
            begun.append((position, segment))
            words += len(segment.text.split())
            if words >= WORDS_OF_A_LINE:
                made.append(_line(begun))
                begun, words = [], 0
        if begun:
            made.append(_line(begun))
    return made


def _line(numbered: Iterable[tuple[int, Segment]]) -> Line:
    places, segments = zip(*numbered, strict=True)
    return Line(places, segments)


def line_words(text: str) -> list[KeyedWord]:
    """Return the words of a masked text; a mask is a word that no query can ask for."""
    words: list[KeyedWord] = []
    end = 0
    for mask in _MASK.finditer(text):
        words += _moved(keyed_words(text[end : mask.start()]), end)
        words.append(KeyedWord(_MASKED_WORD, *mask.span()))
        end = mask.end()
    return words + _moved(keyed_words(text[end:]), end)


def _moved(words: list[KeyedWord], by: int) -> list[KeyedWord]:
    return [KeyedWord(word.key, word.start + by, word.end + by) for word in words] if by else words


def line_key(text: str) -> str:
    """Return the keys of a masked text's words, a space between each two.

    Of a text of more than 100,000 characters only the words at its beginning.
    """
    key = " ".join(word.key for word in line_words(text))
    return key if len(key) <= _LONGEST_KEY else key[:_LONGEST_KEY].rpartition(" ")[0]


def is_as_said(text: str, key: str) -> bool:
    """Whether the masked text of a line with this key is the text as it was said.

    Then nothing of it is masked, and nothing needs to be masked to show it.
    """
    is_whole = len(key) < _LONGEST_KEY - LONGEST_WORD
    return is_whole and _MASKED_WORD not in key and line_key(text) == key
