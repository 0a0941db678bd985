"""Signing in through a real OpenID provider: a process of its own, the whole way over HTTP."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from sqlmodel import select

from qm.core.access import COMMAND_LINE
from qm.store.engine import open_engine, transaction
from qm.store.tables import AuditEvent, User
from qm.workflow.people import deactivate_user
from tests.fixtures.openid_provider import Provider, running_provider
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.served import browser_of, served
from tests.fixtures.small_centre import NOW, SmallCentre

CALLBACK = "/sign-in/openid/callback"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with running_provider(tmp_path_factory.mktemp("provider")) as provider:
        provider.knows("p-mina", email="Mina@Example.com", email_verified=True, name="Mina")
        yield provider


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    centre = build_recorded(f"sqlite:///{folder / 'qm.db'}", folder)
    with transaction(centre.engine) as session:
        for name in ("mina", "kaveh", "lead"):
            session.get_one(User, name).email = f"{name}@example.com"
    centre.engine.dispose()
    return folder


@pytest.fixture
def centre(template: Path, tmp_path: Path) -> Iterator[SmallCentre]:
    """A centre of the test's own, for what other settings do to it."""
    yield from copy_of(template, tmp_path / "c")


@pytest.fixture(scope="module")
def shared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCentre]:
    yield from copy_of(template, tmp_path_factory.mktemp("shared") / "c")


@pytest.fixture(scope="module")
def shared_door(provider: Provider, shared: SmallCentre) -> Iterator[str]:
    with served(shared, **by_openid(provider)) as address:
        yield address


@pytest.fixture
def door(provider: Provider, shared_door: str) -> str:
    """The centre that people enter through the provider, which tells the truth again."""
    provider.lies()
    return shared_door


def copy_of(template: Path, folder: Path) -> Iterator[SmallCentre]:
    shutil.copytree(template, folder)
    engine = open_engine(f"sqlite:///{folder / 'qm.db'}")
    yield SmallCentre(engine, folder)
    engine.dispose()


def by_openid(provider: Provider, **more: str) -> dict[str, str]:
    provider.lies()
    return {
        "openid_issuer": provider.issuer,
        "openid_client_id": "qm",
        "openid_client_secret": "secret",
        "openid_label": "Sepidar",
        **more,
    }


def come_back(
    provider: Provider, browser: httpx2.Client, sub: str, next_path: str = "/my-queue?a=1&b=2"
) -> httpx2.Response:
    """Go to the provider, sign in there, and come back."""
    start = browser.get("/sign-in/openid", params={"next": next_path})
    assert start.status_code == 303
    return browser.get(provider.sign_in(start.headers["location"], sub))


def said(answer: httpx2.Response) -> str:
    assert answer.status_code in {401, 502}, answer.text
    assert "qm_session" not in answer.cookies
    return answer.text


def events(centre: SmallCentre, action: str, subject: str) -> list[dict[str, Any]]:
    of_both = (AuditEvent.action == action, AuditEvent.subject == subject)
    with transaction(centre.engine) as session:
        found = session.exec(select(AuditEvent).where(*of_both)).all()
    return [event.detail for event in found]


def test_the_whole_way_there_and_back_and_out(
    provider: Provider, door: str, shared: SmallCentre
) -> None:
    with browser_of(door) as browser:
        page = browser.get("/sign-in?next=/my-queue").text
        assert "Sign in with Sepidar" in page
        assert "/sign-in/openid?next=%2Fmy-queue" in page

        start = browser.get("/sign-in/openid", params={"next": "/my-queue?a=1&b=2"})
        asked = parse_qs(urlsplit(start.headers["location"]).query)
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == [door + CALLBACK]
        assert len(asked["state"][0]) > 20
        assert len(asked["nonce"][0]) > 15
        back = browser.get(provider.sign_in(start.headers["location"], "p-mina"))
        assert (back.status_code, back.headers["location"]) == (303, "/my-queue?a=1&b=2")
        assert browser.get("/my-queue").text == "mina at /my-queue"
        assert [each["by"] for each in events(shared, "signed_in", "mina")] == ["openid"]

        out = browser.post("/sign-out")
        assert out.headers["location"] == "/sign-in?notice=openid_stays"
        page = browser.get(out.headers["location"]).text
        assert "هنوز در Sepidar وارد" in page
        there = browser.get("/sign-in/openid/sign-out").headers["location"]
        assert there.startswith(f"{provider.issuer}/oauth2/end_session?")
        asked = parse_qs(urlsplit(there).query)
        assert asked["post_logout_redirect_uri"] == [f"{door}/sign-in"]
        assert browser.get("/my-queue").status_code == 303


