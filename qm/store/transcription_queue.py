"""The queue of recordings: the rows of `recording` are the queue, a claim is a lease on one.

A lease lasts while its worker is seen; every change of a running recording names its worker, so
one that lost its lease changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Update,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.store.picks import in_effect
from qm.store.tables import (
    Assignment,
    Draw,
    Interaction,
    Pick,
    Recording,
    TranscriptionPause,
)

_NOBODYS = {"worker_id": None, "began_at": None, "heard_s": None}


class Lease(NamedTuple):
    """What a worker has claimed: the recording, and the how manieth try at it this is."""

    interaction_id: str
    worker_id: str
    attempt: int


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
        is_postgres = session.get_bind().dialect.name == "postgresql"
        add = (postgresql if is_postgres else sqlite).insert(Recording)
        session.execute(add.on_conflict_do_nothing(), rows)  # another worker may be at it, too
    return len(rows)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Recording` that holds for those that may be begun.

    One whose sound another worker is just hearing is none of them: it will take that one's words.
    """
    same = aliased(Recording)
    is_heard = exists().where(
        col(same.state) == "running", col(same.file_sha256) == col(Recording.file_sha256)
    )
    return (
        (col(Recording.state) == "waiting")
        & col(Recording.is_held).is_(False)
        & or_(col(Recording.next_try_at).is_(None), col(Recording.next_try_at) <= now)
        & is_wanted()
        & ~is_heard
        & ~exists(select(col(TranscriptionPause.id)))
    )


def is_wanted() -> ColumnElement[bool]:
    """Return the condition on `Recording` that holds for drawn calls, as long as they count.

    Others may have a file, too: a folder holds a month of calls, and nobody needs their words.
    """
    return col(Recording.interaction_id).in_(_drawn())


def urgency() -> tuple[ColumnElement[Any], ...]:
    """Return the order of the queue: by due date, then those without one by their draw."""
    due = (
        select(func.min(col(Assignment.due_at)))
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .where(
            col(Assignment.interaction_id) == col(Recording.interaction_id),
            col(Assignment.state) == "open",
            in_effect(),
        )
        .correlate(Recording)
        .scalar_subquery()
    )
    drawn = (
        select(func.min(col(Draw.at)))
        .join(Pick, col(Pick.draw_id) == col(Draw.id))
        .where(col(Pick.interaction_id) == col(Recording.interaction_id), in_effect())
        .correlate(Recording)
        .scalar_subquery()
    )
    last = type_coerce(col(Recording.interaction_id), String)
    return due.is_(None), due, drawn, last


def unfinished_recordings(session: Session) -> list[str]:
    """Return the interactions whose recordings wait or are being transcribed, most urgent first."""
    is_open = col(Recording.state).in_(("waiting", "running")) & is_wanted()
    query = select(col(Recording.interaction_id)).where(is_open).order_by(*urgency())
    return list(session.scalars(query))


def count_running(session: Session) -> int:
    """Return how many recordings are being transcribed, by whomever."""
    running = select(func.count()).select_from(Recording).where(col(Recording.state) == "running")
    return session.scalar(running) or 0


def count_due(session: Session, now: datetime) -> int:
    """Return how many recordings may be begun now."""
    return session.scalar(select(func.count()).select_from(Recording).where(is_due(now))) or 0


def something_is_due(session: Session, now: datetime) -> bool:
    """Whether a recording may be begun now; cheap where none waits."""
    query = select(col(Recording.interaction_id)).where(is_due(now)).limit(1)
    return session.scalar(query) is not None


def claim_most_urgent(session: Session, worker_id: str, now: datetime) -> Lease | None:
    """Lease the most urgent recording that may be begun to this worker; None where there is none.

    Must be the first change in its transaction: SQLite then has the write lock before it looks,
    PostgreSQL locks the row it chose and passes over those that others have locked.
    """
    chosen = (
        select(col(Recording.interaction_id)).where(is_due(now)).order_by(*urgency()).limit(1)
    ).with_for_update(of=Recording, skip_locked=True)
    claimed = (
        update(Recording)
        .where(col(Recording.interaction_id) == chosen.scalar_subquery())
        .values(
            state="running",
            worker_id=worker_id,
            began_at=now,
            heard_s=0.0,
            attempts=col(Recording.attempts) + 1,
            next_try_at=None,
            updated_at=now,
        )
        .returning(col(Recording.interaction_id), col(Recording.attempts))
        .execution_options(synchronize_session=False)
    )
    row = session.execute(claimed).first()
    return None if row is None else Lease(row[0], worker_id, row[1])


