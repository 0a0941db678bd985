"""Transcripts and the state of the recordings behind them."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Select, func, insert, select, update
from sqlmodel import Session, col

from qm.core.transcript import Segment, Word
from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.tables import Interaction, Pick, Recording, SegmentRow, Transcript


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


def add_missing_recordings(session: Session, now: datetime) -> int:
    """Add a waiting recording for each drawn call that has a file and none; return how many."""
    query = (
        select(col(Interaction.id))
        .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
        .where(
            col(Interaction.channel) == "call",
            col(Interaction.recording_file).is_not(None),
            col(Interaction.recording_file) != "",
            col(Interaction.id).in_(_drawn()),
            col(Recording.interaction_id).is_(None),
        )
    )
    rows = [
        {"interaction_id": interaction_id, "state": "waiting", "attempts": 0, "updated_at": now}
        for interaction_id in session.scalars(query)
    ]
    if rows:
        session.execute(insert(Recording), rows)
    return len(rows)


def unfinished_recordings(session: Session) -> list[str]:
    """Return the interactions of drawn recordings that wait or were left running, by id."""
    query = (
        select(col(Recording.interaction_id))
        .where(
            col(Recording.state).in_(("waiting", "running")),
            col(Recording.interaction_id).in_(_drawn()),
        )
        .order_by(col(Recording.interaction_id))
    )
    return list(session.scalars(query))


def set_failed_waiting(
    session: Session, interaction_ids: Sequence[str] | None, now: datetime
) -> int:
    """Let failed recordings wait again, all of them or those named; return how many."""
    failed = update(Recording).where(col(Recording.state) == "failed")
    if interaction_ids is not None:
        failed = failed.where(col(Recording.interaction_id).in_(interaction_ids))
    waiting = failed.values(state="waiting", problem=None, attempts=0, updated_at=now)
    return len(session.execute(waiting.returning(col(Recording.interaction_id))).all())


def recording_states(session: Session) -> pd.DataFrame:
    """Return every recording with its state, the newest change first.

    interaction_id, agent_id, team_id, recording_file, state, problem, attempts, duration_s,
    channels, model, language, updated_at.
    """
    query = (
        select(
            col(Recording.interaction_id),
            col(Interaction.agent_id),
            col(Interaction.team_id),
            col(Interaction.recording_file),
            col(Recording.state),
            col(Recording.problem),
            col(Recording.attempts),
            col(Recording.duration_s),
            col(Recording.channels),
            col(Transcript.model),
            col(Transcript.language),
            col(Recording.updated_at),
        )
        .join(Interaction, col(Interaction.id) == col(Recording.interaction_id))
        .outerjoin(Transcript, col(Transcript.id) == col(Recording.transcript_id))
        .where(col(Interaction.recording_file).is_not(None))
        .order_by(col(Recording.updated_at).desc(), col(Recording.interaction_id))
    )
    return frame_of(session, query)


def _drawn() -> Select[str]:
    return select(col(Pick.interaction_id)).where(in_effect())
