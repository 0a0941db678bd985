"""Engines, sessions and the migration of a database to the present tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event, make_url
from sqlmodel import Session, create_engine

_BUSY_TIMEOUT_MS = 30_000


def open_engine(database_url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL, with the settings every connection needs.

    SQLite: write-ahead log, foreign keys enforced, thirty seconds of patience for a lock; the
    folder of the file is made. The tables are not: call `migrate`.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database and url.database != ":memory:":
        # For the owner's eyes only: the database holds password hashes and customers' words.
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def migrate(engine: Engine) -> None:
    """Bring the database to the present tables; does nothing where it already is there."""
    command.upgrade(_alembic(engine), "head")


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is committed at the end, or undone by an exception.

    Rows stay readable after the commit; they are detached and know nothing of later changes.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def is_no_index_of_words(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether a name of the database is none of the full-text index, which is no table of ours.

    For Alembic's comparison of the tables with the database; the index is in the migrations.
    """
    return name is None or not name.startswith("search_index")
