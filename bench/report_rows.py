"""Rows of a generated centre on their way into the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.store.bulk import insert_frame
from qm.store.tables import metadata

_ROWS_AT_ONCE = 100_000


def add(session: Session, table: str, frame: pd.DataFrame) -> None:
    """Insert the rows, some at a time."""
    session.flush()
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        insert_frame(session, metadata.tables[table], frame.iloc[start : start + _ROWS_AT_ONCE])


def as_stored(moments: Iterable[datetime] | pd.Series) -> pd.Series:
    """Return moments as SQLite keeps them; PostgreSQL reads the same."""
    return pd.to_datetime(pd.Series(moments)).dt.strftime("%Y-%m-%d %H:%M:%S.%f")


def settle(engine: Engine) -> None:
    """Let the database know its own size and go on counting, as a maintained one does."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
            return
        for table in metadata.sorted_tables:
            if table.autoincrement_column is not None:
                counter = f"pg_get_serial_sequence('{table.name}', 'id')"
                newest = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                connection.exec_driver_sql(f"SELECT setval({counter}, {newest}, false)")
        connection.exec_driver_sql("VACUUM ANALYZE")
