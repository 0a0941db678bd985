"""The page Forms in a real browser: filled in, downloaded, in both languages, nothing complains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from qm.core.text import LANGUAGES, Language

if TYPE_CHECKING:
    from tests.fixtures.demo_web import DemoWeb, Visit

pytestmark = pytest.mark.browser

FORMS = Path(__file__).parents[2] / "forms"


def open_tab(visit: Visit, place: int) -> Page:
    visit.page.get_by_role("tab").nth(place).click()
    return visit.settled()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab_fits_the_window(demo_web: DemoWeb, language: Language) -> None:
    with demo_web.visit("analyst", language) as visit:
        page = visit.go("/evaluation-forms")
        for place in range(5):
            open_tab(visit, place)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 1440, place
            expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_preview_scores_while_it_is_filled_in(demo_web: DemoWeb) -> None:
    with demo_web.visit("analyst", "en") as visit:
        page = visit.go("/evaluation-forms")
        expect(page.get_by_text("Nothing is answered yet.").first).to_be_visible()
        page.get_by_role("radio", name="Fully").first.click()
        visit.settled()
        expect(page.get_by_text("Sum 100.0000, rounded half up once: 100.0")).to_be_visible()
        page.get_by_role("button", name="Start over").click()
        visit.settled()
        expect(page.get_by_text("Nothing is answered yet.").first).to_be_visible()


def test_a_published_form_is_downloaded_as_it_was_published(demo_web: DemoWeb) -> None:
    with demo_web.visit("lead", "en") as visit:
        page = visit.go("/evaluation-forms")
        open_tab(visit, 4)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download chat.yaml").click()
        assert waiting.value.path().read_bytes() == (FORMS / "chat.yaml").read_bytes()
