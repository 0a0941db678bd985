from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qm.core.access import COMMAND_LINE
from qm.ui import identity, process
from qm.workflow.people import set_password
from qm.workflow.sign_in import sign_in, sign_out
from tests.fixtures.recorded_centre import PASSWORD, build_recorded
from tests.fixtures.small_centre import SmallCentre

PAGE = """
import streamlit as st
from qm.ui.identity import current_user

who = current_user()
st.text(who.actor.username if who else "nobody")
st.text_input("note", key="note")
st.text(st.session_state.get("chosen", "nothing chosen"))
"""


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallCentre]:
    centre = build_recorded(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    monkeypatch.setattr(process, "engine", lambda: centre.engine)
    yield centre
    centre.engine.dispose()


def enter(centre: SmallCentre, username: str) -> str:
    now = datetime.now(UTC)
    return sign_in(
        centre.engine, username=username, password=PASSWORD, address="x", now=now, hours=1
    )


def texts(page: AppTest) -> list[str]:
    return [element.value for element in page.text]


def show(monkeypatch: pytest.MonkeyPatch, page: AppTest, token: str | None) -> AppTest:
    """Rerun the page as if it had connected with this token; AppTest has no cookies."""
    monkeypatch.setattr(identity, "session_token", lambda: token)
    return page.run(timeout=30)


def test_without_a_cookie_nobody_is_there(centre: SmallCentre) -> None:
    assert texts(AppTest.from_string(PAGE).run(timeout=30)) == ["nobody", "nothing chosen"]


@pytest.mark.parametrize("end", ["sign out", "new password"])
def test_an_ended_session_is_nobodys_at_the_next_rerun(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    token = enter(centre, "mina")
    page = show(monkeypatch, AppTest.from_string(PAGE), token)
    page.session_state["chosen"] = "sara-2"
    page.run(timeout=30)
    assert texts(page) == ["mina", "sara-2"]
    now = datetime.now(UTC)
    if end == "sign out":
        sign_out(centre.engine, token, now=now)
    else:
        set_password(centre.engine, COMMAND_LINE, username="mina", password=PASSWORD, now=now)
    assert texts(page.run(timeout=30)) == ["nobody", "nothing chosen"]


def test_a_page_that_reconnects_under_another_name_forgets_the_first_one(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = enter(centre, "mina"), enter(centre, "kaveh")
    page = show(monkeypatch, AppTest.from_string(PAGE), first)
    page.session_state["chosen"] = "sara-2"
    page.text_input[0].input("mina's words").run(timeout=30)
    assert texts(page) == ["mina", "sara-2"]
    assert page.text_input[0].value == "mina's words"
    show(monkeypatch, page, second)
    assert texts(page) == ["kaveh", "nothing chosen"]
    assert page.text_input[0].value == ""
