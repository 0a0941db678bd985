"""Searching the words of all transcripts that the person may open."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.personal_data.masking import masked_segments
from qm.core.personal_data.rules import PrivacyRules
from qm.core.personal_data.word_places import word_places
from qm.core.problems import NotAllowed
from qm.core.search import Query, found_in, parsed
from qm.core.search_lines import Line, is_as_said, line_words, lines
from qm.core.transcript import Segment, Speaker
from qm.core.word_forms import KeyedWord
from qm.store.blind import untold, works_blind
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.recording_files import file_of
from qm.store.search_hits import FoundLine, Within, agents_of, evaluations_of, found_lines
from qm.store.tables import Agent, Interaction, Recording
from qm.store.transcript_search import (
    count_unsearchable,
    reindex,
    segments_between,
    segments_of_transcripts,
)
from qm.workflow.blind import nobody
from qm.workflow.recordings import require_may_open
from qm.workflow.transcripts import Words, words_of

__all__ = [
    "Hit",
    "Hits",
    "Opened",
    "Within",
    "count_unsearchable_transcripts",
    "index_missing",
    "open_interaction",
    "search_transcripts",
]

_WORDS_BEFORE, _WORDS_AFTER = 12, 30


@dataclass(frozen=True)
class Hit:
    """A place where what was looked for is said, with the words around it.

    `text` is masked, `found` are the stretches [start, end) of it that were looked for.
    `position` is the segment's in the transcript, `start_s` the second at which the first found
    word is said (the segment's beginning where the times of words are not known, None where
    nothing is). `evaluation_id` is the newest evaluation that the person may read.
    """

    interaction: Interaction
    agent: Agent
    speaker: Speaker
    position: int
    start_s: float | None
    text: str
    found: tuple[tuple[int, int], ...]
    evaluation_id: int | None


@dataclass(frozen=True)
class Opened:
    """An interaction to read, and to hear where it has a recording."""

    interaction: Interaction
    agent: Agent
    words: Words
    has_recording: bool
    duration_s: float | None


@dataclass(frozen=True)
class Hits:
    """A page of hits, the newest interaction first; how many there are, in how many of them."""

    hits: tuple[Hit, ...]
    total: int
    interactions: int


def search_transcripts(
    engine: Engine,
    actor: Actor,
    text: str,
    within: Within | None = None,
    *,
    limit: int = 20,
    offset: int = 0,
) -> Hits:
    """Return where the words that somebody typed are said, in what this person may open.

    For what may be typed see `qm.core.search.parsed`, whose `BadInput` is raised. A hit is what
    one speaker says in a row, and counts once however often the words are in it. Only the
    transcript in force is searched, and only what is left of it by the masking rules in force.
    Where agents are hidden, an analyst learns of none before the interaction is evaluated.
    """
    actor.require("search_transcripts")
    query = parsed(text)
    with transaction(engine) as session:
        rules, limits = rules_in_force(session), within or Within()
        if works_blind(session, actor):
            limits = replace(limits, blind=actor.username)
        found = found_lines(session, query, actor, rules, limits, limit=limit, offset=offset)
        hits = _hits(session, actor, query, rules, found.lines)
    return Hits(tuple(hits), found.total, found.interactions)


def open_interaction(engine: Engine, actor: Actor, interaction_id: str) -> Opened:
    """Return an interaction that the person may open, with its masked words.

    Raises `NotAllowed` for one that they may not.
    """
    actor.require("search_transcripts")
    with transaction(engine) as session:
        standing = require_may_open(session, actor, interaction_id)
        if standing is None:
            raise NotAllowed(f"there is no interaction {interaction_id}")
        recording = session.get(Recording, interaction_id)
        return Opened(
            interaction=standing.interaction,
            agent=_agents_told(session, actor, [standing.interaction])[interaction_id],
            words=words_of(session, interaction_id),
            has_recording=standing.interaction.channel == "call"
            and file_of(standing.interaction, recording) is not None,
            duration_s=recording.duration_s if recording else None,
        )


def count_unsearchable_transcripts(engine: Engine, actor: Actor) -> int:
    """Return how many transcripts are not found yet: from before the masking rules in force."""
    actor.require("transcribe")
    with transaction(engine) as session:
        return count_unsearchable(session, rules_in_force(session))


def index_missing(
    engine: Engine, actor: Actor, on_progress: Callable[[int, int], None] | None = None
) -> int:
    """Make all transcripts searchable that are not; return how many they were.

    `on_progress` is told how many are done and how many there are.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        rules = rules_in_force(session)
    return reindex(engine, rules, on_progress)


