"""Transcripts and the state of the recordings behind them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, insert, select, update
from sqlmodel import Session, col

from qm.core.transcript import Segment, Word
from qm.store.tables import Interaction, Recording, SegmentRow, Transcript


def segments_of(session: Session, interaction_id: str) -> tuple[Segment, ...]:
    """Return the segments of an interaction in their order; none where it has no transcript."""
    query = (
        select(
            col(SegmentRow.speaker),
            col(SegmentRow.start_s),
            col(SegmentRow.end_s),
            col(SegmentRow.text),
            col(SegmentRow.words),
            col(SegmentRow.confidence),
        )
        .join(Recording, col(Recording.transcript_id) == col(SegmentRow.transcript_id))
        .where(col(Recording.interaction_id) == interaction_id)
        .order_by(col(SegmentRow.position))
    )
    return tuple(
        Segment(speaker, start_s, end_s, text, tuple(Word(*word) for word in words), confidence)
        for speaker, start_s, end_s, text, words, confidence in session.execute(query)
    )


def transcript_of(session: Session, interaction_id: str) -> Transcript | None:
    """Return the transcript in force of an interaction, None where it has none."""
    in_force = col(Recording.transcript_id) == col(Transcript.id)
    query = select(Transcript).join(Recording, in_force)
    return session.scalars(query.where(col(Recording.interaction_id) == interaction_id)).first()


def calls_with_words(session: Session, among: Sequence[str] | None = None) -> list[str]:
    """Return the calls that have a transcript, by id; all of them or those named."""
    query = (
        select(col(Recording.interaction_id))
        .join(Interaction, col(Interaction.id) == col(Recording.interaction_id))
        .where(col(Recording.transcript_id).is_not(None), col(Interaction.channel) == "call")
        .order_by(col(Recording.interaction_id))
    )
    if among is not None:
        query = query.where(col(Recording.interaction_id).in_(among))
    return list(session.scalars(query))


def transcripts_in_force(session: Session) -> list[int]:
    """Return the ids of the transcripts that interactions have now."""
    query = (
        select(col(Recording.transcript_id))
        .where(col(Recording.transcript_id).is_not(None))
        .distinct()
        .order_by(col(Recording.transcript_id))
    )
    return [int(id_) for id_ in session.scalars(query) if id_ is not None]


def add_transcript(session: Session, transcript: Transcript, segments: Sequence[Segment]) -> int:
    """Add a transcript with its segments; return its id."""
    values = transcript.model_dump(exclude={"id"})
    inserted = session.execute(insert(Transcript).values(values).returning(col(Transcript.id)))
    transcript_id = int(inserted.scalar_one())
    rows = [
        {
            "transcript_id": transcript_id,
            "position": position,
            "speaker": segment.speaker,
            "start_s": segment.start_s,
            "end_s": segment.end_s,
            "text": segment.text,
            "words": [
                [word.start_s, word.end_s, word.text, word.probability] for word in segment.words
            ],
            "confidence": segment.confidence,
        }
        for position, segment in enumerate(segments)
    ]
    if rows:
        session.execute(insert(SegmentRow), rows)
    return transcript_id


def put_in_force(
    session: Session, interaction_id: str, transcript_id: int, *, instead_of: int, now: datetime
) -> bool:
    """Put a transcript of one interaction in force; False where another one is by now."""
    query = (
        update(Recording)
        .where(
            col(Recording.interaction_id) == interaction_id,
            col(Recording.transcript_id) == instead_of,
        )
        .values(transcript_id=transcript_id, updated_at=now)
        .returning(col(Recording.interaction_id))
    )
    return session.execute(query).first() is not None


def versions_of(session: Session, interaction_id: str) -> list[Transcript]:
    """Return the versions of an interaction's words, the first one first, the one in force last."""
    version = transcript_of(session, interaction_id)
    versions: list[Transcript] = []
    while version is not None:
        versions.insert(0, version)
        based_on_id = version.based_on_id
        version = session.get(Transcript, based_on_id) if based_on_id is not None else None
    return versions


def has_machine_transcript(session: Session, audio_sha256: str, settings_sha256: str) -> bool:
    """Whether this audio was transcribed with these settings before."""
    return session.scalar(select(_made_of(audio_sha256, settings_sha256).exists())) is True


def machine_transcript(session: Session, audio_sha256: str, settings_sha256: str) -> Transcript:
    """Return the transcript that was made of this audio with these settings; there must be one."""
    return session.scalars(_made_of(audio_sha256, settings_sha256)).one()


def _made_of(audio_sha256: str, settings_sha256: str) -> Select[Transcript]:
    return select(Transcript).where(
        col(Transcript.audio_sha256) == audio_sha256,
        col(Transcript.settings_sha256) == settings_sha256,
    )


def channels_of(session: Session, transcript_id: int | None) -> int | None:
    """Return the channels of the recordings that this transcript was made of."""
    query = select(func.max(col(Recording.channels))).where(
        col(Recording.transcript_id) == transcript_id
    )
    return session.scalar(query)
