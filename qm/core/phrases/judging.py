"""Which phrase rules an interaction keeps: found in its words, never guessed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from qm.core.phrases.rules import PhraseRules, Rule, Within
from qm.core.phrases.tokens import pattern_of, timed_words
from qm.core.text import LANGUAGES
from qm.core.transcript import Segment

State = Literal["said", "not_said", "not_applicable", "cannot_tell"]
Why = Literal["channel", "language", "no_words", "weak_words", "speakers", "times"]

_WORDS_BEFORE = 2


@dataclass(frozen=True)
class Said:
    """Where a phrase begins: the line, and its second where the transcript has times."""

    line: int
    start_s: float | None


@dataclass(frozen=True)
class Finding:
    """What became of a rule; `why` says it where the rule does not apply or cannot be judged.

    `said` are the places that count; `elsewhere` those outside of the stretch the rule names.
    """

    rule: Rule
    state: State
    said: tuple[Said, ...] = ()
    elsewhere: tuple[Said, ...] = ()
    why: Why | None = None

    @property
    def is_kept(self) -> bool | None:
        """Whether the rule is kept; None where it does not apply or cannot be judged."""
        if self.state not in {"said", "not_said"}:
            return None
        return (self.state == "said") == (self.rule.must == "be_said")


@dataclass(frozen=True)
class _Match:
    speaker: str
    said: Said


@dataclass(frozen=True)
class _Run:
    speaker: str
    words: tuple[tuple[str, Said], ...]
    text: str


def judge(
    rules: PhraseRules,
    segments: Sequence[Segment],
    *,
    channel: str,
    language: str | None,
    is_weak: bool = False,
) -> list[Finding]:
    """Return a finding per rule, in the rules' order.

    `language` is the interaction's ISO 639 code; phrases of every language are looked for where
    it is not known. A phrase may run over lines of one speaker that follow each other. A line
    whose speaker is unknown counts for nobody: where only such lines hold the phrase, the finding
    is that it cannot be told. `is_weak`: many of the words are wrong, so that what is not found may
    have been said all the same.
    """
    runs = list(_runs(segments))
    findings = (_judge(rule, segments, runs, channel, language) for rule in rules.rules)
    return [_doubted(finding) if is_weak else finding for finding in findings]


def _doubted(finding: Finding) -> Finding:
    if finding.state != "not_said":
        return finding
    return replace(finding, state="cannot_tell", why="weak_words")


def _judge(
    rule: Rule,
    segments: Sequence[Segment],
    runs: Sequence[_Run],
    channel: str,
    language: str | None,
) -> Finding:
    if rule.channels and channel not in rule.channels:
        return Finding(rule, "not_applicable", why="channel")
    spoken = (language or "").replace("_", "-").partition("-")[0].lower()
    languages = [each for each in LANGUAGES if spoken in {"", each}]
    phrases = [phrase for each in languages for phrase in rule.phrases.of(each)]
    if not phrases:
        return Finding(rule, "not_applicable", why="language")
    if not any(segment.is_said for segment in segments):
        return Finding(rule, "cannot_tell", why="no_words")
    denials = [phrase for each in languages for phrase in rule.not_after.of(each)]
    return _found(rule, segments, list(_matches(runs, phrases, denials)))


def _found(rule: Rule, segments: Sequence[Segment], matches: Sequence[_Match]) -> Finding:
    wanted = {"anyone": {"agent", "customer", "unknown", "system"}}.get(rule.speaker)
    wanted = wanted or {rule.speaker}
    own = [match.said for match in matches if match.speaker in wanted]
    place = _Place(rule.within, segments, wanted)
    inside = tuple(said for said in own if place.holds(said))
    elsewhere = tuple(said for said in own if place.holds(said) is False)
    if inside:
        return Finding(rule, "said", inside, elsewhere)
    if len(elsewhere) < len(own):
        return Finding(rule, "cannot_tell", elsewhere=elsewhere, why="times")
    if any(match.speaker == "unknown" and match.said not in own for match in matches):
        return Finding(rule, "cannot_tell", elsewhere=elsewhere, why="speakers")
    return Finding(rule, "not_said", elsewhere=elsewhere)


class _Place:
    """The stretch of a conversation in which a rule wants its phrase."""

    def __init__(
        self, within: Within | None, segments: Sequence[Segment], wanted: set[str]
    ) -> None:
        self._within = within
        said = [segment for segment in segments if segment.is_said]
        starts = [segment.start_s for segment in said if segment.start_s is not None]
        ends = [segment.end_s for segment in said if segment.end_s is not None]
        self._start_s = min(starts, default=None)
        self._end_s = max([*ends, *starts], default=None)
        lines = enumerate(segments)
        self._lines = [place for place, line in lines if line.is_said and line.speaker in wanted]

    def holds(self, said: Said) -> bool | None:
        """Whether the place lies in the stretch; None where the times are not known."""
        within = self._within
        if within is None:
            return True
        if within.first_lines is not None:
            return said.line in self._lines[: within.first_lines]
        if within.last_lines is not None:
            return said.line in self._lines[-within.last_lines :]
        if said.start_s is None or self._start_s is None or self._end_s is None:
            return None
        if within.first_s is not None:
            return said.start_s <= self._start_s + within.first_s
        return said.start_s >= self._end_s - (within.last_s or 0)


def _runs(segments: Sequence[Segment]) -> Iterator[_Run]:
    """Yield what each speaker says in lines that follow each other."""
    lines = ((place, segment) for place, segment in enumerate(segments) if segment.is_said)
    for speaker, run in groupby(lines, key=lambda line: line[1].speaker):
        words = tuple(
            (word, Said(place, start_s))
            for place, line in run
            for word, start_s in timed_words(line)
        )
        yield _Run(speaker, words, " " + "".join(f"{word} " for word, _ in words))


def _matches(
    runs: Sequence[_Run], phrases: Sequence[str], denials: Sequence[str]
) -> Iterator[_Match]:
    wanted = re.compile(rf"(?<= )(?:{'|'.join(pattern_of(phrase) for phrase in phrases)})(?= )")
    denied = re.compile("|".join(rf" {pattern_of(denial)} " for denial in denials) or r"(?!)")
    for run in runs:
        for found in wanted.finditer(run.text):
            number = run.text.count(" ", 0, found.start()) - 1
            said_before = run.words[max(0, number - _WORDS_BEFORE) : number]
            before = " ".join(word for word, _ in said_before)
            if not denied.search(f" {before} "):
                yield _Match(run.speaker, run.words[number][1])
