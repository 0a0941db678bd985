"""The audit log in real databases: written by many at once, tampered with in SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from qm.core.audit import BEGINNING
from qm.core.audit_verifying import Verification, verify
from qm.store.audit import UNREADABLE, Wanted, all_events, events, head, record
from qm.store.engine import _alembic, migrate, open_engine, transaction
from qm.store.tables import Team
from tests.store.test_migration_0002 import _released

AT = datetime(2026, 11, 5, 7, 2, 3, 456, tzinfo=UTC)
WRITERS, EACH = 20, 5


def log_some(engine: Engine, count: int) -> None:
    for number in range(1, count + 1):
        with transaction(engine) as session:
            record(session, actor="mina", action="evaluate", subject=f"call-{number}", at=AT)


def verified(engine: Engine, known_head: str | None = None) -> Verification:
    with transaction(engine) as session:
        return verify(all_events(session), known_head)


def sql(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def without_triggers(engine: Engine) -> None:
    """Do what whoever owns the database can do."""
    if engine.dialect.name == "sqlite":
        sql(engine, "DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete")
    else:
        sql(engine, "ALTER TABLE audit_event DISABLE TRIGGER USER")


def test_many_writers_make_one_chain(database_url: str) -> None:
    engine = open_engine(database_url)

    def write(writer: int) -> None:
        for number in range(EACH):
            with transaction(engine) as session:
                if writer % 2:  # half of them have written before, half only read
                    session.add(Team(id=f"{writer}-{number}", name="x"))
                else:
                    session.get(Team, "0")
                record(session, actor=f"w{writer}", action="a", subject=str(number), at=AT)
                record(session, actor=f"w{writer}", action="b", subject=str(number), at=AT)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    found = verified(engine)
    assert found.is_intact
    assert found.events == found.head_id == WRITERS * EACH * 2
    with transaction(engine) as session:
        logged = list(all_events(session))
    assert all(a.actor == b.actor for a, b in zip(logged[::2], logged[1::2], strict=True))


def test_what_is_undone_is_not_logged(database_url: str) -> None:
    engine = open_engine(database_url)
    with pytest.raises(RuntimeError), transaction(engine) as session:  # noqa: PT012
        record(session, actor="mina", action="evaluate", subject="c-1", at=AT)
        raise RuntimeError
    assert verified(engine).head == BEGINNING
    with Session(engine) as session:
        record(session, actor="mina", action="evaluate", subject="c-1", at=AT)
        session.rollback()
        record(session, actor="mina", action="evaluate", subject="c-2", at=AT)
        session.commit()
        record(session, actor="mina", action="evaluate", subject="c-3", at=AT)
        session.commit()
    with transaction(engine) as session:
        assert [each.subject for each in all_events(session)] == ["c-2", "c-3"]
    assert verified(engine).is_intact


def test_detail_is_hashed_as_it_is_read(database_url: str) -> None:
    engine = open_engine(database_url)
    detail = {2: "دو", "10": (1, 2.5, None), "text": "a\u0000\ud800\n", "deep": {"z": 1, "a": []}}
    with transaction(engine) as session:
        record(session, actor="سارا", action="a", subject="b", at=AT, detail=detail)
        with pytest.raises(ValueError, match="not JSON compliant"):
            record(session, actor="x", action="a", subject="b", at=AT, detail={"n": float("nan")})
    assert verified(engine).is_intact
    with transaction(engine) as session:
        (logged,) = all_events(session)
    assert (logged.actor, logged.at) == ("سارا", AT)
    assert logged.detail["10"] == [1, 2.5, None]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET actor = 'kaveh' WHERE id = 2",
        "DELETE FROM audit_event WHERE id = 2",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_itself_refuses_changes(database_url: str, change: str) -> None:
    engine = open_engine(database_url)
    log_some(engine, 3)
    with pytest.raises(DatabaseError, match="rows of audit_event are only ever added"):
        sql(engine, change)
    assert verified(engine).events == 3


def test_steps_of_a_life_are_only_added_and_nothing_is_emptied(database_url: str) -> None:
    engine = open_engine(database_url)
    if engine.dialect.name == "postgresql":
        for table in ("audit_event", "life_step"):
            with pytest.raises(DatabaseError, match=f"rows of {table} are only ever added"):
                sql(engine, f"TRUNCATE {table}")
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(
            "INSERT INTO life_step (assignment_id, evaluation_id, step, to_state, actor, at, "
            "reason, detail) VALUES (1, 1, 'submit', 'submitted', 'mina', '2026-11-05', '', '{}')"
        )
    for change in ("UPDATE life_step SET actor = 'x'", "DELETE FROM life_step"):
        with pytest.raises(DatabaseError, match="rows of life_step are only ever added"):
            sql(engine, change)


@pytest.mark.parametrize(
    ("statements", "damage"),
    [
        (["UPDATE audit_event SET subject = 'call-9' WHERE id = 3"], ("changed", 3, 3)),
        (
            ["UPDATE audit_event SET at = '2026-11-05 07:02:03.000457' WHERE id = 3"],
            ("changed", 3, 3),
        ),
        (["DELETE FROM audit_event WHERE id IN (3, 4)"], ("removed", 3, 4)),
        (
            [
                "UPDATE audit_event SET id = id + 100 WHERE id > 2",
                "UPDATE audit_event SET id = id - 99 WHERE id > 100",
                "CREATE TABLE copy AS SELECT * FROM audit_event WHERE id = 2",
                "UPDATE copy SET id = 3, actor = 'mallory'",
                "INSERT INTO audit_event SELECT * FROM copy",
            ],
            ("inserted", 3, 3),
        ),
        (
            [
                "UPDATE audit_event SET id = 100 WHERE id = 3",
                "UPDATE audit_event SET id = 3 WHERE id = 5",
                "UPDATE audit_event SET id = 5 WHERE id = 100",
            ],
            ("reordered", 3, 5),
        ),
    ],
    ids=["changed", "moment", "removed", "inserted", "reordered"],
)
def test_tampering_in_sql_is_found(
    database_url: str, statements: list[str], damage: tuple[str, int, int]
) -> None:
    engine = open_engine(database_url)
    log_some(engine, 6)
    without_triggers(engine)
    sql(engine, *statements)
    assert verified(engine).damages == (damage,)


def test_a_cut_tail_is_found_against_a_head_kept_elsewhere(database_url: str) -> None:
    engine = open_engine(database_url)
    log_some(engine, 6)
    with transaction(engine) as session:
        number, kept = head(session)
    without_triggers(engine)
    sql(engine, "DELETE FROM audit_event WHERE id > 4")
    assert number == 6
    assert verified(engine).is_intact
    assert not verified(engine, kept).is_intact
    log_some(engine, 3)  # goes on as if nothing had been
    assert not verified(engine, kept).is_intact


def test_a_row_that_cannot_be_read_is_named_and_listed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    engine = open_engine(f"sqlite:///{tmp_path / 'qm.db'}")
    migrate(engine)
    log_some(engine, 5)
    without_triggers(engine)
    sql(
        engine,
        "UPDATE audit_event SET detail = '{' WHERE id = 2",
        "UPDATE audit_event SET at = 'never' WHERE id = 3",
        "UPDATE audit_event SET actor = x'00ff' WHERE id = 4",
    )
    assert verified(engine).damages == tuple(("changed", each, each) for each in (2, 3, 4))
    with transaction(engine) as session:
        listed = events(session, Wanted(), limit=10)
    assert [each.action for each in listed] == ["evaluate", *[UNREADABLE] * 3, "evaluate"]


def test_events_of_earlier_releases_are_chained(bare_database_url: str) -> None:
    engine = _released(bare_database_url)
    command.upgrade(_alembic(engine), "0004")
    gaps = {1: "2026-11-01 08:00:00", 2: "2026-11-01 08:00:01.5", 7: "2026-11-02 00:00:00"}
    for number, at in gaps.items():
        zone = "" if engine.dialect.name == "sqlite" else "+00"
        sql(
            engine,
            "INSERT INTO audit_event (id, at, actor, action, subject, detail) VALUES "
            f"({number}, '{at}{zone}', 'سارا', 'evaluate', 'c', '{{\"b\" : 1, \"a\": [2.50]}}')",
        )
    before = verified_count(engine)
    migrate(engine)
    assert verified(engine).is_intact
    log_some(engine, 2)
    found = verified(engine)
    assert (found.is_intact, found.events, found.head_id) == (True, before + 2, 9)
    command.downgrade(_alembic(engine), "0004")
    sql(engine, "DELETE FROM audit_event WHERE id = 2")
    migrate(engine)
    assert verified(engine).is_intact  # chained anew: the downgrade gave the chain up


def verified_count(engine: Engine) -> int:
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM audit_event")).scalar_one()
        return count