def test_an_account_stays_bound_to_the_person_when_the_address_changes(
    provider: Provider, door: str, shared: SmallCentre
) -> None:
    provider.knows("p-kaveh", email="kaveh@example.com", email_verified=True)
    provider.knows("p-thief", email="kaveh@example.com", email_verified=True)
    with browser_of(door) as browser:
        assert come_back(provider, browser, "p-kaveh").status_code == 303
    provider.knows("p-kaveh", email="new@example.com", email_verified=False)
    with browser_of(door) as browser:
        assert come_back(provider, browser, "p-kaveh").status_code == 303
        assert browser.get("/my-queue").text == "kaveh at /my-queue"
    with browser_of(door) as browser:  # who got the old address is somebody else
        text = said(come_back(provider, browser, "p-thief"))
        assert "belongs to somebody else at Sepidar" in text
    assert len(events(shared, "openid_bound", "kaveh")) == 1


def test_the_address_is_asked_for_where_the_id_token_does_not_tell_it(
    provider: Provider, door: str
) -> None:
    with browser_of(door) as browser:
        provider.lies(email=None, email_verified=None)
        assert come_back(provider, browser, "p-mina").status_code == 303
        assert browser.get("/my-queue").text == "mina at /my-queue"


@pytest.mark.parametrize(
    ("sub", "claims", "words"),
    [
        ("p-x", {"email": "x@example.com", "email_verified": True}, "you have no account here"),
        ("p-y", {"email": "lead@example.com"}, "has not verified your e-mail address"),
        (
            "p-z",
            {"email": "lead@example.com", "email_verified": False},
            "has not verified your e-mail address",
        ),
        ("p-none", {}, "you have no account here"),
    ],
)
def test_strangers_and_unverified_addresses_are_refused(
    provider: Provider, door: str, shared: SmallCentre, sub: str, claims: dict[str, Any], words: str
) -> None:
    provider.knows(sub, **claims)
    with browser_of(door) as browser:
        text = said(come_back(provider, browser, sub))
        assert words in text
        assert 'value="/my-queue?a=1&amp;b=2"' in text  # where one wanted to go is not forgotten
    assert len(events(shared, "openid_refused", f"{provider.issuer} {sub}")) == 1
    with transaction(shared.engine) as session:
        assert session.get_one(User, "lead").openid is None


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": ["qm", "another-client"]},  # without azp it says nothing of us
        {"aud": None},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000, "nbf": 4_000_000_000},
        {"nonce": "of-another-sign-in"},
        {"nonce": None},
        {"sub": None},
        {"key": "unpublished"},
    ],
    ids=json.dumps,
)
def test_a_token_that_is_not_for_us_now_is_refused(
    provider: Provider, door: str, lie: dict[str, Any]
) -> None:
    with browser_of(door) as browser:
        provider.lies(**lie)
        assert "could not be trusted" in said(come_back(provider, browser, "p-mina"))
        assert browser.get("/my-queue").status_code == 303


def test_the_clocks_may_differ_by_half_a_minute(provider: Provider, door: str) -> None:
    with browser_of(door) as browser:
        provider.lies(exp=int(time.time()) - 30)
        assert come_back(provider, browser, "p-mina").status_code == 303


