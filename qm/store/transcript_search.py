"""The lines that the search looks in: made, made again, and which are missing."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    Select,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlmodel import Session, col, exists

from qm.core.personal_data.masking import masked_segments
from qm.core.personal_data.rules import PrivacyRules
from qm.core.search_lines import Line, line_key, lines
from qm.core.transcript import SPEAKERS, Segment, Speaker, Word
from qm.store.engine import transaction
from qm.store.tables import Recording, SegmentRow, metadata

SPEAKER_BITS = 4
POSITION_BITS = 20
TRANSCRIPT_STEP = 1 << (SPEAKER_BITS + POSITION_BITS)
_FORM_OF_KEYS = 1  # another number where the same text gets another key: all lines are made again
_TRANSCRIPTS_AT_ONCE = 50
_SILENCE = Line((0,), (Segment("unknown", None, None, ""),))  # so that it is known to be indexed
_LINE = metadata.tables["search_line"]


def line_id(transcript_id: int, position: int, speaker: Speaker) -> int:
    """Return the id of a line, which the three can be told from."""
    place = (transcript_id << POSITION_BITS) + position
    return (place << SPEAKER_BITS) + SPEAKERS.index(speaker)


def made_with(rules: PrivacyRules) -> str:
    """Return what lines carry that these rules mask, as a hash."""
    text = json.dumps([_FORM_OF_KEYS, rules.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def index_transcript(
    session: Session, transcript_id: int, segments: Sequence[Segment], rules: PrivacyRules
) -> None:
    """Make the lines of a transcript from its original segments, in place of those it has."""
    index_transcripts(session, {transcript_id: segments}, rules)


def index_transcripts(
    session: Session, transcripts: Mapping[int, Sequence[Segment]], rules: PrivacyRules
) -> None:
    """Make the lines of transcripts, by their ids, as `index_transcript` does."""
    if not transcripts:
        return
    made = made_with(rules)
    rows = [
        {
            "id": line_id(id_, line.position, line.segments[0].speaker),
            "transcript_id": id_,
            "position": line.position,
            "key": line_key(line.text),
            "rules_sha256": made,
        }
        for id_, segments in transcripts.items()
        for line in lines(masked_segments(segments, rules)) or [_SILENCE]
    ]
    for id_ in transcripts:
        first, after = (line_id(each, 0, SPEAKERS[0]) for each in (id_, id_ + 1))
        session.execute(_LINE.delete().where(_LINE.c.id >= first, _LINE.c.id < after))
    session.execute(_LINE.insert(), rows)


def reindex(
    engine: Engine,
    rules: PrivacyRules,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Make the lines that are missing or of other rules; return for how many transcripts.

    Some transcripts at a time, each with its own transaction, so that others can write. A line of
    other rules is not found meanwhile. `on_progress` is told transcripts done and in all.
    """
    with transaction(engine) as session:
        waiting = [id_ for id_ in session.scalars(_unsearchable(rules)) if id_ is not None]
    for done in range(0, len(waiting), _TRANSCRIPTS_AT_ONCE):
        some = waiting[done : done + _TRANSCRIPTS_AT_ONCE]
        with transaction(engine) as session:
            index_transcripts(session, segments_of_transcripts(session, some), rules)
        if on_progress is not None:
            on_progress(done + len(some), len(waiting))
    return len(waiting)


def count_unsearchable(session: Session, rules: PrivacyRules) -> int:
    """Return how many transcripts in force have no lines that these rules made."""
    query = select(func.count()).select_from(_unsearchable(rules).subquery())
    return int(session.execute(query).scalar_one())


def _unsearchable(rules: PrivacyRules) -> Select[int | None]:
    of_transcript = cast(col(Recording.transcript_id), BigInteger)
    has_lines = exists().where(
        _LINE.c.id >= of_transcript * TRANSCRIPT_STEP,
        _LINE.c.id < (of_transcript + 1) * TRANSCRIPT_STEP,
        _LINE.c.rules_sha256 == made_with(rules),
    )
    return (
        select(col(Recording.transcript_id))
        .where(col(Recording.transcript_id).is_not(None), ~has_lines)
        .distinct()
        .order_by(col(Recording.transcript_id))
    )


def segments_of_transcripts(
    session: Session, transcript_ids: Iterable[int]
) -> dict[int, tuple[Segment, ...]]:
    """Return the original segments of each of these transcripts, in their order."""
    ids = list(transcript_ids)
    found: dict[int, list[Segment]] = {id_: [] for id_ in ids}
    for id_, _, segment in _segments(session, col(SegmentRow.transcript_id).in_(ids)):
        found[id_].append(segment)
    return {id_: tuple(segments) for id_, segments in found.items()}


def segments_between(
    session: Session, stretches: Collection[tuple[int, int, int | None]]
) -> dict[tuple[int, int], tuple[Segment, ...]]:
    """Return the original segments of stretches, by transcript and first position.

    A stretch is a transcript, the first position and the one after the last, None for all others.
    """
    within = [
        and_(
            col(SegmentRow.transcript_id) == id_,
            col(SegmentRow.position) >= first,
            true() if end is None else col(SegmentRow.position) < end,
        )
        for id_, first, end in stretches
    ]
    found = list(_segments(session, or_(false(), *within)))
    return {
        (id_, first): tuple(
            segment
            for each, position, segment in found
            if each == id_ and first <= position and (end is None or position < end)
        )
        for id_, first, end in stretches
    }


def _segments(
    session: Session, condition: ColumnElement[bool]
) -> Iterator[tuple[int, int, Segment]]:
    """Yield transcript, position and segment of those that fit, in order."""
    query = (
        select(
            col(SegmentRow.transcript_id),
            col(SegmentRow.position),
            col(SegmentRow.speaker),
            col(SegmentRow.start_s),
            col(SegmentRow.end_s),
            col(SegmentRow.text),
            col(SegmentRow.words),
            col(SegmentRow.confidence),
        )
        .where(condition)
        .order_by(col(SegmentRow.transcript_id), col(SegmentRow.position))
    )
    for id_, position, speaker, start_s, end_s, text, words, confidence in session.execute(query):
        spoken = tuple(Word(*word) for word in words)
        yield id_, position, Segment(speaker, start_s, end_s, text, spoken, confidence)
