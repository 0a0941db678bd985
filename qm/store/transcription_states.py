"""What the queue of recordings looks like: how much there is, who works, how fast it goes."""

from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.recording_files import file_column
from qm.store.tables import Interaction, Recording, Transcript, TranscriptionPause, Worker
from qm.store.transcription_queue import is_due, is_wanted, urgency
from qm.store.transcription_workers import is_alive

_RECENT = 50


class Waiting(NamedTuple):
    """How many recordings may be begun, and how long those are whose length is known."""

    recordings: int
    of_known_length: int
    length_s: float


class Pace(NamedTuple):
    """How long the last recordings were, and how long it took a process to transcribe them."""

    recordings: int
    length_s: float
    processing_s: float


def counts(session: Session, now: datetime) -> dict[str, int]:
    """Return how many recordings there are per state.

    waiting, held, put_off (to be tried again later), running, failed, done.
    """
    kind = (col(Recording.state), col(Recording.is_held), col(Recording.next_try_at) > now)
    query = select(*kind, func.count()).where(is_wanted()).group_by(*kind)
    found = dict.fromkeys(("waiting", "held", "put_off", "running", "failed", "done"), 0)
    for state, is_held, is_later, count in session.execute(query):
        waits = "held" if is_held else "put_off" if is_later else "waiting"
        found[waits if state == "waiting" else state] += count
    return found


def waiting(session: Session, now: datetime) -> Waiting:
    """Return how much may be begun now."""
    query = (
        select(func.count(), func.count(_length()), func.coalesce(func.sum(_length()), 0.0))
        .select_from(Recording)
        .join(Interaction, col(Interaction.id) == col(Recording.interaction_id))
        .where(is_due(now))
    )
    count, known, length_s = session.execute(query).one()
    return Waiting(count, known, float(length_s))


def pace(session: Session) -> Pace:
    """Return how fast the last recordings were transcribed."""
    recent = (
        select(col(Transcript.duration_s), col(Transcript.processing_s))
        .where(
            col(Transcript.origin) == "whisper",
            col(Transcript.duration_s) > 0,
            col(Transcript.processing_s).is_not(None),
        )
        .order_by(col(Transcript.id).desc())
        .limit(_RECENT)
        .subquery()
    )
    query: Select[Any] = select(
        func.count(),
        func.coalesce(func.sum(recent.c.duration_s), 0.0),
        func.coalesce(func.sum(recent.c.processing_s), 0.0),
    ).select_from(recent)
    count, length_s, processing_s = session.execute(query).one()
    return Pace(count, float(length_s), float(processing_s))


def pause_in_force(session: Session) -> TranscriptionPause | None:
    """Return who paused the queue and when; None while it runs."""
    return session.get(TranscriptionPause, 1)


def live_workers(session: Session, seen_since: datetime) -> pd.DataFrame:
    """Return the workers that were seen since then: worker_id, host, pid, model, started_at."""
    columns = (Worker.id, Worker.host, Worker.pid, Worker.model, Worker.started_at)
    query = (
        select(*map(col, columns))
        .where(is_alive(seen_since))
        .order_by(col(Worker.host), col(Worker.pid), col(Worker.id))
    )
    return frame_of(session, query).rename(columns={"id": "worker_id"})


def running_recordings(session: Session) -> pd.DataFrame:
    """Return what is being transcribed, the longest at it first.

    interaction_id, recording_file, host, pid, began_at, heard_s, length_s, attempts.
    """
    query = (
        _listed(col(Worker.host), col(Worker.pid), col(Recording.began_at), col(Recording.heard_s))
        .outerjoin(Worker, col(Worker.id) == col(Recording.worker_id))
        .where(col(Recording.state) == "running")
        .order_by(col(Recording.began_at), col(Recording.interaction_id))
    )
    return frame_of(session, query)


def waiting_recordings(session: Session, limit: int) -> pd.DataFrame:
    """Return what waits, the most urgent first.

    interaction_id, recording_file, is_held, next_try_at, problem (of the last try), length_s,
    attempts.
    """
    query = (
        _listed(col(Recording.is_held), col(Recording.next_try_at), col(Recording.problem))
        .where(col(Recording.state) == "waiting", is_wanted())
        .order_by(col(Recording.is_held), *urgency())
        .limit(limit)
    )
    return frame_of(session, query)


def failed_recordings(session: Session, limit: int) -> pd.DataFrame:
    """Return what failed, the latest first.

    interaction_id, recording_file, problem, updated_at, length_s, attempts.
    """
    query = (
        _listed(col(Recording.problem), col(Recording.updated_at))
        .where(col(Recording.state) == "failed", is_wanted())
        .order_by(col(Recording.updated_at).desc(), col(Recording.interaction_id))
        .limit(limit)
    )
    return frame_of(session, query)


def done_recordings(session: Session, limit: int) -> pd.DataFrame:
    """Return what has its words, the latest first.

    interaction_id, recording_file, origin, model, language, channels, updated_at, length_s,
    attempts.
    """
    query = (
        _listed(
            col(Transcript.origin),
            col(Transcript.model),
            col(Transcript.language),
            col(Recording.channels),
            col(Recording.updated_at),
        )
        .join(Transcript, col(Transcript.id) == col(Recording.transcript_id))
        .where(col(Recording.state) == "done", col(Interaction.channel) == "call")
        .order_by(col(Recording.updated_at).desc(), col(Recording.interaction_id))
        .limit(limit)
    )
    return frame_of(session, query)


def _listed(*columns: Any) -> Select[Any]:
    return (
        select(
            col(Recording.interaction_id),
            file_column().label("recording_file"),
            *columns,
            _length().label("length_s"),
            col(Recording.attempts),
        )
        .select_from(Recording)
        .join(Interaction, col(Interaction.id) == col(Recording.interaction_id))
    )


def _length() -> ColumnElement[float]:
    """Return how long a recording is: as measured, else as the import says the call was."""
    return func.coalesce(col(Recording.duration_s), col(Interaction.talk_s))
