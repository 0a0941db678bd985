"""Invitations, expired sessions and lockout, as a browser without scripts meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx2
import pytest
from sqlmodel import col, select, update

from qm.core.access import COMMAND_LINE
from qm.store.engine import transaction
from qm.store.tables import SignIn, SignInFailure, User
from qm.workflow.accounts import end_sessions
from qm.workflow.invitations import Link, invite_user, reset_password
from qm.workflow.people import Account
from tests.fixtures.recorded_centre import PASSWORD, build_recorded
from tests.fixtures.served import browser_of, served
from tests.fixtures.small_centre import SmallCentre

NEW = "another good password"
WANTED = "/evaluate?assignment=3&at=75&q=سلام"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCentre]:
    folder = tmp_path_factory.mktemp("centre")
    centre = build_recorded(f"sqlite:///{folder / 'qm.db'}", folder)
    yield centre
    centre.engine.dispose()


@pytest.fixture(scope="module")
def address(centre: SmallCentre) -> Iterator[str]:
    with served(centre, session_idle_minutes="30") as address:
        yield address


@pytest.fixture
def browser(address: str) -> Iterator[httpx2.Client]:
    with browser_of(address) as browser:
        yield browser


def sign_in(browser: httpx2.Client, username: str, password: str = PASSWORD) -> httpx2.Response:
    return browser.post("/sign-in", data={"username": username, "password": password})


def words(answer: httpx2.Response) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", answer.text))


def invited(centre: SmallCentre, username: str, **more: str) -> Link:
    account = Account(**{"name": "Laleh", "role": "analyst", **more})
    return invite_user(
        centre.engine,
        COMMAND_LINE,
        username=username,
        account=account,
        language="fa",
        now=datetime.now(UTC),
    )


# --- invitations


def test_an_invited_person_comes_in_by_the_link_in_both_languages(
    centre: SmallCentre, browser: httpx2.Client
) -> None:
    name = '<script>alert("x")</script>'
    path = f"/sign-in/invitation/{invited(centre, 'laleh', name=name, name_fa='لاله').token}"
    persian = browser.get(path)
    assert persian.status_code == 200
    assert '<html lang="fa" dir="rtl">' in persian.text
    assert "لاله" in persian.text
    assert "۱۰" in persian.text
    english = browser.get(f"{path}?language=en")
    assert '<html lang="en" dir="ltr">' in english.text
    assert "<script" not in english.text
    assert name in words(english)
    assert "laleh" in words(english)
    assert english.headers["referrer-policy"] == "no-referrer"
    assert english.headers["cache-control"] == "no-store"

    for password, again, said in (
        (NEW, NEW + "x", "not the same"),
        ("short", "short", "5 characters"),
        ("x" * 201, "x" * 201, "201 characters"),
        ("", "", "0 characters"),
    ):
        answer = browser.post(path, data={"password": password, "again": again})
        assert answer.status_code == 422
        assert said in words(answer)
        assert 'name="password"' in answer.text  # the link still works
    assert browser.post(path, data={"password": "x" * 20_000}).status_code == 413

    done = browser.post(path, data={"password": NEW, "again": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in?notice=password_set")
    assert "Your password is set" in words(browser.get(done.headers["location"]))
    assert sign_in(browser, "laleh", NEW).status_code == 303
    assert browser.get("/my-queue").text == "laleh at /my-queue"
    for answer in (browser.get(path), browser.post(path, data={"password": NEW, "again": NEW})):
        assert answer.status_code == 404
        assert "معتبر نیست" in words(answer)
        assert "laleh" not in answer.text


@pytest.mark.parametrize("token", ["x", "..%2f..%2frecordings%2fsara-2", "a/b", "%00", "x" * 5000])
def test_unknown_links_tell_nothing(browser: httpx2.Client, token: str) -> None:
    for answer in (
        browser.get(f"/sign-in/invitation/{token}"),
        browser.post(f"/sign-in/invitation/{token}", data={"password": NEW, "again": NEW}),
    ):
        assert answer.status_code in {401, 404}
        assert b"RIFF" not in answer.content


def test_other_sites_cannot_set_a_password(centre: SmallCentre, browser: httpx2.Client) -> None:
    path = f"/sign-in/invitation/{invited(centre, 'other').token}"
    form = {"password": NEW, "again": NEW}
    answer = browser.post(path, data=form, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert browser.get(path).status_code == 200


def test_a_reset_ends_the_sessions_of_before(centre: SmallCentre, address: str) -> None:
    with browser_of(address) as before, browser_of(address) as now:
        sign_in(before, "reza")
        link = reset_password(centre.engine, COMMAND_LINE, username="reza", now=datetime.now(UTC))
        assert before.get("/my-queue").status_code == 200
        path = f"/sign-in/invitation/{link.token}"
        assert now.post(path, data={"password": NEW, "again": NEW}).status_code == 303
        assert before.get("/my-queue").status_code == 303
        assert sign_in(now, "reza").status_code == 401
        assert sign_in(now, "reza", NEW).status_code == 303


# --- sessions


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("expired", "زمان نشست شما به پایان رسید."),
        ("idle", "مدت زیادی کاری انجام نشد"),
        ("ended", "نشست شما پایان داده شد."),
    ],
)
def test_whose_session_is_over_is_told_why_and_comes_back_to_the_very_page(
    centre: SmallCentre, browser: httpx2.Client, end: str, said: str
) -> None:
    assert sign_in(browser, "mina").status_code == 303
    assert browser.get(WANTED).status_code == 200
    now = datetime.now(UTC)
    changes = {
        "expired": {"expires_at": now},
        "idle": {"created_at": now - timedelta(minutes=31), "seen_at": None},
    }
    with transaction(centre.engine) as session:
        if end in changes:
            session.exec(
                update(SignIn).where(col(SignIn.username) == "mina").values(**changes[end])
            )
    if end == "ended":
        end_sessions(centre.engine, COMMAND_LINE, username="mina", now=now)
    away = browser.get(WANTED)
    assert away.status_code == 303
    page = browser.get(away.headers["location"])
    assert said in words(page)
    kept = re.search(r'name="next" value="([^"]*)"', page.text)
    form = {
        "username": "mina",
        "password": PASSWORD,
        "next": unescape(kept[1]) if kept else "",
    }
    back = browser.post("/sign-in", data=form)
    assert back.status_code == 303
    assert str(httpx2.URL(WANTED)) == str(httpx2.URL(back.headers["location"]))
    assert browser.get(back.headers["location"]).text == "mina at /evaluate"


def test_whoever_signs_out_is_told_nothing_of_an_expired_session(browser: httpx2.Client) -> None:
    sign_in(browser, "mina")
    browser.post("/sign-out")
    page = browser.get("/sign-in?next=/my-queue")
    assert 'role="status"' not in page.text
    assert 'role="status"' not in browser.get("/sign-in?notice=<script>").text


def test_doing_something_keeps_the_session(centre: SmallCentre, browser: httpx2.Client) -> None:
    sign_in(browser, "kaveh")
    earlier = datetime.now(UTC) - timedelta(minutes=20)
    with transaction(centre.engine) as session:
        mine = col(SignIn.username) == "kaveh"
        session.exec(update(SignIn).where(mine).values(created_at=earlier, seen_at=earlier))
    assert browser.get("/my-queue").status_code == 200
    with transaction(centre.engine) as session:
        seen_at = session.exec(select(SignIn.seen_at).where(mine)).one()
    assert seen_at is not None
    assert seen_at > earlier + timedelta(minutes=19)


# --- lockout


def test_five_wrong_passwords_lock_the_name_out_even_for_the_right_one(
    centre: SmallCentre, browser: httpx2.Client
) -> None:
    for _ in range(5):
        assert sign_in(browser, "manager", "x" * 201).status_code == 401
    locked = sign_in(browser, "manager")
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 900
    assert "Try again in 15 minutes." in words(locked)
    with transaction(centre.engine) as session:
        of_manager = col(SignInFailure.username) == "manager"
        long_ago = datetime.now(UTC) - timedelta(minutes=15)
        session.exec(update(SignInFailure).where(of_manager).values(at=long_ago))
    assert sign_in(browser, "manager").status_code == 303


def test_who_has_no_password_cannot_sign_in_with_none(
    centre: SmallCentre, browser: httpx2.Client
) -> None:
    invited(centre, "nopassword")
    for password in ("", " ", "x"):
        assert sign_in(browser, "nopassword", password).status_code == 401
    with transaction(centre.engine) as session:
        assert session.get_one(User, "nopassword").password_hash == ""
