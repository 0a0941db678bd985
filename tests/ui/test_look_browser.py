"""The layout in both languages, measured: guards the style sheets against a newer Streamlit."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotSettled

from qm.core.access import Actor
from qm.core.text import LANGUAGES, Language
from qm.workflow.my_work import my_work
from tests.fixtures.demo_web import DemoWeb

pytestmark = pytest.mark.browser

PAGES = (
    "today",
    "disputes",
    "quality-trends",
    "monthly-report",
    "coaching-notes",
    "evaluation-list",
    "interaction-import",
    "evaluation-forms",
    "sampling-draws",
    "transcript-states",
    "centre-rules",
)
WINDOWS = ((1280, 900), (1024, 768), (768, 1024))  # a desk, a tablet lying and standing
HEIGHT = 900
NEAR_PX = 40
CONTROLS = "button|link|textbox|searchbox|combobox|checkbox|radio|switch|slider|spinbutton|tab"
REDRAWN_MS = 5000
# Those of toggles stand beside their knob.
LABELS = "[data-testid=stWidgetLabel]:not([data-testid=stCheckbox] *)"

# The words themselves: the box of a heading fills its line wherever the words stand in it.
WORDS = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { left, right, top, bottom };
}"""
BOX = """element => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left, right, top, bottom };
}"""
# Elements that reach out of the page at a side, but for what scrolls inside a frame of its own.
OUTSIDE = """() => {
    const main = document.querySelector("[data-testid=stMainBlockContainer]");
    const edge = main.getBoundingClientRect();
    const isFramed = (element) => {
        for (let at = element.parentElement; at !== main; at = at.parentElement)
            if (getComputedStyle(at).overflowX !== "visible") return true;
        return false;
    };
    return [...main.querySelectorAll("*")].filter((element) => {
        const box = element.getBoundingClientRect();
        const isOut = box.left < edge.left - 1 || box.right > edge.right + 1;
        return isOut && box.width > 1 && element.checkVisibility() && !isFramed(element);
    }).map((element) => `${element.tagName} ${element.className}`);
}"""


def measured(locator: Locator, script: str = BOX) -> dict[str, float]:
    """Return left, right, top and bottom in pixels of the window."""
    found: dict[str, float] = locator.evaluate(script)
    return found


def begins_at_its_side(page: Page, locator: Locator, language: Language) -> bool:
    """Whether the words begin at the side of the page on which its language begins."""
    text = measured(locator, WORDS)
    main = measured(page.get_by_test_id("stMainBlockContainer"))
    if language == "fa":
        return main["right"] - text["right"] < NEAR_PX
    return text["left"] - main["left"] < NEAR_PX


def check_nothing_sticks_out(page: Page, language: Language) -> None:
    """Check that the page needs no sideways scrolling; the mirror of a page only once."""
    for width, height in WINDOWS if language == "fa" else WINDOWS[1:2]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("width => innerWidth === width", arg=width)
        # A chart is drawn anew after the window changed; what stays outside is a fault.
        with suppress(NotSettled):
            page.wait_for_function(f"() => ({OUTSIDE})().length === 0", timeout=REDRAWN_MS)
        for place in ("html", "[data-testid=stMain]"):
            wider: int = page.locator(place).evaluate("e => e.scrollWidth - e.clientWidth")
            assert wider <= 0, (place, width, page.url, language)
        assert page.evaluate(OUTSIDE) == [], (width, page.url, language)
    page.set_viewport_size({"width": WINDOWS[0][0], "height": HEIGHT})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_on_its_side(demo_web: DemoWeb, language: Language) -> None:
    with demo_web.visit("manager", language, width=WINDOWS[0][0]) as visit:
        visit.go("/overview")
        for name in PAGES:
            page = visit.turn_to(f"/{name}")
            sidebar = measured(page.get_by_test_id("stSidebar"))
            main = measured(page.get_by_test_id("stMainBlockContainer"))
            if language == "fa":
                assert sidebar["left"] >= main["right"] - 1, name
            else:
                assert sidebar["right"] <= main["left"] + 1, name
            title = page.get_by_role("heading", level=1)
            assert begins_at_its_side(page, title, language), name
            check_the_title_stands_free(page)
            check_every_control_has_a_name(page)
            main_block = page.get_by_test_id("stMainBlockContainer")
            labels = main_block.locator(LABELS).filter(visible=True)
            if labels.count():
                assert begins_at_its_side(page, labels.first.locator("p"), language), name
            check_nothing_sticks_out(page, language)


def check_every_control_has_a_name(page: Page) -> None:
    """Check, in what a screen reader is given, that whatever can be operated is called somehow."""
    nameless = re.findall(
        rf'^ *- (?:{CONTROLS})\b(?! ").*', page.locator("body").aria_snapshot(), re.M
    )
    assert nameless == [], page.url


def check_the_title_stands_free(page: Page) -> None:
    """Check that the element below the title begins under its words."""
    title = page.get_by_role("heading", level=1)
    below = title.locator(
        "xpath=ancestor::*[@data-testid='stElementContainer']/following-sibling::*[1]"
    )
    assert measured(below)["top"] >= measured(title, WORDS)["bottom"] - 1, page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evaluation_page(demo_web: DemoWeb, language: Language) -> None:
    queue = my_work(demo_web.web.centre.engine, Actor("analyst2", "analyst")).open
    call = queue[queue["channel"] == "call"]["assignment_id"].iloc[-1]
    with demo_web.visit("analyst2", language, width=WINDOWS[0][0]) as visit:
        page = visit.go(f"/evaluate?assignment={call}")
        page.locator(".player .lane i").first.wait_for()
        interaction = measured(page.locator(".st-key-card-interaction"))
        form = measured(page.locator(".st-key-card-form"))
        if language == "fa":
            assert form["right"] < interaction["left"]
        else:
            assert interaction["right"] < form["left"]
        check_the_lanes(page, language)
        check_the_score_stays(page)
        check_every_control_has_a_name(page)
        check_nothing_sticks_out(page, language)
        visit.go("/my-queue")
        check_the_title_stands_free(page)
        check_nothing_sticks_out(page, language)


def check_the_lanes(page: Page, language: Language) -> None:
    """Check that time runs left to right, with the names of the speakers where the page begins."""
    axis = measured(page.locator(".player .axis"))
    starts: list[Any] = page.locator(".player .lane").first.evaluate(
        "lane => [...lane.children].map(part => part.getBoundingClientRect().left)"
    )
    assert starts == sorted(starts)
    assert len(starts) > 2
    assert measured(page.locator(".player .playhead"))["left"] - axis["left"] < 2
    names = measured(page.locator(".player .names"))
    is_before = (
        names["left"] >= axis["right"] if language == "fa" else names["right"] <= axis["left"]
    )
    assert is_before
    back, forward = (
        measured(page.locator(f".player [data-do={which}]")) for which in ("back", "forward")
    )
    assert back["right"] <= forward["left"]


def check_the_score_stays(page: Page) -> None:
    """Check that the questions scroll within their pane, and the score stays where it is."""
    score, last = page.locator(".st-key-card-score"), page.get_by_role("textbox").last
    before = measured(score)
    assert before["bottom"] <= HEIGHT
    assert measured(last)["top"] > before["top"]  # there is something to scroll to
    page.locator(".st-key-card-form").hover()
    page.mouse.wheel(0, 10_000)
    expect(last).to_be_in_viewport(ratio=1)
    assert measured(last)["bottom"] <= before["top"]
    assert measured(score) == before
