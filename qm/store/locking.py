"""Keeping rows from other writers while it is decided what becomes of them."""

from typing import Any, TypeVar

from sqlalchemy import false, update
from sqlalchemy.orm import Session as AnySession
from sqlmodel import SQLModel

from qm.store.tables import AuditEvent

Row = TypeVar("Row", bound=SQLModel)


def locked(session: AnySession, table: type[Row], key: Any) -> Row | None:
    """Return a row as it is now, kept from other writers until the end of the transaction.

    None where there is none of this key.
    """
    become_writer(session)
    return session.get(table, key, with_for_update=True, populate_existing=True)


def become_writer(session: AnySession) -> None:
    """On SQLite, let nobody else write until the end of the transaction: it can lock no rows.

    Call it before the rows are read; elsewhere it does nothing.
    """
    if session.get_bind().dialect.name == "sqlite":
        # A write, though of no row, makes this the one writer that there is.
        nothing = update(AuditEvent).where(false()).values(action="")
        session.execute(nothing, execution_options={"synchronize_session": False})
