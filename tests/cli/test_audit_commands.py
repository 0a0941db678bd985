"""`qm audit` as its user meets it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from qm.core.audit import BEGINNING
from qm.store.audit import record
from qm.store.engine import open_engine, transaction
from tests.fixtures.small_centre import NOW

if TYPE_CHECKING:
    from tests.fixtures.command import Command


@pytest.fixture
def logged(qm: Command) -> Command:
    """A log of six events, one a week."""
    assert qm("audit", "head").out.strip() == BEGINNING
    engine = open_engine(f"sqlite:///{qm.folder / 'var' / 'qm.sqlite'}")
    with transaction(engine) as session:
        for week, actor in enumerate(("mina", "kaveh") * 3):
            at = NOW - timedelta(weeks=5 - week)
            subject = f"call-{week}\x1b[2J"
            record(session, actor=actor, action="evaluate", subject=subject, at=at)
    return qm


def tamper(qm: Command, statement: str) -> None:
    engine = open_engine(f"sqlite:///{qm.folder / 'var' / 'qm.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS audit_event_no_update"))
        connection.execute(text("DROP TRIGGER IF EXISTS audit_event_no_delete"))
        connection.execute(text(statement))


def test_what_was_done_is_listed_within_limits(logged: Command) -> None:
    ended = logged("audit", "list")
    assert len(ended.out.splitlines()) == 6
    assert "\x1b" not in ended.out
    assert "6 of 6 events" in ended.err
    limits = (
        "--actor",
        "kaveh",
        "--action",
        "evaluate",
        "--subject",
        "call-",
        "--since",
        "1405-09",
    )
    lines = logged("audit", "list", *limits, "--json").out.splitlines()
    (event,) = map(json.loads, lines)
    assert (event["id"], event["actor"], event["subject"]) == (6, "kaveh", "call-5\x1b[2J")
    assert logged("audit", "list", "--subject", "call_").out == ""
    assert logged("audit", "list", "--since", "soon").code == 1


def test_a_whole_log_is_verified_and_its_head_kept(logged: Command) -> None:
    head = logged("audit", "head").out.strip()
    assert json.loads(logged("audit", "head", "--json").out) == {"event": 6, "sha256": head}
    ended = logged("audit", "verify")
    assert ended.code == 0
    assert f"6 events, none changed; head {head}" in ended.out
    assert "only --head can tell" in ended.out
    assert logged("audit", "verify", "--head", head.upper()).code == 0
    found = json.loads(logged("audit", "verify", "--head", head, "--json").out)
    assert (found["is_intact"], found["has_known_head"], found["damages"]) == (True, True, [])
    ended = logged("audit", "verify", "--head", "abc")
    assert (ended.code, "audit.head_unreadable" in ended.err) == (1, True)


def test_a_changed_log_is_told_and_ends_with_an_error(logged: Command) -> None:
    head = logged("audit", "head").out.strip()
    tamper(logged, "UPDATE audit_event SET actor = 'sara' WHERE id = 3")
    ended = logged("audit", "verify")
    assert ended.code == 1
    assert "event 3 does not follow from the one before it" in ended.out
    tamper(logged, "DELETE FROM audit_event WHERE id IN (2, 3)")
    found = json.loads(logged("audit", "verify", "--json").out)
    assert found["damages"] == [{"kind": "removed", "first": 2, "last": 3}]
    tamper(logged, "DELETE FROM audit_event WHERE id > 1")
    assert logged("audit", "verify").code == 0
    ended = logged("audit", "verify", "--head", head)
    assert (ended.code, "its newest events were cut off" in ended.out) == (1, True)
