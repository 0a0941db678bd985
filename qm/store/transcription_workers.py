"""The workers that transcribe: who lives, and what the dead ones have left."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session, col

from qm.store.tables import Recording, Worker
from qm.store.transcription_queue import Lease

_FORGOTTEN_AFTER = timedelta(days=7)


def database_time(session: Session) -> datetime:
    """Return the database's clock: the one that all workers share."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)  # one machine, one clock
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def add_worker(session: Session, worker: Worker) -> None:
    """Add a worker; those that nobody saw for a week are forgotten."""
    long_ago = worker.started_at - _FORGOTTEN_AFTER
    session.execute(delete(Worker).where(col(Worker.seen_at) < long_ago))
    session.add(worker)


def see_worker(session: Session, worker_id: str, now: datetime) -> None:
    """Note that the worker lives."""
    session.execute(update(Worker).where(col(Worker.id) == worker_id).values(seen_at=now))


def end_worker(session: Session, worker_id: str, now: datetime) -> None:
    """Note that the worker is no more."""
    session.execute(update(Worker).where(col(Worker.id) == worker_id).values(ended_at=now))


def is_alive(seen_since: datetime) -> ColumnElement[bool]:
    """Return the condition on `Worker` that holds for those at work."""
    return col(Worker.ended_at).is_(None) & (col(Worker.seen_at) >= seen_since)


def leases_of_dead(session: Session, seen_since: datetime) -> list[Lease]:
    """Return what workers have that ended or were not seen since; nobody's worker is “”."""
    alive = select(col(Worker.id)).where(is_alive(seen_since))
    query = select(
        col(Recording.interaction_id),
        func.coalesce(col(Recording.worker_id), ""),
        col(Recording.attempts),
    ).where(
        col(Recording.state) == "running",
        or_(col(Recording.worker_id).is_(None), col(Recording.worker_id).not_in(alive)),
    )
    return [Lease(*row) for row in session.execute(query)]


def leases_of(session: Session, worker_id: str) -> list[Lease]:
    """Return what this worker has; one recording at most."""
    query = select(col(Recording.interaction_id), col(Recording.attempts)).where(
        col(Recording.state) == "running", col(Recording.worker_id) == worker_id
    )
    return [Lease(row[0], worker_id, row[1]) for row in session.execute(query)]
