"""What can be counted in a transcript: who talked how much, silence, overlap, pace.

The terms are those of the trade, made exact. Amazon Transcribe Call Analytics calls them talk
time, non-talk time, interruptions and talk speed and publishes no thresholds; Google's silence
analysis counts silences over five seconds. Ours:

*Speech* of a party: its words, joined over pauses under a second; the whole line where a line has
no word times. *Talk share*: a party's speech in percent of both parties' speech. *Silence*: the
seconds between the first and the last word in which nobody speaks. *Overlap*: the seconds in
which both do. *Interruption*: a party begins while the other speaks, both speak for half a second
or more, and it speaks on when the other ends; so “mhm” is none. *Words per minute*: words by
minutes of speech. *Turn*: lines of one party in a row. *Response time*: from the end of a
customer's turn to the beginning of the agent's next one, at least 0; the median of all.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Any, Literal

from qm.core.transcript import Segment, Speaker

JOIN_S = 1.0
INTERRUPTION_S = 0.5
LONG_SILENCE_S = 10.0

Lack = Literal["times", "speakers", "second_party"]


@dataclass(frozen=True)
class Stretch:
    """A stretch of the recording, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Interruption:
    """`by` began at `at_s` and spoke for `both_s` seconds at once with the other party."""

    by: Speaker
    at_s: float
    both_s: float


@dataclass(frozen=True)
class Facts:
    """What can be counted in a transcript, as this module defines it; None where it cannot.

    `lacks` says why: lines without times (mails, some files), lines of unknown speakers (one
    channel), or only one party that is heard. `words` are those of people, not of the system.
    `long_silences` last ten seconds or more: a hold, or nobody says anything; the sound alone
    cannot tell which.
    """

    words: int
    lacks: frozenset[Lack]
    span_s: float | None = None
    silence_s: float | None = None
    silence_percent: float | None = None
    longest_silence: Stretch | None = None
    long_silences: tuple[Stretch, ...] | None = None
    agent_talk_s: float | None = None
    customer_talk_s: float | None = None
    agent_talk_percent: float | None = None
    customer_talk_percent: float | None = None
    overlap_s: float | None = None
    interruptions: tuple[Interruption, ...] | None = None
    agent_words_per_minute: float | None = None
    customer_words_per_minute: float | None = None
    turns: int | None = None
    response_s: float | None = None

    @property
    def longest_silence_s(self) -> float | None:
        """The seconds of the longest silence, 0 where nobody ever is silent."""
        if self.silence_s is None:
            return None
        return self.longest_silence.length_s if self.longest_silence else 0.0


def facts(segments: Sequence[Segment]) -> Facts:
    """Return what can be counted in a transcript; the order of timed lines does not matter."""
    said = [segment for segment in segments if segment.is_said and segment.speaker != "system"]
    lacks = _lacks(said)
    counted: dict[str, Any] = {}
    if said and "times" not in lacks:
        counted |= _of_the_clock(said, are_known=not lacks)
    if said and not lacks - {"times"}:
        counted |= _of_turns(said)
    return Facts(sum(_words(segment) for segment in said), lacks, **counted)


def _lacks(said: Sequence[Segment]) -> frozenset[Lack]:
    found: set[Lack] = set()
    if any(segment.start_s is None or segment.end_s is None for segment in said):
        found.add("times")
    speakers = {segment.speaker for segment in said}
    if "unknown" in speakers:
        found.add("speakers")
    elif len(speakers) == 1:
        found.add("second_party")
    return frozenset(found)


def _words(segment: Segment) -> int:
    return len(segment.text.split())


