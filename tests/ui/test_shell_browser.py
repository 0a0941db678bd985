"""What surrounds every page, in a real browser: the way in, the menu, language and colours."""

from __future__ import annotations

from typing import cast

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select, update

from qm.demo.cast import PASSWORD
from qm.store.engine import transaction
from qm.store.tables import Evaluation, SignIn
from tests.fixtures.demo_web import DemoWeb

pytestmark = pytest.mark.browser

COLOURS = "() => getComputedStyle(document.querySelector('.stApp')).colorScheme"
BACKGROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"


def test_from_a_link_through_signing_in_to_the_page_and_back_after_the_session(
    demo_web: DemoWeb,
) -> None:
    """Who follows a link to an evaluation lands on it, also when the session has just ended."""
    with transaction(demo_web.web.centre.engine) as session:
        number = session.exec(select(Evaluation.id)).first()
    address = f"/evaluation-list?evaluation={number}&at=3"
    with demo_web.tab("en") as visit:
        page = visit.page
        page.goto(demo_web.web.url + address)
        page.locator("[name=username]").fill("manager")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/evaluation-list**")
        visit.settled()
        assert page.url == demo_web.web.url + address
        expect(page.locator(".st-key-card-interaction")).to_be_visible()
        with transaction(demo_web.web.centre.engine) as session:
            own = update(SignIn).where(col(SignIn.username) == "manager")
            session.exec(own.values(ended_at=col(SignIn.created_at)))
        page.get_by_test_id("stSidebarNav").locator("a[href$=quality-trends]").click()
        link = page.locator(".qm-state a").first
        expect(link).to_have_attribute("href", "/sign-in?next=/quality-trends")
        # Without a session not even the icon is served.
        visit.complaints[:] = [said for said in visit.complaints if "401" not in said]


def test_past_the_menu_by_keyboard_and_the_language_of_the_page(demo_web: DemoWeb) -> None:
    with demo_web.visit("agent", "fa") as visit:
        page = visit.go("/today")
        expect(page.locator("html")).to_have_attribute("lang", "fa")
        page.keyboard.press("Tab")
        skip = page.locator(".qm-skip")
        expect(skip).to_be_focused()
        assert skip.bounding_box()["y"] >= 0  # out of sight until it has the focus
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("stMain")).to_be_focused()
        page.get_by_role("radio", name="English").click(force=True)
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
        expect(skip).to_have_text("Skip to the page")


def test_light_and_dark_are_chosen_once_for_every_page(demo_web: DemoWeb) -> None:
    with demo_web.visit("agent", "en") as visit:
        page = visit.go("/today")
        assert page.evaluate(COLOURS) == "light"
        light = cast("str", page.evaluate(BACKGROUND))
        page.get_by_role("button", name="Light or dark").click()
        page.wait_for_function(f"() => ({COLOURS})() === 'dark'")
        visit.go("/quality-trends")
        assert page.evaluate(COLOURS) == "dark"
        assert page.evaluate(BACKGROUND) != light
        assert page.evaluate("() => document.documentElement.style.colorScheme") == "dark"


def test_an_address_that_is_no_page_or_not_theirs_is_told_in_their_language(
    demo_web: DemoWeb,
) -> None:
    web = demo_web.web
    cookie = web.sign_in("agent", PASSWORD).cookie
    for path, status in (("/nowhere", 404), ("/today/more", 404), ("/monthly-report", 403)):
        answer = web.ask(path, cookie=cookie, Accept="text/html")
        assert answer.status == status
        assert b'lang="fa" dir="rtl"' in answer.body
        assert "به صفحهٔ آغازین من".encode() in answer.body or b"To my start page" in answer.body
    assert web.ask("/today", cookie=cookie, Accept="text/html").status == 200
