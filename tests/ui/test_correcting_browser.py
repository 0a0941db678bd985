"""Correcting a line of a transcript on the evaluation page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from qm.core.text import Language
from qm.core.transcript import Segment, Word
from qm.locale import translator
from qm.store.engine import transaction
from qm.store.tables import Assignment, Recording, Transcript
from qm.store.transcripts import add_transcript
from qm.workflow.transcript_corrections import transcript_history
from qm.workflow.transcripts import read_words
from tests.fixtures.demo_web import DemoWeb
from tests.fixtures.recorded_centre import PASSWORD, build_recorded
from tests.fixtures.small_centre import MINA, NOW
from tests.fixtures.web import ROOT, Web, running_web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CALL = "sara-1"
CARD = "6037 9911 1111 1112"
LINES = [
    Segment("agent", 0.0, 0.5, "Good morning, this is Sara."),
    Segment("customer", 0.6, 1.0, f"My cart is {CARD}.", confidence=0.4),
    Segment("agent", 1.1, 1.5, "I promise it comes today."),
    Segment(
        *("agent", 1.6, 2.0, "Good by."),
        words=(Word(1.6, 1.8, "Good", 0.9), Word(1.8, 2.0, "by.", 0.1)),
    ),
]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("correcting")
    centre = build_recorded(f"sqlite:///{folder / 'qm.sqlite'}", folder)
    with running_web(centre, with_pages=True, forms_folder=str(ROOT / "forms")) as web:
        yield web
    centre.engine.dispose()


@contextmanager
def _evaluating(web: Web, browser: Browser, language: Language, at: str = "") -> Iterator[Page]:
    """Mina's page of the call, with a transcript that nobody has corrected."""
    with transaction(web.centre.engine) as session:
        transcript = Transcript(
            origin="whisper",
            model="package:base",
            language="en",
            created_at=NOW,
            left_out=[{"start_s": 1.5, "end_s": 1.6, "text": "so so so", "reason": "repeated"}],
        )
        recording = session.get(Recording, CALL) or Recording(interaction_id=CALL, updated_at=NOW)
        recording.transcript_id = add_transcript(session, transcript, LINES)
        recording.state, recording.duration_s = "done", 2.0
        session.add(recording)
        assignment = session.scalars(
            select(Assignment.id).where(Assignment.interaction_id == CALL)
        ).one()
    with DemoWeb(web, browser, PASSWORD).visit(MINA.username, language) as visit:
        page = visit.go(f"/evaluate?assignment={assignment}&at={at}")
        page.locator(".turn").first.wait_for()
        yield page


def _texts(page: Page) -> list[str]:
    return page.locator(".turn .text").all_inner_texts()


def _correct(page: Page, line: int, button: str) -> Locator:
    row = page.locator(".turn").nth(line)
    row.hover()
    row.get_by_role("button", name=button).click()
    return row


@pytest.mark.browser
def test_a_line_is_corrected_and_the_machines_version_comes_back(
    web: Web, browser: Browser
) -> None:
    with _evaluating(web, browser, "en") as page:
        assert _texts(page)[1] == "My cart is [card]."
        expect(page.locator(".turn").nth(3).locator(".unsure")).to_have_text("by.")
        row = _correct(page, 1, "Correct this line")
        expect(row.get_by_label("What is said")).to_be_focused()
        page.keyboard.press("End")
        page.keyboard.type(" It is new")  # a space is a letter here: nothing plays
        page.keyboard.press("Escape")
        assert _texts(page)[1] == "My cart is [card]."

        row = _correct(page, 1, "Correct this line")
        row.get_by_label("What is said").fill("My card is [card], Sara.")
        row.get_by_label("Who says it").select_option("agent")
        page.keyboard.press("Tab")
        row.get_by_role("button", name="Save").click()
        expect(row.locator(".text")).to_have_text("My card is [card], Sara.")
        expect(row.locator(".editor")).to_have_count(0)
        expect(row.get_by_role("img", name="corrected by a person")).to_be_visible()
        expect(row.locator(".who")).to_have_text("Agent")
        kept = read_words(web.centre.engine, MINA, CALL).segments
        assert [line.start_s for line in kept] == [line.start_s for line in LINES]

        row = _correct(page, 3, "Correct this line")
        row.get_by_role("button", name="Not said").click()
        expect(row.locator(".text")).to_have_text("nothing is said here")

        page.get_by_role("button", name="Corrections").click()
        page.get_by_text("− My cart is [card].").wait_for()
        page.get_by_role("button", name="Back to the machine's version").click()
        expect(page.locator(".turn").nth(1).locator(".text")).to_have_text("My cart is [card].")
        expect(page.locator(".turn").nth(3).locator(".text")).to_have_text("Good by.")
        history = transcript_history(web.centre.engine, MINA, CALL)
        assert [len(revision.changes) for revision in history] == [2, 1, 1]


