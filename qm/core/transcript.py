"""Transcripts: who said what and when, and what can be counted in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Speaker = Literal["agent", "customer", "unknown", "system"]


@dataclass(frozen=True)
class Word:
    """A word with its seconds from the start of the recording and the model's confidence."""

    start_s: float
    end_s: float
    text: str
    probability: float


@dataclass(frozen=True)
class Segment:
    """A stretch of one speaker; seconds are None where the source gives no times.

    `confidence` is the mean probability of its words (0 to 1), None where nobody tells one.
    """

    speaker: Speaker
    start_s: float | None
    end_s: float | None
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True)
class Facts:
    """What can be counted in a transcript; None where it cannot be told.

    `agent_talk_percent` is the agent's share of the seconds in which somebody speaks,
    `longest_silence_s` the longest stretch in which nobody does, between first and last word;
    `interruptions` how often one party starts while the other is still speaking for at least
    half a second more.
    """

    words: int
    agent_talk_percent: float | None
    longest_silence_s: float | None
    interruptions: int | None
    agent_words_per_minute: float | None


_INTERRUPTION_S = 0.5


def facts(segments: Sequence[Segment]) -> Facts:
    """Return the counts of a transcript; shares and overlaps need two known speakers."""
    timed = sorted(
        (s.start_s, s.end_s, s.speaker)
        for s in segments
        if s.start_s is not None and s.end_s is not None
    )
    talk_s = {
        speaker: sum(end - start for start, end, who in timed if who == speaker)
        for speaker in ("agent", "customer")
    }
    both_s = talk_s["agent"] + talk_s["customer"]
    two_speakers = all(talk_s.values())
    agent_words = sum(len(s.text.split()) for s in segments if s.speaker == "agent")
    return Facts(
        words=sum(len(s.text.split()) for s in segments),
        agent_talk_percent=100 * talk_s["agent"] / both_s if two_speakers else None,
        longest_silence_s=_longest_silence_s(timed),
        interruptions=_interruptions(timed) if two_speakers else None,
        agent_words_per_minute=60 * agent_words / talk_s["agent"] if talk_s["agent"] else None,
    )


def _longest_silence_s(timed: Sequence[tuple[float, float, Speaker]]) -> float | None:
    if not timed:
        return None
    longest, spoken_until = 0.0, timed[0][1]
    for start, end, _ in timed[1:]:
        longest = max(longest, start - spoken_until)
        spoken_until = max(spoken_until, end)
    return longest


def _interruptions(timed: Sequence[tuple[float, float, Speaker]]) -> int:
    count = 0
    speaking_until: dict[Speaker, float] = {}
    for start, end, who in timed:
        others = [until for other, until in speaking_until.items() if other != who]
        count += any(until - start >= _INTERRUPTION_S for until in others)
        speaking_until[who] = max(speaking_until.get(who, 0.0), end)
    return count
