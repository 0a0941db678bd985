"""The queue of report deliveries: a claim is a lease, which anybody may take once it ran out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from qm.store.tables import ReportDelivery, ReportVersion

_NOBODYS = {"held_by": None, "held_until": None}


def queue(session: Session, rows: Iterable[Mapping[str, Any]]) -> int:
    """Add deliveries that are not there yet; return how many that were."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    add = (postgresql if is_postgres else sqlite).insert(ReportDelivery)
    count = 0
    for row in rows:
        values = ReportDelivery.model_validate(row).model_dump(exclude={"id"})
        added = add.values(**values).on_conflict_do_nothing().returning(col(ReportDelivery.id))
        count += session.execute(added).scalar() is not None
    return count


def claim(
    session: Session, worker_id: str, now: datetime, lease: timedelta
) -> ReportDelivery | None:
    """Lease the delivery that is due longest to this worker; None where none is due.

    Must be the first change in its transaction, as in `qm.store.transcription_queue`.
    """
    chosen = (
        select(col(ReportDelivery.id))
        .where(_is_due(now))
        .order_by(col(ReportDelivery.due_at), col(ReportDelivery.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(ReportDelivery)
        .where(col(ReportDelivery.id) == chosen.scalar_subquery())
        .values(
            state="running",
            tries=col(ReportDelivery.tries) + 1,
            held_by=worker_id,
            held_until=now + lease,
        )
        .returning(col(ReportDelivery.id))
        .execution_options(synchronize_session=False)
    )
    number = session.execute(claimed).scalar()
    return None if number is None else session.get_one(ReportDelivery, number)


def _is_due(now: datetime) -> ColumnElement[bool]:
    waits = and_(col(ReportDelivery.state) == "waiting", col(ReportDelivery.due_at) <= now)
    is_left = and_(col(ReportDelivery.state) == "running", col(ReportDelivery.held_until) <= now)
    return or_(waits, is_left)


def finish(
    session: Session, held: ReportDelivery, now: datetime, files: list[dict[str, Any]]
) -> bool:
    """Note that a delivery is done, with what was delivered; False where the lease was lost."""
    return _end(session, held, state="done", done_at=now, error="", files=files)


def put_off(session: Session, held: ReportDelivery, until: datetime, error: str) -> bool:
    """Let a delivery wait for another try; False where the lease was lost."""
    return _end(session, held, state="waiting", due_at=until, error=error)


def fail(session: Session, held: ReportDelivery, now: datetime, error: str) -> bool:
    """End a delivery as failed, with the reason; False where the lease was lost."""
    return _end(session, held, state="failed", done_at=now, error=error)


def _end(session: Session, held: ReportDelivery, **values: Any) -> bool:
    ended = (
        update(ReportDelivery)
        .where(
            col(ReportDelivery.id) == held.id,
            col(ReportDelivery.state) == "running",
            col(ReportDelivery.held_by) == held.held_by,
            col(ReportDelivery.tries) == held.tries,
        )
        .values(**values, **_NOBODYS)
        .returning(col(ReportDelivery.id))
        .execution_options(synchronize_session=False)
    )
    return session.execute(ended).scalar() is not None


def retry_failed(session: Session, now: datetime) -> int:
    """Let failed deliveries, and those put off, wait afresh; return how many."""
    is_put_off = and_(col(ReportDelivery.state) == "waiting", col(ReportDelivery.tries) > 0)
    again = (
        update(ReportDelivery)
        .where(or_(col(ReportDelivery.state) == "failed", is_put_off))
        .values(state="waiting", tries=0, due_at=now, done_at=None)
        .returning(col(ReportDelivery.id))
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(again).all())


def again(session: Session, delivery_id: int, now: datetime) -> bool:
    """Let one delivery wait afresh, also a done one; False where it is not there or under way."""
    chosen = and_(col(ReportDelivery.id) == delivery_id, col(ReportDelivery.state) != "running")
    values = {"state": "waiting", "tries": 0, "due_at": now, "done_at": None, "error": ""}
    query = update(ReportDelivery).where(chosen).values(**values)
    return session.execute(query.returning(col(ReportDelivery.id))).scalar() is not None


def deliveries(
    session: Session, period: str | None = None
) -> list[tuple[ReportDelivery, str, int]]:
    """Return the deliveries with month and number of their reports, the newest first."""
    query = (
        select(ReportDelivery, col(ReportVersion.period), col(ReportVersion.number))
        .join(ReportVersion, col(ReportVersion.id) == col(ReportDelivery.report_id))
        .order_by(col(ReportDelivery.id).desc())
    )
    if period is not None:
        query = query.where(col(ReportVersion.period) == period)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