def _agents_told(
    session: Session, actor: Actor, interactions: Sequence[Interaction]
) -> dict[str, Agent]:
    """Return whose these interactions are, by their ids; nobody where that is not to be told."""
    agents = agents_of(session, {each.agent_id for each in interactions})
    hidden = untold(session, actor, {each.id for each in interactions})
    return {
        each.id: nobody(each.team_id) if each.id in hidden else agents[each.agent_id]
        for each in interactions
    }


def _hits(
    session: Session, actor: Actor, query: Query, rules: PrivacyRules, found: Sequence[FoundLine]
) -> list[Hit]:
    by_place = _lines(session, rules, found)
    evaluations = {
        evaluation.interaction_id: evaluation.id
        for evaluation in evaluations_of(session, actor, {line.interaction.id for line in found})
    }
    agents = _agents_told(session, actor, [line.interaction for line in found])
    return [
        _hit(
            each.interaction,
            agents[each.interaction.id],
            by_place[each.transcript_id, each.position],
            query,
            evaluations.get(each.interaction.id),
        )
        for each in found
    ]


def _lines(
    session: Session, rules: PrivacyRules, found: Sequence[FoundLine]
) -> dict[tuple[int, int], Line]:
    """Return the masked lines by transcript and position.

    A whole transcript is masked only where a line has something to mask.
    """
    keys = {(each.transcript_id, each.position): each.key for each in found}
    shown: dict[tuple[int, int], Line] = {}
    stretches = {(each.transcript_id, each.position, each.next_position) for each in found}
    for place, segments in segments_between(session, stretches).items():
        line = lines(segments)[0].moved(place[1])
        if is_as_said(line.text, keys[place]):
            shown[place] = line
    masked = {transcript_id for transcript_id, position in keys.keys() - shown.keys()}
    for transcript_id, segments in segments_of_transcripts(session, masked).items():
        for line in lines(masked_segments(segments, rules)):
            shown[transcript_id, line.position] = line
    return shown


def _hit(
    interaction: Interaction, agent: Agent, line: Line, query: Query, evaluation_id: int | None
) -> Hit:
    words = line_words(line.text)
    found = found_in(query, words)
    place = found[0][0]
    index, segment, start = _segment_at(line, place)
    text, stretches = _excerpt(line.text, words, found)
    return Hit(
        interaction=interaction,
        agent=agent,
        speaker=segment.speaker,
        position=line.places[index],
        start_s=_second(segment, place - start),
        text=text,
        found=tuple(stretches),
        evaluation_id=evaluation_id,
    )


def _segment_at(line: Line, place: int) -> tuple[int, Segment, int]:
    """Return the segment in which a character of the line stands, and where its text begins."""
    start = 0
    for index, segment in enumerate(line.segments):
        end = start + len(segment.text) + 1
        if place < end:
            return index, segment, start
        start = end
    raise AssertionError(place)


def _second(segment: Segment, place: int) -> float | None:
    """Return when the word at a character of the segment is said, else when the segment begins."""
    for word in word_places(segment) or ():
        if place < word.end:
            return word.word.start_s
    return segment.start_s


def _excerpt(
    text: str, words: Sequence[KeyedWord], found: Sequence[tuple[int, int]]
) -> tuple[str, list[tuple[int, int]]]:
    """Return the words around the first stretch, and the stretches in them."""
    at = bisect_right([word.start for word in words], found[0][0]) - 1
    first, last = max(0, at - _WORDS_BEFORE), min(len(words) - 1, at + _WORDS_AFTER)
    start = 0 if first == 0 else words[first].start
    end = len(text) if last == len(words) - 1 else words[last].end
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = len(before) - start
    within = [(a + moved, min(b, end) + moved) for a, b in found if start <= a < end]
    return before + text[start:end] + after, within
