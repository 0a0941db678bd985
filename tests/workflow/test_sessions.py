"""Sessions: how long they last and why they end; and what people do with their own account."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput
from qm.core.sign_in import SignInRefused
from qm.store.engine import transaction
from qm.store.tables import SignIn, Team, User
from qm.workflow.accounts import end_sessions
from qm.workflow.own_account import change_own_password, end_own_sessions, has_password
from qm.workflow.people import password_hasher
from qm.workflow.sign_in import user_of, why_out
from tests.fixtures.people import (
    HOUR,
    IDLE,
    NEW,
    PASSWORD,
    codes,
    enter,
    with_people,
)
from tests.fixtures.small_centre import NOW


@pytest.fixture
def hashed(quick_passwords: None) -> str:
    return password_hasher().hash(PASSWORD)


@pytest.fixture
def engine(migrated_sqlite: Path, tmp_path: Path, hashed: str) -> Iterator[Engine]:
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    yield from with_people(f"sqlite:///{tmp_path / 'qm.db'}", hashed)


@pytest.fixture
def either(database_url: str, hashed: str) -> Iterator[Engine]:
    """SQLite and PostgreSQL, for what waits for locks or counts in SQL."""
    yield from with_people(database_url, hashed)


# --- sessions


def test_a_session_ends_when_nothing_was_done_for_long(engine: Engine) -> None:
    token = enter(engine, "mina")
    for minutes in (20, 45, 70):  # never half an hour apart
        assert user_of(engine, token, now=NOW + timedelta(minutes=minutes), idle=IDLE)
    later = NOW + timedelta(minutes=100)
    assert user_of(engine, token, now=later, idle=IDLE) is None
    assert why_out(engine, token, now=later, idle=IDLE) == "idle"
    assert user_of(engine, token, now=later, idle=None)  # where no such limit is set


def test_a_page_that_asks_by_itself_does_not_keep_the_session(engine: Engine) -> None:
    token = enter(engine, "mina")
    for minutes in range(5, 30, 5):
        now = NOW + timedelta(minutes=minutes)
        assert user_of(engine, token, now=now, idle=IDLE, is_doing_something=False)
    assert user_of(engine, token, now=NOW + IDLE, idle=IDLE) is None


def test_what_was_done_is_written_at_most_once_a_minute(engine: Engine) -> None:
    token = enter(engine, "mina")
    written = []
    for second in (10, 59, 60, 61, 119, 120, 200):
        user_of(engine, token, now=NOW + timedelta(seconds=second), idle=IDLE)
        with transaction(engine) as session:
            written.append(session.exec(select(SignIn.seen_at)).one())
    at = [None if each is None else int((each - NOW).total_seconds()) for each in written]
    assert at == [None, None, 60, 60, 60, 120, 200]


def test_nobody_waits_for_a_writer_to_be_seen(either: Engine) -> None:
    token = enter(either, "mina")
    with transaction(either) as session:
        session.add(Team(id="big", name="An import that takes long"))
        session.flush()
        assert user_of(either, token, now=NOW + HOUR, idle=2 * HOUR)
    assert user_of(either, token, now=NOW + HOUR, idle=2 * HOUR)
    with transaction(either) as session:
        assert session.exec(select(SignIn.seen_at)).one() == NOW + HOUR


def test_why_a_session_is_over(engine: Engine) -> None:
    token = enter(engine, "mina")
    assert why_out(engine, token, now=NOW, idle=IDLE) is None
    assert why_out(engine, token, now=NOW + 12 * HOUR, idle=None) == "expired"
    assert why_out(engine, "unknown", now=NOW, idle=IDLE) is None
    end_sessions(engine, COMMAND_LINE, username="mina", now=NOW)
    assert why_out(engine, token, now=NOW, idle=IDLE) == "ended"
    assert user_of(engine, enter(engine, "mina"), now=NOW)


# --- one's own account


def test_ones_own_password_needs_the_present_one_and_ends_the_other_sessions(
    engine: Engine,
) -> None:
    mina = Actor("mina", "analyst")
    here, there = enter(engine, "mina"), enter(engine, "mina")

    def change(present: str, new: str = NEW) -> None:
        change_own_password(engine, mina, present=present, new=new, token=here, now=NOW)

    with pytest.raises(BadInput) as wrong:
        change("a wrong one")
    assert codes(wrong) == {"person.password_wrong"}
    with pytest.raises(BadInput) as short:
        change(PASSWORD, "short")
    assert codes(short) == {"person.password_short"}
    change(PASSWORD)
    assert user_of(engine, here, now=NOW)
    assert user_of(engine, there, now=NOW) is None
    assert enter(engine, "mina", NEW)
    end_own_sessions(engine, mina, token=here, now=NOW)
    assert user_of(engine, here, now=NOW)
    assert has_password(engine, mina)


def test_a_page_left_open_is_no_way_to_guess_the_password(engine: Engine) -> None:
    mina = Actor("mina", "analyst")
    for _ in range(5):
        with pytest.raises(BadInput):
            change_own_password(engine, mina, present="x" * 201, new=NEW, token=None, now=NOW)
    with pytest.raises(SignInRefused) as refused:
        change_own_password(engine, mina, present=PASSWORD, new=NEW, token=None, now=NOW)
    assert refused.value.wait_s


def test_who_comes_through_the_company_has_no_password_to_change(engine: Engine) -> None:
    with transaction(engine) as session:
        session.get_one(User, "mina").password_hash = ""
    mina = Actor("mina", "analyst")
    assert not has_password(engine, mina)
    with pytest.raises(BadInput):
        change_own_password(engine, mina, present="", new=NEW, token=None, now=NOW)
