from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from qm.core.access import COMMAND_LINE
from qm.store.engine import transaction
from qm.store.tables import User
from qm.workflow.people import deactivate_user
from tests.fixtures.recorded_centre import PASSWORD, build_recorded
from tests.fixtures.small_centre import NOW
from tests.fixtures.web import Web, running_web

pytestmark = pytest.mark.browser

SIZES = [(1440, 900), (390, 844)]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    with running_web(build_recorded(f"sqlite:///{folder / 'qm.db'}", folder)) as web:
        yield web


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")


def test_the_way_in_and_out_again(web: Web, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{web.url}/?period=1405-08")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#username")).to_be_focused()
    expect(page).to_have_title("ورود · qm")

    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    sign_in(page, "mina", "wrong password")
    expect(page.get_by_role("alert")).to_contain_text("The username or the password is not right.")
    expect(page.locator("#username")).to_have_value("mina")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#password")).to_have_value("")
    assert [said for said in complaints if "401" not in said] == []

    sign_in(page, "mina")
    expect(page.get_by_text("Mina is analyst and reads en")).to_be_visible(timeout=30_000)
    expect(page).to_have_url(f"{web.url}/?period=1405-08")
    assert "qm_session" not in page.evaluate("document.cookie")

    page.get_by_role("button", name="leave").click()
    expect(page.get_by_label("Username")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Username")).to_be_visible()
    expect(page.get_by_text("Mina is analyst")).to_have_count(0)
    page.goto(web.url)
    expect(page).to_have_url(f"{web.url}/sign-in")
    assert [said for said in complaints if "401" not in said] == []


def test_guessing_is_stopped_and_told_in_persian(web: Web, page: Page) -> None:
    page.goto(f"{web.url}/sign-in?language=fa")
    for _ in range(5):
        sign_in(page, "nobody", "a wrong guess")
        expect(page.get_by_role("alert")).to_contain_text("نام کاربری یا گذرواژه درست نیست.")
    sign_in(page, "nobody", "a wrong guess")
    expect(page.get_by_role("alert")).to_contain_text("۱۵ دقیقهٔ دیگر دوباره تلاش کنید.")


def test_whoever_is_switched_off_is_out_at_the_next_rerun(web: Web, page: Page) -> None:
    page.goto(web.url)
    sign_in(page, "reza")
    expect(page.get_by_text("Reza is agent")).to_be_visible(timeout=30_000)
    with transaction(web.centre.engine) as session:
        session.get_one(User, "reza").role = "manager"
    page.get_by_role("button", name="again").click()
    expect(page.get_by_text("Reza is manager")).to_be_visible()
    deactivate_user(web.centre.engine, COMMAND_LINE, username="reza", now=NOW)
    page.get_by_role("button", name="again").click()
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    expect(page.get_by_text("Reza")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_fits_and_works_without_scripts(
    web: Web, browser: Browser, language: str, width: int, height: int
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto(f"{web.url}/sign-in?language={language}")
    for name in ("header", "form", "button", "nav"):
        box = page.locator(name).bounding_box() or pytest.fail(f"{name} is not drawn")
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= width, name
        assert box["y"] + box["height"] <= height, name
    sign_in(page, "manager")
    expect(page).to_have_url(re.compile(rf"^{web.url}/$"))
    assert [cookie["name"] for cookie in context.cookies()].count("qm_session") == 1
    context.close()