def test_only_the_browser_that_went_comes_back_and_only_once(provider: Provider, door: str) -> None:
    with browser_of(door) as mina, browser_of(door) as other:
        start = mina.get("/sign-in/openid")
        back = provider.sign_in(start.headers["location"], "p-mina")
        assert "not started in this browser" in said(other.get(back))
        other.get("/sign-in/openid")  # with a state of its own
        assert "not started in this browser" in said(other.get(back))
        forged = back.replace("state=", "state=x")
        assert "not started in this browser" in said(mina.get(forged))
        # A forged one uses the start up: the real one comes too late.
        assert "not started in this browser" in said(mina.get(back))
    with browser_of(door) as mina:
        start = mina.get("/sign-in/openid")
        kept = mina.cookies.get("qm_openid_start") or ""
        back = provider.sign_in(start.headers["location"], "p-mina")
        assert mina.get(back).status_code == 303
        mina.cookies.set("qm_openid_start", kept, path="/sign-in/openid")
        assert "did not sign you in" in said(mina.get(back))  # a code is good for once
    with browser_of(door) as mina:
        start = mina.get("/sign-in/openid")
        kept = mina.cookies.get("qm_openid_start") or ""
        mina.cookies.clear()
        mina.cookies.set("qm_openid_start", kept[:-2], path="/sign-in/openid")
        back = provider.sign_in(start.headers["location"], "p-mina")
        assert "not started in this browser" in said(mina.get(back))


def test_a_code_of_another_sign_in_lacks_the_verifier(provider: Provider, door: str) -> None:
    with browser_of(door) as thief, browser_of(door) as mina:
        stolen = provider.sign_in(mina.get("/sign-in/openid").headers["location"], "p-mina")
        own = thief.get("/sign-in/openid").headers["location"]
        state = parse_qs(urlsplit(own).query)["state"][0]
        code = parse_qs(urlsplit(stolen).query)["code"][0]
        answer = thief.get(CALLBACK, params={"state": state, "code": code})
        assert "did not sign you in" in said(answer)


def test_a_nonce_that_was_changed_on_the_way_is_noticed(provider: Provider, door: str) -> None:
    with browser_of(door) as browser:
        start = urlsplit(browser.get("/sign-in/openid").headers["location"])
        asked = {**dict(parse_qsl(start.query)), "nonce": "of-another-sign-in"}
        back = provider.sign_in(start._replace(query=urlencode(asked)).geturl(), "p-mina")
        assert "could not be trusted" in said(browser.get(back))


def test_whoever_says_no_at_the_provider_is_told_and_may_sign_in_otherwise(
    provider: Provider, door: str
) -> None:
    with browser_of(door) as browser:
        start = browser.get("/sign-in/openid?next=//evil.example")
        back = provider.sign_in(start.headers["location"], "p-mina", action="deny")
        state = parse_qs(urlsplit(start.headers["location"]).query)["state"][0]
        text = said(browser.get(back if "state=" in back else f"{back}&state={state}"))
        assert "Sepidar did not sign you in" in text
        assert "evil" not in text
        form = {"username": "mina", "password": "correct horse battery"}
        assert browser.post("/sign-in", data=form).status_code == 303


def test_unknown_people_get_an_account_where_the_rules_say_so(
    provider: Provider, centre: SmallCentre
) -> None:
    provider.knows("p-new", email="new.person@x.com", email_verified=True, name="<b>نو</b>")
    provider.knows("p-too", email="mina@other.com", email_verified=True)
    rules = by_openid(provider, openid_creates="analyst")
    with served(centre, **rules) as address:
        for sub in ("p-new", "p-new", "p-too"):
            with browser_of(address) as browser:
                assert come_back(provider, browser, sub).status_code == 303
    with transaction(centre.engine) as session:
        new = session.get_one(User, "new.person")
        assert (new.role, new.name, new.password_hash) == ("analyst", "<b>نو</b>", "")
        assert session.get_one(User, "mina-2").email == "mina@other.com"
        assert session.get_one(User, "mina").openid is None
    with served(centre, **rules) as address, browser_of(address) as browser:
        wrong = browser.post("/sign-in", data={"username": "new.person", "password": ""})
        assert wrong.status_code == 401  # without a password nobody signs in by one


