"""The page Search in a real browser: a click plays the recording from the found second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.demo_web import DemoWeb
from tests.fixtures.recorded_centre import PASSWORD, build_recorded, recordings_folder, write_wav
from tests.fixtures.spoken import said, speak
from tests.fixtures.web import Web, running_web

pytestmark = pytest.mark.browser

# The player's audio is no part of the page: note each one that is made.
SPY = """
window.audios = [];
const made = window.Audio;
window.Audio = function (...given) {
  const audio = new made(...given);
  window.audios.push(audio);
  return audio;
};
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("search")
    centre = build_recorded(f"sqlite:///{folder / 'qm.sqlite'}", folder)
    write_wav(recordings_folder(centre) / "sara-2.mp3", seconds=60)
    told = [
        said("agent", 0, "سلام، وقت بخیر"),
        said("customer", 40, "مي‌خواهم سفارش را لغو کنم"),
        said("agent", 50, "لغو سفارش انجام شد"),
    ]
    speak(centre.engine, "sara-2", told)
    with running_web(centre, with_pages=True) as web:
        yield web


@pytest.fixture
def page(browser: Browser, web: Web) -> Iterator[Page]:
    with DemoWeb(web, browser, PASSWORD).visit("manager", "en", width=1400) as visit:
        visit.page.add_init_script(SPY)
        yield visit.go("/transcript-search")


def until(page: Page, condition: str) -> None:
    """Wait for a condition; the page's own rules forbid Playwright's way, which evaluates text."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never became true: {condition}")


def heard_s(page: Page) -> float:
    return float(page.evaluate("audios.at(-1).currentTime"))


def test_a_click_plays_from_the_second_at_which_the_word_is_said(page: Page) -> None:
    page.get_by_label("Words that were said", exact=True).fill("می خواهم لغو")
    page.keyboard.press("Enter")
    expect(page.locator(".qm-quote mark")).to_have_text(["مي‌خواهم", "لغو"])
    page.get_by_role("button", name="Listen at 00:40").click()
    until(page, "audios.length > 0 && audios.at(-1).currentTime >= 40")
    assert 40 <= heard_s(page) < 50
    expect(page.locator(".turn.on .text")).to_have_text("مي‌خواهم سفارش را لغو کنم")
    until(page, "!audios.at(-1).paused && audios.at(-1).currentTime > 40.5")
    # Another hit of the same call, then the same one once more.
    page.get_by_label("Words that were said", exact=True).fill("انجام")
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Listen at 00:52")
    for _ in range(2):
        again.click()
        until(page, "audios.at(-1).currentTime >= 52 && audios.at(-1).currentTime < 54")
        page.evaluate("audios.at(-1).currentTime = 5")
        until(page, "audios.at(-1).currentTime < 10")
