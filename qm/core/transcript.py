"""Transcripts: who said what and when; what is counted in them is `qm.core.conversation`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Speaker = Literal["agent", "customer", "unknown", "system"]
SPEAKERS: tuple[Speaker, ...] = get_args(Speaker)

UNSURE_OF_WORD = 0.3
UNSURE_OF_LINE = 0.5
"""Confidences below these are worth a second hearing; a mark, not a verdict."""

_SAME_MOMENT_S = 0.05


@dataclass(frozen=True)
class Word:
    """A word with its seconds from the start of the recording and the model's confidence.

    `probability` is None where a transcript made elsewhere gives times alone.
    """

    start_s: float
    end_s: float
    text: str
    probability: float | None


@dataclass(frozen=True)
class Segment:
    """A stretch of one speaker; seconds are None where the source gives no times.

    `confidence` is the mean probability of its words (0 to 1), None where nobody tells one. A
    segment without text is a line that was found not to be said: its place stays, so that the
    places of the other lines do.
    """

    speaker: Speaker
    start_s: float | None
    end_s: float | None
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None

    @property
    def is_said(self) -> bool:
        """Whether the line has any text."""
        return bool(self.text.strip())

    @property
    def is_unsure(self) -> bool:
        """Whether the model was unsure of the line as a whole."""
        return self.confidence is not None and self.confidence < UNSURE_OF_LINE

    def parts(self) -> list[tuple[str, bool]]:
        """Return the text in pieces, each with whether the model was unsure of it.

        Empty where it was sure of every word, or the words are not those of the text.
        """
        pieces: list[tuple[str, bool]] = []
        end = at = 0  # of the pieces; of the words
        for word in self.words:
            said = word.text.strip()
            start = self.text.find(said, at)
            if start < 0:
                return []
            at = start + len(said)
            is_unsure = word.probability is not None and word.probability < UNSURE_OF_WORD
            if said and is_unsure:
                pieces += [(self.text[end:start], False), (said, True)]
                end = at
        if not pieces:
            return []
        return [(text, unsure) for text, unsure in [*pieces, (self.text[end:], False)] if text]


def cited_line(segments: Sequence[Segment], place: int, start_s: float | None) -> int | None:
    """Return where the line stands that was cited as number `place`, beginning at `start_s`.

    A transcript may have been made anew since: then it is the line in which that second lies,
    None where there is no such line.
    """
    if place < len(segments) and _same_moment(segments[place].start_s, start_s):
        return place
    if start_s is None:
        return None
    for here, segment in enumerate(segments):
        if segment.start_s is None or segment.end_s is None:
            continue
        if segment.start_s - _SAME_MOMENT_S <= start_s < segment.end_s:
            return here
    return None


def _same_moment(one_s: float | None, other_s: float | None) -> bool:
    if one_s is None or other_s is None:
        return one_s is other_s
    return abs(one_s - other_s) < _SAME_MOMENT_S
