"""Accounts: invited, changed, switched off and on, and never without an administrator."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from qm.core.access import COMMAND_LINE, ROLES, Actor
from qm.core.problems import BadInput, NotAllowed
from qm.core.sign_in import SignInRefused
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Invitation, User
from qm.workflow.accounts import end_sessions, list_accounts, matching, reactivate_user
from qm.workflow.api_tokens import caller_of, create_token, list_tokens, revoke_token
from qm.workflow.invitations import (
    invite_user,
    invited_user,
    reset_password,
    take_invitation,
)
from qm.workflow.people import Account, add_user, change_user, deactivate_user, password_hasher
from qm.workflow.sign_in import user_of, why_out
from tests.fixtures.people import (
    HOUR,
    IDLE,
    NEW,
    PASSWORD,
    codes,
    enter,
    events,
    invite,
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


# --- invitations and resets


def test_an_invited_person_chooses_a_password_once(engine: Engine) -> None:
    link = invite(engine)
    with pytest.raises(SignInRefused):
        enter(engine, "laleh", "")
    assert invited_user(engine, link.token, now=NOW).username == "laleh"
    with pytest.raises(BadInput) as short:
        take_invitation(engine, link.token, password="short", now=NOW)
    assert codes(short) == {"person.password_short"}
    take_invitation(engine, link.token, password=NEW, now=NOW)
    assert user_of(engine, enter(engine, "laleh", NEW), now=NOW)
    with pytest.raises(BadInput) as again:
        take_invitation(engine, link.token, password=PASSWORD, now=NOW)
    assert codes(again) == {"invitation.over"}
    with transaction(engine) as session:
        stored = session.exec(select(Invitation)).one()
    assert link.token not in stored.token_sha256
    assert ("command line", "user_invited", "laleh") in events(engine)
    assert ("laleh", "password_chosen", "laleh") in events(engine)


def test_a_link_ends_after_72_hours_and_with_the_account(engine: Engine) -> None:
    link = invite(engine)
    assert invited_user(engine, link.token, now=NOW + 72 * HOUR - timedelta(seconds=1))
    for end in ("time", "switched off", "unknown"):
        now = NOW + 72 * HOUR if end == "time" else NOW
        if end == "switched off":
            deactivate_user(engine, COMMAND_LINE, username="laleh", now=NOW)
        with pytest.raises(BadInput) as over:
            take_invitation(engine, "x" if end == "unknown" else link.token, password=NEW, now=now)
        assert codes(over) == {"invitation.over"}


def test_a_reset_leaves_the_old_password_until_it_is_used_and_replaces_older_links(
    engine: Engine,
) -> None:
    first = reset_password(engine, COMMAND_LINE, username="mina", now=NOW)
    token = enter(engine, "mina")
    second = reset_password(engine, COMMAND_LINE, username="mina", now=NOW + HOUR)
    with pytest.raises(BadInput):
        invited_user(engine, first.token, now=NOW + HOUR)
    assert user_of(engine, token, now=NOW)
    take_invitation(engine, second.token, password=NEW, now=NOW + HOUR)
    assert user_of(engine, token, now=NOW) is None
    with pytest.raises(SignInRefused):
        enter(engine, "mina")
    assert enter(engine, "mina", NEW)


def test_two_who_use_a_link_at_once_set_one_password(either: Engine) -> None:
    link = invite(either)
    done, refused = at_once(
        lambda: take_invitation(either, link.token, password=NEW, now=NOW),
        lambda: take_invitation(either, link.token, password=PASSWORD, now=NOW),
    )
    assert (done, refused) == (1, 1)
    assert sum(action == "password_chosen" for _, action, _ in events(either)) == 1


# --- changes


def test_everything_wrong_with_a_change_is_told_and_nothing_is_changed(engine: Engine) -> None:
    invite(engine, email="laleh@example.com")
    wrong = Account("  ", "boss", email="LALEH@example.com", team_id="none", agent_id="none")
    with pytest.raises(BadInput) as refused:
        change_user(engine, COMMAND_LINE, username="mina", account=wrong, now=NOW)
    assert codes(refused) == {
        "person.name",
        "person.role",
        "person.lead_team",
        "person.agent_id",
        "person.email_taken",
    }
    with pytest.raises(BadInput) as refused:
        invite(engine, "x", email="no address")
    assert codes(refused) == {"person.email"}
    with transaction(engine) as session:
        assert session.get_one(User, "mina").role == "analyst"
        assert session.get(User, "x") is None


def test_a_change_is_in_force_at_once_and_the_log_tells_before_and_after(engine: Engine) -> None:
    token = enter(engine, "mina")
    account = Account("Mina", "lead", name_fa="مینا", email=" Mina@X.com ", team_id="orders")
    change_user(engine, COMMAND_LINE, username="MINA", account=account, now=NOW)
    user, actor = user_of(engine, token, now=NOW) or pytest.fail("no session")
    assert (actor.role, actor.team_id) == ("lead", "orders")
    assert (user.name_fa, user.email) == ("مینا", "mina@x.com")
    with transaction(engine) as session:
        found = select(AuditEvent).where(AuditEvent.action == "user_changed")
        event = session.exec(found).one()
    assert event.detail == {
        "name_fa": [None, "مینا"],
        "email": [None, "mina@x.com"],
        "role": ["analyst", "lead"],
        "team_id": [None, "orders"],
    }


def test_off_and_on_again_keeps_what_was_done(engine: Engine) -> None:
    token = enter(engine, "mina")
    deactivate_user(engine, COMMAND_LINE, username="mina", now=NOW)
    assert why_out(engine, token, now=NOW, idle=IDLE) == "ended"
    with pytest.raises(SignInRefused):
        enter(engine, "mina")
    reactivate_user(engine, COMMAND_LINE, username="mina", now=NOW)
    assert user_of(engine, token, now=NOW) is None
    assert enter(engine, "mina")
    assert ("mina", "signed_in", "mina") in events(engine)


# --- the last administrator


def take_role(engine: Engine, username: str) -> None:
    account = Account(username, "manager")
    change_user(engine, COMMAND_LINE, username=username, account=account, now=NOW)


def switch_off(engine: Engine, username: str) -> None:
    deactivate_user(engine, COMMAND_LINE, username=username, now=NOW)


@pytest.mark.parametrize("lose", [take_role, switch_off])
def test_the_last_administrator_stays_until_another_one_can_sign_in(
    either: Engine, lose: Callable[[Engine, str], None]
) -> None:
    invite(either, "second", role="admin")  # has no password yet
    with pytest.raises(BadInput) as refused:
        lose(either, "root")
    assert codes(refused) == {"person.last_admin"}
    assert enter(either, "root")
    link = reset_password(either, COMMAND_LINE, username="second", now=NOW)
    take_invitation(either, link.token, password=NEW, now=NOW)
    lose(either, "root")
    with pytest.raises(BadInput):
        lose(either, "second")
    lose(either, "mina")  # never was one


def test_two_administrators_cannot_switch_each_other_off_at_once(
    either: Engine, hashed: str
) -> None:
    for _ in range(5):
        with transaction(either) as session:
            other = User(
                username="second", name="S", role="admin", password_hash=hashed, created_at=NOW
            )
            session.merge(other)
            session.get_one(User, "root").is_active = True
        assert at_once(
            lambda: switch_off(either, "root"), lambda: switch_off(either, "second")
        ) == (1, 1)


def at_once(*actions: Callable[[], object]) -> tuple[int, int]:
    """Do these side by side; return how many were done and how many refused."""
    start, results = Barrier(len(actions)), []

    def one(action: Callable[[], object]) -> None:
        start.wait()
        try:
            action()
        except BadInput:
            results.append(False)
        else:
            results.append(True)

    threads = [Thread(target=one, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results.count(True), results.count(False)


# --- the list


def test_the_list_tells_what_is_open_and_finds(either: Engine) -> None:
    invite(either, role="lead", team_id="orders", name_fa="لاله", email="l@x.com")
    enter(either, "mina")
    enter(either, "mina")
    accounts = list_accounts(either, COMMAND_LINE, now=NOW, idle=IDLE)
    found = {each.user.username: each for each in accounts}
    assert [found[name].state for name in ("laleh", "mina", "root")] == [
        "invited",
        "active",
        "active",
    ]
    assert found["laleh"].invited_until == NOW + 72 * HOUR
    assert (found["mina"].sessions, found["mina"].last_seen_at) == (2, NOW)
    later = list_accounts(either, COMMAND_LINE, now=NOW + HOUR, idle=IDLE)
    assert [each.sessions for each in later] == [0, 0, 0]
    names = lambda **wanted: [  # noqa: E731
        each.user.username for each in matching(accounts, **wanted)
    ]
    assert names(text="لاله") == names(text="L@X") == names(team_id="orders") == ["laleh"]
    assert names(role="analyst", state="active") == ["mina"]
    assert names(text="nobody") == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_administrators_manage_accounts_and_tokens(engine: Engine, role: str) -> None:
    actor = Actor("somebody", role, team_id="orders", agent_id="sara")  # type: ignore[arg-type]
    account = Account("X", "analyst")
    one = {"username": "mina", "now": NOW}
    for forbidden in (
        lambda: list_accounts(engine, actor, now=NOW, idle=IDLE),
        lambda: invite_user(engine, actor, username="x", account=account, language="fa", now=NOW),
        lambda: reset_password(engine, actor, **one),
        lambda: change_user(engine, actor, account=account, **one),
        lambda: deactivate_user(engine, actor, **one),
        lambda: reactivate_user(engine, actor, **one),
        lambda: end_sessions(engine, actor, **one),
        lambda: create_token(engine, actor, name="x", scopes=["transcripts"], days=1, now=NOW),
        lambda: revoke_token(engine, actor, 1, now=NOW),
        lambda: list_tokens(engine, actor),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


# --- tokens


def test_a_token_is_shown_once_and_ends_by_time_and_by_hand(engine: Engine) -> None:
    made = create_token(
        engine, COMMAND_LINE, name=" exchange ", scopes=["transcripts"], days=30, now=NOW
    )
    assert made.key.startswith("qm_")
    caller = caller_of(engine, made.key, now=NOW) or pytest.fail("no caller")
    assert (caller.scopes, caller.actor.may("manage_people")) == ({"transcripts"}, False)
    assert caller_of(engine, made.key, now=NOW + timedelta(days=30)) is None
    assert caller_of(engine, made.token.token_sha256, now=NOW) is None
    with pytest.raises(BadInput) as taken:
        create_token(engine, COMMAND_LINE, name="exchange", scopes=[], days=0, now=NOW)
    assert codes(taken) == {"token.name_taken", "token.no_scope", "token.days"}
    revoke_token(engine, COMMAND_LINE, made.token.id or 0, now=NOW)
    assert caller_of(engine, made.key, now=NOW) is None
    with pytest.raises(BadInput):
        revoke_token(engine, COMMAND_LINE, made.token.id or 0, now=NOW)
    assert create_token(
        engine, COMMAND_LINE, name="exchange", scopes=["interactions"], days=None, now=NOW
    )
    assert [event[1] for event in events(engine)] == [
        "token_created",
        "token_revoked",
        "token_created",
    ]


def test_a_user_who_was_added_has_the_address(engine: Engine) -> None:
    add_user(
        engine,
        COMMAND_LINE,
        username="x",
        name="X",
        role="analyst",
        password=PASSWORD,
        email="X@y.z",
        now=NOW,
    )
    with transaction(engine) as session:
        assert session.get_one(User, "x").email == "x@y.z"
