"""Voice and message transcripts of Genesys Cloud, as its transcript URL gives them.

Shape: the voice transcript among Genesys' samples; the API's
`/api/v2/speechandtextanalytics/conversations/{id}/communications/{id}/transcripturl` leads to it.
What “internal” and “external” mean:
https://help.mypurecloud.com/articles/work-with-a-voice-transcript/.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from qm.core.problems import N_
from qm.core.transcript import Word
from qm.intake.fields import Refused
from qm.intake.transcripts.json_lines import (
    add_lines,
    all_words,
    language_code,
    mean_of,
    word_of,
)
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import (
    RECORDING_S_MOST,
    TIME_WRONG,
    WRITTEN_S_MOST,
    Line,
    Told,
    Voice,
)

_OUTSIDE = {"customer", "external"}


def is_genesys_cloud(document: Node) -> bool:
    """Whether it is a transcript of Genesys Cloud."""
    return any(each["phrases"].is_list for each in document["transcripts"])


def read_genesys_cloud(document: Node, place: str) -> Told:
    """Return what the file tells; seconds count from the start of the communication.

    A phrase of the internal side is that participant's who was connected for the longest part of
    it, so what an IVR or a queue says is not the agent's. Sentiment is left out.
    """
    transcripts = list(document["transcripts"])
    languages = {each["language"].text() for each in transcripts}
    name = document["conversationId"].label()
    told = Told(
        "genesys_cloud",
        language=language_code(languages.pop()) if len(languages) == 1 else None,
        duration_s=document["duration"]["milliseconds"].length_s(1e-3),
        names=(name,) if name else (),
        left_out=(N_("sentiment"),)
        if any(each["analytics"]["sentiment"].value for each in transcripts)
        else (),
    )
    phrases = [phrase for each in transcripts for phrase in each["phrases"]]
    is_call = document["mediaType"].text() in (None, "call")
    clock = _Clock(_start_ms(document), RECORDING_S_MOST if is_call else WRITTEN_S_MOST)
    inside = _inside(document["participants"])
    add_lines(told, phrases, partial(_line, clock=clock, inside=inside), place)
    told.lines.sort(key=lambda line: line.start_s or 0.0)
    return told


class _Clock(NamedTuple):
    """Turns milliseconds since 1970 into seconds since the start, where one is told."""

    start_ms: float | None
    most_s: int

    def seconds(self, node: Node) -> float | None:
        moment_ms = node.number()
        if moment_ms is None or self.start_ms is None:
            return None
        seconds = round((moment_ms - self.start_ms) / 1000, 3)
        if not 0 <= seconds <= self.most_s:
            raise Refused(TIME_WRONG, field=node.path, value=seconds, most=self.most_s)
        return seconds

    def span(self, node: Node) -> tuple[float | None, float | None]:
        start_s = self.seconds(node["startTimeMs"])
        length_s = node["duration"]["milliseconds"].seconds(1e-3)
        if start_s is None or length_s is None:
            return start_s, None
        return start_s, round(start_s + length_s, 3)


def _start_ms(document: Node) -> float | None:
    try:
        return document.first("startTime", "conversationStartTime").number()
    except Refused:
        return None


class _Inside(NamedTuple):
    """A participant of the centre's side and when it was connected."""

    purpose: str
    start_ms: float
    end_ms: float


def _inside(participants: Node) -> list[_Inside]:
    found = []
    for each in participants:
        purpose = each["participantPurpose"].label()
        try:
            start_ms, end_ms = each["startTimeMs"].number(), each["endTimeMs"].number()
        except Refused:
            continue
        if purpose and purpose not in _OUTSIDE and start_ms is not None and end_ms is not None:
            found.append(_Inside(purpose, start_ms, end_ms))
    return found


def _line(phrase: Node, clock: _Clock, inside: Sequence[_Inside]) -> Line:
    start_s, end_s = clock.span(phrase)
    words = all_words(phrase["words"], partial(_word, clock=clock))
    label = phrase["participantPurpose"].label()
    if label == "internal":
        label = _connected(phrase, inside) or label
    text = phrase["text"].words()
    return Line(Voice(label), text, start_s, end_s, words, mean_of(words))


def _word(node: Node, clock: _Clock) -> Word | None:
    return word_of(node["word"], *clock.span(node), node["confidence"])


def _connected(phrase: Node, inside: Sequence[_Inside]) -> str | None:
    start_ms = phrase["startTimeMs"].number()
    if start_ms is None:
        return None
    end_ms = start_ms + (phrase["duration"]["milliseconds"].number() or 0)
    shared_ms = [
        (min(end_ms, each.end_ms) - max(start_ms, each.start_ms), each.purpose) for each in inside
    ]
    longest_ms, purpose = max(shared_ms, default=(-1.0, ""))
    return purpose if longest_ms >= 0 else None