def is_still_leased(session: Session, lease: Lease, now: datetime) -> bool:
    """Whether the recording is still this worker's; from here to the commit nobody takes it.

    Must be the first change in its transaction, as `claim_most_urgent`.
    """
    touched = update(Recording).where(_belongs_to(lease)).values(updated_at=now)
    return _changed(session, touched) == 1


def set_audio(session: Session, lease: Lease, audio_sha256: str) -> bool:
    """Note what the recording's sound is; False where the lease was lost."""
    if session.get_bind().dialect.name == "postgresql":
        # Two that begin with the same sound at once must see each other.
        number = int(audio_sha256[:15], 16)
        session.execute(select(func.pg_advisory_xact_lock(number)))
    noted = update(Recording).where(_belongs_to(lease)).values(file_sha256=audio_sha256)
    return _changed(session, noted) == 1


def is_heard_elsewhere(session: Session, lease: Lease, audio_sha256: str) -> bool:
    """Whether another recording with the same sound is being transcribed."""
    query = select(col(Recording.interaction_id)).where(
        col(Recording.state) == "running",
        col(Recording.file_sha256) == audio_sha256,
        col(Recording.interaction_id) != lease.interaction_id,
    )
    return session.scalar(query.limit(1)) is not None


def set_heard(session: Session, lease: Lease, heard_s: float) -> bool:
    """Note how far the worker is; False where the lease was lost."""
    heard = update(Recording).where(_belongs_to(lease)).values(heard_s=heard_s)
    return _changed(session, heard) == 1


def give_back(session: Session, worker_id: str, now: datetime) -> int:
    """Let what the worker has wait again, as if it had not been tried; return how many."""
    given = (
        update(Recording)
        .where(col(Recording.state) == "running", col(Recording.worker_id) == worker_id)
        .values(state="waiting", attempts=col(Recording.attempts) - 1, updated_at=now, **_NOBODYS)
    )
    return _changed(session, given)


def free(recording: Recording) -> None:
    """Take the recording from its worker; the caller gives it another state."""
    recording.worker_id = recording.began_at = recording.heard_s = None


def set_pause(session: Session, pause: TranscriptionPause | None) -> bool:
    """Pause the queue, or go on (None); whether this changed anything."""
    there = session.get(TranscriptionPause, 1)
    if (there is None) == (pause is None):
        return False
    if pause is not None:
        session.add(pause)
    elif there is not None:
        session.delete(there)
    return True


def set_held(session: Session, interaction_ids: Sequence[str], *, is_held: bool) -> set[str]:
    """Hold unfinished recordings back, or no more; return those that there were."""
    changed = (
        update(Recording)
        .where(
            col(Recording.interaction_id).in_(interaction_ids),
            col(Recording.state) != "done",
        )
        .values(is_held=is_held)
        .returning(col(Recording.interaction_id))
        .execution_options(synchronize_session=False)
    )
    return set(session.scalars(changed))


def set_failed_waiting(
    session: Session, interaction_ids: Sequence[str] | None, now: datetime
) -> set[str]:
    """Let failed recordings and those put off wait afresh, all or those named; return them."""
    may_try = or_(
        col(Recording.state) == "failed",
        (col(Recording.state) == "waiting") & col(Recording.next_try_at).is_not(None),
    )
    failed = update(Recording).where(may_try)
    if interaction_ids is not None:
        failed = failed.where(col(Recording.interaction_id).in_(interaction_ids))
    waiting = failed.values(
        state="waiting", problem=None, attempts=0, next_try_at=None, updated_at=now
    )
    ids = waiting.returning(col(Recording.interaction_id))
    return set(session.scalars(ids.execution_options(synchronize_session=False)))


def _drawn() -> Select[str]:
    return select(col(Pick.interaction_id)).where(in_effect())


def _belongs_to(lease: Lease) -> ColumnElement[bool]:
    return (
        (col(Recording.interaction_id) == lease.interaction_id)
        & (col(Recording.state) == "running")
        & (func.coalesce(col(Recording.worker_id), "") == lease.worker_id)
    )


def _changed(session: Session, change: Update) -> int:
    result: Any = session.execute(change.execution_options(synchronize_session=False))
    return int(result.rowcount)
