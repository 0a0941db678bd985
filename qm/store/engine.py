"""Engines, sessions and the migration of a database to the present tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, create_engine

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 30_000
_IS_SNAPSHOT = "is_snapshot"
_ROWS_SAMPLED = 400  # of each index, as SQLite's documentation advises


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
    if _has_present_tables(engine):
        return
    from alembic import command  # noqa: PLC0415 (slow to import, and rarely anything to do)

    command.upgrade(_alembic(engine), "head")


def sample_statistics(engine: Engine) -> None:
    """Let SQLite look at what its tables hold, so that it takes the right index: milliseconds.

    PostgreSQL does so by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={_ROWS_SAMPLED}")
        connection.exec_driver_sql("ANALYZE")


def _has_present_tables(engine: Engine) -> bool:
    # A migration's file name begins with its revision, and revisions count upwards.
    newest = max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    return found == [newest.partition("_")[0]]


def _alembic(engine: Engine) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is committed at the end, or undone by an exception.

    Rows stay readable after the commit; they are detached and know nothing of later changes.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """Yield a session that reads the database as it was at its first query, and writes nothing."""
    is_sqlite = engine.dialect.name == "sqlite"
    options = (
        {} if is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with (
        engine.connect().execution_options(**options) as connection,
        Session(connection, expire_on_commit=False) as session,
        session.begin(),
    ):
        if is_sqlite:  # else the driver begins with the first write, and each query sees anew
            session.connection().exec_driver_sql("BEGIN")
        session.info[_IS_SNAPSHOT] = True
        yield session


def writes_nothing(session: Session) -> bool:
    """Whether a session has written nothing in its transaction: it sees what others see, too."""
    session.flush()
    if session.info.get(_IS_SNAPSHOT):
        return True
    connection = session.connection()
    if connection.dialect.name == "sqlite":  # the driver begins with the first write
        driver: Any = connection.connection.driver_connection
        return not driver.in_transaction
    return connection.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is None


@contextmanager
def transaction_if_free(engine: Engine) -> Iterator[Session]:
    """Yield a session whose work is dropped where the database is busy with other writers.

    For what may be lost and nobody should wait for. SQLite has one writer at a time; on
    PostgreSQL only the rows themselves can be held.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    impatience = "PRAGMA busy_timeout=0" if is_sqlite else "SET LOCAL lock_timeout = '100ms'"
    # One connection throughout: it goes back to the pool, and whoever gets it next has patience.
    with engine.connect() as connection:
        if not is_sqlite:  # the engine of a snapshot lets nobody write
            connection.execution_options(
                isolation_level="READ COMMITTED", postgresql_readonly=False
            )
        try:
            with Session(connection, expire_on_commit=False) as session, session.begin():
                session.connection().exec_driver_sql(impatience)
                yield session
        except OperationalError:
            pass
        finally:
            if is_sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")


def is_no_index_of_words(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether a name of the database is none of the full-text index, which is no table of ours.

    For Alembic's comparison of the tables with the database; the index is in the migrations.
    """
    return name is None or not name.startswith("search_index")