@pytest.mark.browser
def test_a_refused_correction_keeps_what_was_typed(web: Web, browser: Browser) -> None:
    with _evaluating(web, browser, "en") as page:
        row = _correct(page, 1, "Correct this line")
        row.get_by_label("What is said").fill("My card is secret.")
        row.get_by_role("button", name="Save").click()
        expect(row.get_by_role("alert")).to_contain_text("[card]")
        expect(row.get_by_label("What is said")).to_have_value("My card is secret.")
        app = page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        row.get_by_label("What is said").fill("My card is [card].")
        row.get_by_label("What is said").press("Enter")
        expect(row.locator(".text")).to_have_text("My card is [card].")


@pytest.mark.browser
def test_a_line_is_corrected_in_persian(web: Web, browser: Browser) -> None:
    _ = translator("fa")
    with _evaluating(web, browser, "fa") as page:
        row = _correct(page, 1, _("Correct this line"))
        text = row.get_by_label(_("What is said"))
        masked = text.input_value()
        assert CARD not in masked
        assert "[" in masked
        mask = masked[masked.index("[") : masked.index("]") + 1]
        text.fill(f"شمارهٔ کارتم {mask} است")
        row.get_by_role("button", name=_("Save")).click()
        expect(row.locator(".text")).to_have_text(f"شمارهٔ کارتم {mask} است")
        expect(row.get_by_role("img", name=_("corrected by a person"))).to_be_visible()
    assert read_words(web.centre.engine, MINA, CALL).segments[1].text == "شمارهٔ کارتم [card] است"


@pytest.mark.browser
def test_remarks_links_and_pins_lead_to_their_second(web: Web, browser: Browser) -> None:
    with _evaluating(web, browser, "en", at="1.1-1.5") as page:
        expect(page.locator(".turn.on .text")).to_have_text("I promise it comes today.")
        page.get_by_text("Phrases: ").click()
        promise = page.locator(".remark", has_text="Promises nothing")
        expect(promise.locator(".sign")).to_have_text("✕")
        promise.get_by_role("button", name="Go to 00:01").click()
        expect(page.locator(".turn.on .text")).to_have_text("I promise it comes today.")
        page.get_by_text("Left out of what the machine wrote: 1").click()
        page.get_by_text("the machine repeated itself").wait_for()

        page.locator(".tracks").click(position={"x": 1, "y": 5})
        page.keyboard.press("KeyI")
        page.keyboard.press("ArrowRight")  # to the end
        page.keyboard.press("KeyO")
        page.keyboard.press("KeyP")
        link = page.locator("a.qm-play")
        expect(link).to_contain_text(
            "00:00–00:02 “Good morning, this is Sara. – My cart is [card]."
        )
        expect(page.locator(".turn .badge")).to_have_text(["Q1"] * 4)
        expect(page.locator(".mark")).to_have_text("1")
        page.locator(".turn").nth(2).click()
        expect(page.locator(".turn.on .text")).to_have_text("I promise it comes today.")
        link.click()  # plays its stretch beside the form: nothing is loaded
        expect(page.locator(".turn.on .text")).to_have_text("Good morning, this is Sara.")
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        assert page.url.endswith("at=1.1-1.5")