def test_a_claim_decides_the_role_at_every_sign_in(provider: Provider, centre: SmallCentre) -> None:
    rules = by_openid(
        provider,
        openid_role_claim="access.groups",
        openid_roles=json.dumps({"qa-leads": "qa_lead", "qa": "analyst", "leads": "lead"}),
        openid_creates="analyst",
    )
    mail = {"email": "mina@example.com", "email_verified": True}

    def role_with(groups: object) -> str:
        provider.knows("p-mina", **mail, access={"groups": groups})
        with browser_of(address) as browser:
            answer = come_back(provider, browser, "p-mina")
            if answer.status_code != 303:
                return said(answer)
        with transaction(centre.engine) as session:
            return session.get_one(User, "mina").role

    with served(centre, **rules) as address:
        assert role_with(["qa", "qa-leads"]) == "qa_lead"
        assert role_with("qa") == "analyst"
        assert "gives you no role here" in role_with(["others"])
        assert "gives you no role here" in role_with(None)
        assert "needs a team or an agent" in role_with(["leads"])
    assert [each["role"] for each in events(centre, "user_changed", "mina")] == [
        ["analyst", "qa_lead"],
        ["qa_lead", "analyst"],
    ]


def test_the_provider_cannot_take_the_last_administrator_away(
    provider: Provider, centre: SmallCentre
) -> None:
    with transaction(centre.engine) as session:
        session.get_one(User, "admin").email = "admin@example.com"
    provider.knows("p-admin", email="admin@example.com", email_verified=True, role="qa")
    rules = by_openid(provider, openid_role_claim="role", openid_roles='{"qa": "analyst"}')
    with served(centre, **rules) as address, browser_of(address) as browser:
        assert "last administrator" in said(come_back(provider, browser, "p-admin"))
    with transaction(centre.engine) as session:
        assert session.get_one(User, "admin").role == "admin"


def test_whoever_is_switched_off_stays_out(provider: Provider, centre: SmallCentre) -> None:
    deactivate_user(centre.engine, COMMAND_LINE, username="mina", now=NOW)
    provider.knows("p-mina", email="mina@example.com", email_verified=True)
    with served(centre, **by_openid(provider)) as address, browser_of(address) as browser:
        assert "switched off" in said(come_back(provider, browser, "p-mina"))


def test_a_provider_that_does_not_answer_or_is_another_one_is_told(
    provider: Provider, centre: SmallCentre
) -> None:
    nobody = by_openid(provider, openid_issuer="http://localhost:9")
    with served(centre, **nobody) as address, browser_of(address) as browser:
        answer = browser.get("/sign-in/openid")
        assert answer.status_code == 502
        assert "Sepidar does not answer" in answer.text
        assert browser.get("/sign-in/openid/sign-out").headers["location"] == "/sign-in"
    another = by_openid(provider, openid_issuer=provider.issuer.replace("localhost", "127.0.0.1"))
    provider_host = another["openid_issuer"] + "/"  # it calls itself without the slash
    other = {**another, "openid_issuer": provider_host}
    with served(centre, **other) as address, browser_of(address) as browser:
        assert "could not be trusted" in said(browser.get("/sign-in/openid"))


def test_without_a_provider_there_is_no_such_way(centre: SmallCentre) -> None:
    with served(centre) as address, browser_of(address) as browser:
        assert "openid" not in browser.get("/sign-in?notice=openid_stays").text
        assert browser.get("/sign-in/openid").status_code == 404
        assert "not started in this browser" in said(browser.get(CALLBACK + "?state=&code=x"))
        form = {"username": "mina", "password": "correct horse battery"}
        assert browser.post("/sign-in", data=form).status_code == 303
        assert browser.post("/sign-out").headers["location"] == "/sign-in"
