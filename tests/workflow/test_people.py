from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput, NotAllowed
from qm.core.sign_in import SignInRefused
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Agent, AuditEvent, SignIn, Team, User
from qm.workflow.people import (
    add_user,
    deactivate_user,
    list_users,
    set_language,
    set_password,
)
from qm.workflow.sign_in import count_attempt, sign_in, sign_out, user_of

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
TOO_LONG = "x" * 201  # wrong, and refused without the cost of hashing


@pytest.fixture
def engine(quick_passwords: None, database_url: str) -> Iterator[Engine]:
    yield from with_a_team(database_url)


@pytest.fixture
def hashing(database_url: str) -> Iterator[Engine]:
    """As `engine`, and passwords cost what they cost in use."""
    yield from with_a_team(database_url)


def with_a_team(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    migrate(engine)
    with transaction(engine) as session:
        session.add(Team(id="orders", name="Orders", name_fa="سفارش‌ها"))
        session.flush()
        session.add(Agent(id="sara.nouri", name="Sara Nouri", team_id="orders"))
    yield engine
    engine.dispose()


def add(engine: Engine, username: str = "laleh", role: str = "analyst", **more: str) -> User:
    values = {"name": "Laleh", "password": PASSWORD, **more}
    return add_user(engine, COMMAND_LINE, username=username, role=role, now=NOW, **values)


def enter(
    engine: Engine,
    username: str = "laleh",
    password: str = PASSWORD,
    *,
    address: str = "10.0.0.1",
    now: datetime = NOW,
) -> str:
    return sign_in(engine, username=username, password=password, address=address, now=now, hours=12)


def actions(engine: Engine) -> list[tuple[str, str, str]]:
    with transaction(engine) as session:
        events = session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()
    return [(event.actor, event.action, event.subject) for event in events]


def test_a_user_signs_in_and_out_and_the_log_tells_it(engine: Engine) -> None:
    add(engine, role="lead", team_id="orders", name_fa="لاله")
    token = enter(engine, " Laleh ")
    user, actor = user_of(engine, token, now=NOW) or pytest.fail("no session")
    assert (user.name, user.name_fa, user.language) == ("Laleh", "لاله", "fa")
    assert actor == Actor("laleh", "lead", team_id="orders")
    sign_out(engine, token, now=NOW)
    sign_out(engine, token, now=NOW)
    assert user_of(engine, token, now=NOW) is None
    assert actions(engine) == [
        ("command line", "user_added", "laleh"),
        ("laleh", "signed_in", "laleh"),
        ("laleh", "signed_out", "laleh"),
    ]


def test_the_database_holds_neither_password_nor_token(hashing: Engine) -> None:
    user = add(hashing)
    token = enter(hashing)
    assert user.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    with transaction(hashing) as session:
        stored = session.exec(select(SignIn)).one()
    assert len(token) >= 43
    assert token not in stored.token_sha256
    assert user_of(hashing, stored.token_sha256, now=NOW) is None


def test_wrong_password_unknown_user_and_inactive_user_get_the_same_words(engine: Engine) -> None:
    add(engine)
    add(engine, "gone")
    deactivate_user(engine, COMMAND_LINE, username="gone", now=NOW)
    texts = set()
    for username, password in [
        ("laleh", "wrong password"),
        ("laleh", ""),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("laleh\0'; --", PASSWORD),
        ("x" * 5000, PASSWORD),
        ("laleh", "x" * 100_000),
    ]:
        with pytest.raises(SignInRefused) as refused:
            enter(engine, username, password)
        assert refused.value.wait_s is None
        texts.add(str(refused.value))
    assert len(texts) == 1
    assert ("anonymous", "sign_in_refused", "nobody") in actions(engine)


def test_the_sixth_attempt_for_a_username_waits_whether_the_user_exists_or_not(
    engine: Engine,
) -> None:
    add(engine)
    texts = []
    for username in ("laleh", "nobody"):
        for attempt in range(5):
            with pytest.raises(SignInRefused) as wrong:
                enter(engine, username, TOO_LONG, address=f"10.0.{attempt}.1")
            assert wrong.value.wait_s is None
        with pytest.raises(SignInRefused) as refused:
            enter(engine, username, PASSWORD, now=NOW + timedelta(minutes=5))
        assert refused.value.wait_s == 600
        texts.append(str(refused.value))
    assert texts[0] == texts[1]
    assert "Try again in 10 minutes." in texts[0]
    assert user_of(engine, enter(engine, now=NOW + timedelta(minutes=15)), now=NOW)


def test_guesses_side_by_side_on_several_processes_are_counted_together(
    engine: Engine, database_url: str
) -> None:
    def guess(number: int) -> bool:
        of_a_process = open_engine(database_url)  # nothing is shared but the database
        try:
            count_attempt(of_a_process, "laleh", f"10.0.{number}.1", NOW)
        except SignInRefused:
            return False
        finally:
            of_a_process.dispose()
        return True

    with ThreadPoolExecutor(12) as pool:
        heard = list(pool.map(guess, range(12)))
    assert heard.count(True) == 5


def test_twenty_attempts_from_one_address_are_enough_and_others_go_on(engine: Engine) -> None:
    add(engine)
    for attempt in range(20):
        with pytest.raises(SignInRefused):
            enter(engine, f"guess{attempt}", TOO_LONG)
    with pytest.raises(SignInRefused) as refused:
        enter(engine)
    assert refused.value.wait_s == 900
    assert enter(engine, address="10.0.0.2")


def test_signing_in_forgets_ones_own_mistypings_but_not_guesses_from_elsewhere(
    engine: Engine,
) -> None:
    add(engine)
    for _ in range(3):
        with pytest.raises(SignInRefused):
            enter(engine, password=TOO_LONG)
    enter(engine)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            enter(engine, password=TOO_LONG, address="10.6.6.6")
    enter(engine)
    with pytest.raises(SignInRefused):
        enter(engine, password=TOO_LONG, address="10.6.6.6")
    with pytest.raises(SignInRefused) as refused:
        enter(engine, password=TOO_LONG, address="10.6.6.6")
    assert refused.value.wait_s is not None


def test_a_session_ends_by_time_by_a_new_password_and_by_switching_off(engine: Engine) -> None:
    add(engine)
    by_time = enter(engine)
    assert user_of(engine, by_time, now=NOW + timedelta(hours=11, minutes=59))
    assert user_of(engine, by_time, now=NOW + timedelta(hours=12)) is None

    new = "another good password"
    set_password(engine, COMMAND_LINE, username="laleh", password=new, now=NOW)
    assert user_of(engine, by_time, now=NOW) is None
    with pytest.raises(SignInRefused):
        enter(engine)

    by_switch = enter(engine, password=new)
    assert user_of(engine, by_switch, now=NOW)
    deactivate_user(engine, COMMAND_LINE, username="laleh", now=NOW)
    assert user_of(engine, by_switch, now=NOW) is None
    assert [user.is_active for user in list_users(engine, COMMAND_LINE)] == [False]


def test_a_changed_role_is_seen_by_a_running_session(engine: Engine) -> None:
    add(engine)
    token = enter(engine)
    with transaction(engine) as session:
        user = session.get(User, "laleh") or pytest.fail("no user")
        user.role = "manager"
    _, actor = user_of(engine, token, now=NOW) or pytest.fail("no session")
    assert actor.role == "manager"


def test_everybody_sets_their_own_language(engine: Engine) -> None:
    add(engine)
    set_language(engine, Actor("laleh", "analyst"), "en")
    user, _ = user_of(engine, enter(engine), now=NOW) or pytest.fail("no session")
    assert user.language == "en"


def test_all_that_is_wrong_with_a_new_user_is_told_at_once_and_nothing_is_added(
    engine: Engine,
) -> None:
    with pytest.raises(BadInput) as bad:
        add(engine, "سارا", role="boss", password="short", team_id="nowhere")
    found = {(problem.field, problem.code) for problem in bad.value.problems}
    assert found == {
        ("username", "person.username"),
        ("role", "person.role"),
        ("team", "person.lead_team"),
        ("password", "person.password_short"),
    }
    assert list_users(engine, COMMAND_LINE) == []


@pytest.mark.parametrize(
    ("role", "more", "code"),
    [
        ("lead", {}, "person.lead_team"),
        ("agent", {}, "person.agent_id"),
        ("agent", {"agent_id": "nobody"}, "person.agent_id"),
    ],
)
def test_a_lead_needs_a_team_and_an_agent_an_agent_id(
    engine: Engine, role: str, more: dict[str, str], code: str
) -> None:
    with pytest.raises(BadInput) as bad:
        add(engine, role=role, **more)
    assert [problem.code for problem in bad.value.problems] == [code]


def test_a_username_is_given_once(engine: Engine) -> None:
    add(engine)
    with pytest.raises(BadInput, match="There is a user “laleh” already"):
        add(engine, "LALEH")


def test_unknown_users_are_named(engine: Engine) -> None:
    with pytest.raises(BadInput, match="no user “nobody”"):
        set_password(engine, COMMAND_LINE, username="nobody", password=PASSWORD, now=NOW)
    with pytest.raises(BadInput, match="no user “nobody”"):
        deactivate_user(engine, COMMAND_LINE, username="nobody", now=NOW)


def test_only_an_administrator_manages_people(engine: Engine) -> None:
    manager = Actor("maryam", "manager")
    with pytest.raises(NotAllowed):
        list_users(engine, manager)
    with pytest.raises(NotAllowed):
        deactivate_user(engine, manager, username="laleh", now=NOW)
    with pytest.raises(NotAllowed):
        set_password(engine, manager, username="laleh", password=PASSWORD, now=NOW)
