"""Seeds of periods, and the policy versions that were committed to or drawn with."""

from typing import Any

from sqlalchemy import Table, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from qm.store.base import Base
from qm.store.tables import DrawSeed, PolicyVersion


def seed_of(session: Session, period: str) -> DrawSeed | None:
    """Return the seed of a period, or None."""
    return session.scalars(select(DrawSeed).where(col(DrawSeed.period) == period)).first()


def seeds(session: Session) -> list[DrawSeed]:
    """Return every seed, the latest period first."""
    newest = select(DrawSeed).order_by(col(DrawSeed.starts_at).desc(), col(DrawSeed.id).desc())
    return list(session.scalars(newest))


def add_seed(session: Session, seed: DrawSeed) -> bool:
    """Store the seed unless the period has one; return whether it was stored.

    Of two processes that do this at once, one waits for the other to end.
    """
    return _add_unless_there(session, seed)


def lock_seed(session: Session, period: str) -> DrawSeed | None:
    """Return the period's seed; nobody else draws the period until this transaction ends."""
    # The write is the lock, on both databases: SQLite knows no `FOR UPDATE`.
    session.execute(
        update(DrawSeed)
        .where(col(DrawSeed.period) == period)
        .values(period=period)
        .execution_options(synchronize_session=False)
    )
    return seed_of(session, period)


def hold_imports(session: Session) -> None:
    """Wait for running imports to end and keep others waiting until this transaction ends.

    Ids of imports are given before their rows can be seen: without this, a run that ends later
    could bring rows under an id that a draw had counted already. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE import_run IN SHARE MODE"))


def keep_policy(session: Session, version: PolicyVersion) -> PolicyVersion:
    """Store the policy version unless it is known; return what is stored under its name."""
    _add_unless_there(session, version)
    return session.get_one(PolicyVersion, (version.policy_id, version.version))


def _add_unless_there(session: Session, row: Base) -> bool:
    # No savepoint: Python's sqlite3 commits with its release what came before it.
    table: Table = type(row).__table__  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        column.name: getattr(row, column.name)
        for column in table.columns
        if column.name != "id" or getattr(row, "id", None) is not None
    }
    is_postgres = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql if is_postgres else sqlite).insert(table).values(values)
    key = next(iter(table.primary_key))
    return bool(session.execute(statement.on_conflict_do_nothing().returning(key)).all())
