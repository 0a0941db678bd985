from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from qm.store.engine import (
    _alembic,
    _has_present_tables,
    is_no_index_of_words,
    migrate,
    open_engine,
    sample_statistics,
    transaction,
    transaction_if_free,
)
from qm.store.tables import Agent, AuditEvent, Team, metadata


def test_migrations_make_exactly_the_present_tables(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_no_index_of_words}
        )
        assert compare_metadata(context, metadata) == []
    migrate(engine)  # a second time changes nothing


def test_migrations_can_be_undone(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    migrate(engine)
    command.downgrade(_alembic(engine), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert "evaluation" in inspect(engine).get_table_names()


def test_only_the_newest_tables_need_no_migration(migrated_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "qm.db"
    assert not _has_present_tables(open_engine(f"sqlite:///{tmp_path}/empty.db"))
    copyfile(migrated_sqlite, path)
    engine = open_engine(f"sqlite:///{path}")
    assert _has_present_tables(engine)
    command.downgrade(_alembic(engine), "-1")
    assert not _has_present_tables(engine)
    migrate(engine)
    assert _has_present_tables(engine)


def test_an_unknown_team_is_refused(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.add(Agent(id="sara", name="Sara", team_id="nowhere"))


def test_a_transaction_is_all_or_nothing(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with pytest.raises(RuntimeError), transaction(engine) as session:  # noqa: PT012
        session.add(Team(id="orders", name="Orders"))
        session.flush()
        raise RuntimeError
    with transaction(engine) as session:
        assert session.get(Team, "orders") is None


def test_moments_come_back_as_they_went_in(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    at = datetime(2026, 11, 5, 7, 2, 3, tzinfo=UTC)
    with transaction(engine) as session:
        session.add(AuditEvent(at=at, actor="a", action="b", subject="c"))
    with transaction(engine) as session:
        event = session.get(AuditEvent, 1)
        assert event is not None
        assert event.at == at
        assert event.at.tzinfo is not None


def test_sqlite_is_opened_with_the_settings_that_matter(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'qm.sqlite'}")
    with engine.connect() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert values == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "synchronous": 1,
    }


def test_every_connection_has_patience_after_a_transaction_that_had_none(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'qm.sqlite'}")
    for connection in [engine.connect() for _ in range(3)]:
        connection.close()
    for _ in range(2):
        with transaction_if_free(engine) as session:
            connection = session.connection()
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 0
    connections = [engine.connect() for _ in range(4)]
    found = [each.exec_driver_sql("PRAGMA busy_timeout").scalar() for each in connections]
    assert found == [30_000] * 4


def test_statistics_tell_sqlite_what_its_indexes_hold(database_url: str) -> None:
    engine = open_engine(database_url)
    with transaction(engine) as session:
        session.add_all([Team(id=name, name=name) for name in "abc"])
    sample_statistics(engine)  # PostgreSQL's are its own business
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            query = text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'team'")
            assert connection.scalars(query).all() == ["3 1"]


def test_tables_live_in_a_registry_of_their_own() -> None:
    assert metadata is not SQLModel.metadata
    assert not SQLModel.metadata.tables
