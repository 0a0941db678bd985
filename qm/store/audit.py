"""The log of what was done; rows are only ever added, each chained to the one before it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    event,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session as AnySession
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.types import NullType
from sqlmodel import Session, col

from qm.core.audit import BEGINNING, Event, chained_sha256
from qm.store.locking import become_writer
from qm.store.tables import AuditEvent, User

UNREADABLE = "unreadable"
"""The action of an event whose row holds what qm cannot have written."""

_WAITING = "events that wait for the commit"
_POSTGRES_LOCK = 0x716D_6175_6469_74  # "qmaudit"
_ROWS_AT_ONCE = 5_000

_TABLE: Table = AuditEvent.__table__  # type: ignore[attr-defined]
# As the driver gives them: a row that somebody tampered with must not stop the reading.
_COLUMNS = (
    _TABLE.c.id,
    type_coerce(_TABLE.c.at, NullType()),
    _TABLE.c.actor,
    _TABLE.c.action,
    _TABLE.c.subject,
    type_coerce(_TABLE.c.detail, NullType()),
    _TABLE.c.sha256,
)


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an event to the log, in the transaction of what it tells of.

    It is written when the transaction commits, as the last thing in it: only one transaction at a
    time may add to the chain, and none should keep the others waiting while it does its work.
    """
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        event.listen(session, "before_commit", _write_chained)
        event.listen(session, "after_soft_rollback", _forget)
    if not session.in_transaction():
        session.begin()
    # Hashed as it will be read: JSON turns keys into texts and tuples into lists.
    read_back = json.loads(json.dumps(dict(detail or {}), allow_nan=False))
    session.info[_WAITING].append(Event(0, at, actor, action, subject, read_back))


def _forget(session: AnySession, _ended: SessionTransaction) -> None:
    session.info[_WAITING].clear()


def _write_chained(session: AnySession) -> None:
    waiting: list[Event] = session.info[_WAITING]
    if not waiting:
        return
    session.flush()
    _lock(session)
    number, before = head(session)
    rows = []
    for each in waiting:
        number, before = number + 1, chained_sha256(before, each)
        rows.append(each._replace(id=number, sha256=before)._asdict())
    session.connection().execute(insert(_TABLE), rows)
    waiting.clear()


def _lock(session: AnySession) -> None:
    """Let no other transaction add to the log until this one ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))
    else:
        become_writer(session)


def head(session: AnySession) -> tuple[int, str]:
    """Return number and hash of the newest event; 0 and `BEGINNING` where there is none."""
    newest = select(_TABLE.c.id, _TABLE.c.sha256).order_by(_TABLE.c.id.desc()).limit(1)
    found = session.execute(newest).first()
    return (found[0], found[1]) if found else (0, BEGINNING)


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; None is no limit.

    `subject` is the beginning of one; `since` counts from that moment on, `until` before it.
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    id: int | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield what the rows must fulfil."""
        if self.id is not None:
            yield col(AuditEvent.id) == self.id
        if self.actor is not None:
            yield col(AuditEvent.actor) == self.actor
        if self.action is not None:
            yield col(AuditEvent.action) == self.action
        if self.subject is not None:
            yield col(AuditEvent.subject).startswith(self.subject, autoescape=True)
        if self.since is not None:
            yield col(AuditEvent.at) >= self.since
        if self.until is not None:
            yield col(AuditEvent.at) < self.until


def events(session: Session, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Event]:
    """Return the events, the newest first."""
    newest = select(*_COLUMNS).where(*wanted.conditions()).order_by(_TABLE.c.id.desc())
    return [_event(row) for row in session.execute(newest.limit(limit).offset(offset))]


def count_events(session: Session, wanted: Wanted | None = None) -> int:
    """Return how many events there are."""
    conditions = wanted.conditions() if wanted else ()
    return session.scalars(select(func.count()).select_from(_TABLE).where(*conditions)).one()


def all_events(session: Session) -> Iterator[Event]:
    """Yield every event in the order of the chain, some thousands in memory at a time."""
    ordered = select(*_COLUMNS).order_by(_TABLE.c.id)
    for row in session.execute(ordered, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield _event(row)


def actors(session: Session) -> list[tuple[str, str | None, str | None]]:
    """Return everybody who did something, with the names of those who sign in, by username."""
    found = select(_TABLE.c.actor.label("username")).distinct().subquery()
    people = select(found.c.username, col(User.name), col(User.name_fa)).outerjoin_from(
        found, User, col(User.username) == found.c.username
    )
    return [(row[0], row[1], row[2]) for row in session.execute(people.order_by(found.c.username))]


def _event(row: Row[Any]) -> Event:
    number, at, actor, action, subject, detail, sha256 = tuple(row)
    try:
        return Event(
            number, _moment(at), _text(actor), _text(action), _text(subject), _dict(detail), sha256
        )
    except (ValueError, TypeError):
        unknown = datetime.min.replace(tzinfo=UTC)
        stored = {"stored": repr((at, actor, action, subject, detail))}
        return Event(number, unknown, "", UNREADABLE, "", stored, sha256)


def _moment(stored: object) -> datetime:
    """SQLite holds the text of a UTC moment, PostgreSQL a moment."""
    at = stored if isinstance(stored, datetime) else datetime.fromisoformat(_text(stored))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _text(stored: object) -> str:
    if not isinstance(stored, str):
        raise TypeError
    return stored


def _dict(stored: object) -> dict[str, Any]:
    detail = json.loads(stored) if isinstance(stored, str) else stored
    if not isinstance(detail, dict):
        raise TypeError
    return detail
