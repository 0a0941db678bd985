"""`qm user` and `qm token` as their user meets them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from qm.store.engine import open_engine, transaction
from qm.store.tables import User
from qm.workflow.api_tokens import caller_of
from qm.workflow.invitations import invited_user, take_invitation
from tests.fixtures.small_centre import build

if TYPE_CHECKING:
    from tests.fixtures.command import Command


@pytest.fixture
def centre(qm: Command) -> Command:
    folder = qm.folder / "var"
    build(f"sqlite:///{folder / 'qm.sqlite'}", folder, calls_per_agent=1).engine.dispose()
    return qm


def test_people_are_invited_changed_and_switched_off_and_on(centre: Command) -> None:
    invited = centre("user", "invite", "laleh", "--role", "lead", "--team", "orders", "--name", "L")
    link = re.fullmatch(r"http://localhost:8501/sign-in/invitation/(\S{43})", invited.out.strip())
    assert link is not None
    engine = open_engine(f"sqlite:///{centre.folder / 'var' / 'qm.sqlite'}")
    assert invited_user(engine, link[1], now=datetime.now(UTC)).team_id == "orders"
    assert "laleh\tlead\tL (invited)" in centre("user", "list").out
    reset = centre("user", "reset", "laleh").out.strip().rpartition("/")[2]
    take_invitation(engine, reset, password="a good password", now=datetime.now(UTC))

    changed = ("--role", "analyst", "--team", "", "--email", "L@x.com")
    assert centre("user", "change", "laleh", *changed).code == 0
    with transaction(engine) as session:
        user = session.get_one(User, "laleh")
        assert (user.role, user.team_id, user.email, user.name) == (
            "analyst",
            None,
            "l@x.com",
            "L",
        )
    assert centre("user", "off", "laleh").code == 0
    assert "laleh\tanalyst\tL (off)" in centre("user", "list").out
    assert centre("user", "on", "laleh").code == 0
    assert centre("user", "sign-out", "laleh").code == 0
    refused = centre("user", "off", "admin")
    assert (refused.code, "person.last_admin" in refused.err) == (1, True)
    engine.dispose()


def test_a_token_is_printed_once_listed_and_revoked(centre: Command) -> None:
    made = centre("token", "create", "exchange", "--imports", "transcripts", "--days", "30")
    key = made.out.strip()
    engine = open_engine(f"sqlite:///{centre.folder / 'var' / 'qm.sqlite'}")
    caller = caller_of(engine, key, now=datetime.now(UTC))
    assert caller is not None
    assert caller.scopes == {"transcripts"}
    listed = centre("token", "list").out
    assert listed.startswith("1\texchange\ttranscripts\t")
    assert "valid until" in listed
    assert key not in listed
    assert centre("token", "revoke", "1").code == 0
    assert caller_of(engine, key, now=datetime.now(UTC)) is None
    assert "revoked" in centre("token", "list").out
    again = centre("token", "revoke", "1")
    assert (again.code, "token.unknown" in again.err) == (1, True)
    engine.dispose()