def _of_the_clock(said: Sequence[Segment], *, are_known: bool) -> dict[str, Any]:
    agent, customer = _speech(said, "agent"), _speech(said, "customer")
    spoken = _joined([*agent, *customer, *_speech(said, "unknown")], 0.0)
    silences = [Stretch(one.end_s, next_.start_s) for one, next_ in pairwise(spoken)]
    span_s = spoken[-1].end_s - spoken[0].start_s
    silence_s = _length_s(silences)
    agent_s, customer_s = _length_s(agent), _length_s(customer)
    counted: dict[str, Any] = {
        "span_s": span_s,
        "silence_s": silence_s,
        "silence_percent": 100 * silence_s / span_s if span_s else None,
        "longest_silence": max(silences, key=lambda each: each.length_s, default=None),
        "long_silences": tuple(each for each in silences if each.length_s >= LONG_SILENCE_S),
        "agent_words_per_minute": _pace(said, "agent", agent_s),
        "customer_words_per_minute": _pace(said, "customer", customer_s),
    }
    if are_known and agent_s and customer_s:
        share = 100 * agent_s / (agent_s + customer_s)
        counted |= {
            "agent_talk_s": agent_s,
            "customer_talk_s": customer_s,
            "agent_talk_percent": share,
            "customer_talk_percent": 100 - share,
            "overlap_s": agent_s + customer_s - _length_s(spoken),
            "interruptions": _interruptions(agent, customer),
        }
    return counted


def _of_turns(said: Sequence[Segment]) -> dict[str, Any]:
    if any(segment.start_s is None for segment in said):
        return {"turns": sum(1 for _ in groupby(said, key=lambda each: each.speaker))}
    in_time = sorted(said, key=lambda each: (_begin_s(each), _end_s(each), each.speaker))
    turns = [(who, list(lines)) for who, lines in groupby(in_time, key=lambda each: each.speaker)]
    waits = [
        max(0.0, _begin_s(answer[0]) - max(map(_end_s, asked)))
        for (who, asked), (_next, answer) in pairwise(turns)
        if who == "customer"
    ]
    return {"turns": len(turns), "response_s": median(waits) if waits else None}


def _begin_s(segment: Segment) -> float:
    return segment.words[0].start_s if segment.words else segment.start_s or 0.0


def _end_s(segment: Segment) -> float:
    if segment.words:
        return segment.words[-1].end_s
    return segment.end_s if segment.end_s is not None else segment.start_s or 0.0


def _speech(said: Iterable[Segment], speaker: Speaker) -> list[Stretch]:
    own = [segment for segment in said if segment.speaker == speaker]
    spoken = [
        Stretch(part.start_s or 0.0, part.end_s or 0.0)
        for segment in own
        for part in (segment.words or (segment,))
    ]
    return _joined(spoken, JOIN_S)


def _joined(stretches: Iterable[Stretch], pause_s: float) -> list[Stretch]:
    """Return the stretches in order, those that overlap or lie less than `pause_s` apart as one."""
    joined: list[Stretch] = []
    for each in sorted(stretches, key=lambda each: each.start_s):
        gap_s = each.start_s - joined[-1].end_s if joined else 0.0
        if joined and (gap_s <= 0 or gap_s < pause_s):
            joined[-1] = Stretch(joined[-1].start_s, max(joined[-1].end_s, each.end_s))
        else:
            joined.append(Stretch(each.start_s, max(each.start_s, each.end_s)))
    return joined


def _length_s(stretches: Iterable[Stretch]) -> float:
    return sum(each.length_s for each in stretches)


def _pace(said: Iterable[Segment], speaker: Speaker, talk_s: float) -> float | None:
    words = sum(_words(segment) for segment in said if segment.speaker == speaker)
    return 60 * words / talk_s if talk_s else None


def _interruptions(
    agent: Sequence[Stretch], customer: Sequence[Stretch]
) -> tuple[Interruption, ...]:
    found = [*_interrupting("agent", agent, customer), *_interrupting("customer", customer, agent)]
    return tuple(sorted(found, key=lambda each: (each.at_s, each.by)))


def _interrupting(
    by: Speaker, own: Sequence[Stretch], others: Sequence[Stretch]
) -> Iterable[Interruption]:
    starts = [other.start_s for other in others]
    for each in own:
        before = bisect_left(starts, each.start_s) - 1  # the last that had begun
        if before < 0:
            continue
        both_s = others[before].end_s - each.start_s
        if both_s >= INTERRUPTION_S and each.end_s > others[before].end_s:
            yield Interruption(by, each.start_s, both_s)
