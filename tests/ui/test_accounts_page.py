"""The page of accounts, teams and tokens, and everybody's own account."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from qm.store.engine import transaction
from qm.store.tables import ApiToken, Invitation, Team, User
from qm.workflow.sign_in import token_sha256
from tests.fixtures.recorded_centre import PASSWORD
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import SmallCentre, build


@pytest.fixture
def at(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Screens]:
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path, calls_per_agent=1)
    with screens(centre) as at:
        yield at
    centre.engine.dispose()


def stored(centre: SmallCentre, username: str) -> User:
    with transaction(centre.engine) as session:
        return session.get_one(User, username)


def codes_of(page: AppTest) -> list[str]:
    return [element.value for element in page.code]


def test_an_administrator_finds_invites_changes_and_switches_off(at: Screens) -> None:
    page = at.open("admin", "accounts")
    assert {"Mina", "Kaveh", "Sara"} <= set(words(page).split())
    page.text_input(key="people-text").input("mina").run()
    shown = " ".join(markup(page))
    assert "mina" in shown
    assert "kaveh" not in shown

    page.text_input(key="invite-username").input("laleh")
    page.text_input(key="invite-en-name").input("<b>Laleh</b>")
    page.button(key="FormSubmitter:invite-Invite").click().run()
    (link,) = codes_of(page)
    path = re.fullmatch(r"https?://[^/]+/sign-in/invitation/(\S{43})", link)
    assert path is not None
    with transaction(at.centre.engine) as session:
        assert session.exec(select(Invitation.token_sha256)).one() == token_sha256(path[1])
    assert codes_of(page.run()) == []  # it was shown that once
    assert "<b>Laleh" not in " ".join(markup(page))

    page = at.open("admin", "accounts", user="kaveh")
    page.text_input(key="change-kaveh-en-email").input("kaveh@example.com")
    page.selectbox(key="change-kaveh-en-role").set_value("qa_lead")
    page.button(key="FormSubmitter:change-kaveh-Save").click().run()
    assert (stored(at.centre, "kaveh").role, stored(at.centre, "kaveh").email) == (
        "qa_lead",
        "kaveh@example.com",
    )
    page.button(key="off-kaveh").click().run()
    assert not stored(at.centre, "kaveh").is_active
    page.button(key="on-kaveh").click().run()
    assert stored(at.centre, "kaveh").is_active
    assert not page.exception


def test_the_last_administrator_is_told_why_not(at: Screens) -> None:
    page = at.open("admin", "accounts", user="admin")
    page.button(key="off-admin").click().run()
    assert "“admin” is the last administrator who can sign in." in words(page)
    page.selectbox(key="change-admin-en-role").set_value("manager")
    page.button(key="FormSubmitter:change-admin-Save").click().run()
    assert "last administrator" in words(page)
    assert (stored(at.centre, "admin").role, stored(at.centre, "admin").is_active) == (
        "admin",
        True,
    )


def test_agents_are_moved_and_tokens_made_and_revoked(at: Screens) -> None:
    with transaction(at.centre.engine) as session:
        session.add(Team(id="third", name="<i>Third"))
    page = at.open("admin", "accounts")
    page.session_state["people-tab-en"] = "Teams"
    page.run()
    page.selectbox(key="agent-en").set_value("sara").run()
    page.selectbox(key="move-to-sara").set_value("third")
    page.text_input(key="move-on-sara").input("no day")
    page.button(key="FormSubmitter:move-sara-Move").click().run()
    assert "is no day" in words(page)
    page.text_input(key="move-on-sara").input("1405/08/20")
    page.button(key="FormSubmitter:move-sara-Move").click().run()
    shown = words(page)
    assert "20 Aban 1405" in shown
    assert "Orders" in shown
    assert "<i>Third" not in " ".join(markup(page))

    page.session_state["people-tab-en"] = "API tokens"
    page.run()
    page.text_input(key="token-name").input("exchange")
    page.button(key="FormSubmitter:new-token-Make a token").click().run()
    (key,) = codes_of(page)
    assert key.startswith("qm_")
    assert codes_of(page.run()) == []
    next(button for button in page.button if button.label == "Revoke").click().run()
    with transaction(at.centre.engine) as session:
        assert session.exec(select(ApiToken)).one().revoked_by == "admin"
    assert "revoked by Admin" in words(page)
    assert not page.exception


def test_nobody_else_opens_the_page(at: Screens) -> None:
    for username in ("manager", "mina", "lead", "sara"):
        page = at.open_alone(username, "accounts")
        assert page.exception or "not open to you" in words(page)
        assert "admin" not in words(page)


OWN = """
from qm.ui.accounts.own import account_form
from qm.ui.here import here

account_form(here())
"""


def test_everybody_changes_their_own_password(at: Screens) -> None:
    page = at.enter("sara")
    page.button(key="own-account").click().run()
    assert [field.label for field in page.text_input] == [
        "Present password",
        "New password",
        "New password again",
    ]
    # A dialog reruns alone, which AppTest cannot do: its content stands on a page of its own.
    page = AppTest.from_string(OWN, default_timeout=60).run()
    before = stored(at.centre, "sara").password_hash
    for place, text in enumerate((PASSWORD, "a new good password", "another one, mistyped")):
        page.text_input(key=f"own-password-{place}").input(text)
    page.button(key="FormSubmitter:own-password-Change password").click().run()
    assert "The two passwords are not the same." in words(page)
    assert stored(at.centre, "sara").password_hash == before
    page.text_input(key="own-password-2").input("a new good password")
    page.button(key="FormSubmitter:own-password-Change password").click().run()
    assert stored(at.centre, "sara").password_hash != before
    assert not page.exception
