"""A month drawn, verified and explained in a real browser, from nothing to “why my call?”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select, update

from qm.core.forms.answers import Answer
from qm.core.periods import Period
from qm.demo.cast import PASSWORD
from qm.store.engine import transaction
from qm.store.tables import Evaluation, Interaction, User
from qm.workflow.evaluations import save_draft, submit_evaluation
from qm.workflow.my_work import my_work
from tests.fixtures.browser import PATIENCE_MS
from tests.fixtures.demo_web import DemoWeb
from tests.fixtures.evaluated import publish_all
from tests.fixtures.recorded_centre import quick_hash
from tests.fixtures.small_centre import (
    CENTRE,
    FIRST_CALL,
    KAVEH,
    MINA,
    SmallCentre,
    build,
)
from tests.fixtures.web import running_web

pytestmark = pytest.mark.browser

POLICY = "policy: monthly\nversion: 1\npercent: 20\nmin_per_agent: 2\n"
FULL = {each: Answer(option="yes") for each in ("greeting", "polite")} | {
    "solved": Answer(option="fully")
}


@pytest.fixture
def undrawn(browser: Browser, tmp_path: Path) -> Iterator[DemoWeb]:
    """The pages of a small centre whose interactions lie in the month before this one."""
    expect.set_options(timeout=PATIENCE_MS)
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "sampling.yaml").write_text(POLICY)
    later = last_month().bounds(CENTRE.zone)[0] + timedelta(days=2) - FIRST_CALL
    with transaction(centre.engine) as session:
        for interaction in session.exec(select(Interaction)):
            interaction.started_at += later
            interaction.recording_file = None  # there is no such file
            session.add(interaction)
        session.exec(update(User).values(password_hash=quick_hash(PASSWORD)))
    with running_web(centre, with_pages=True, forms_folder=str(tmp_path / "forms")) as web:
        yield DemoWeb(web, browser)
    centre.engine.dispose()


def last_month() -> Period:
    return Period.containing(datetime.now(UTC), CENTRE.calendar, CENTRE.zone).shift(-1)


def test_run_verify_assign_and_why_my_call(undrawn: DemoWeb) -> None:
    month = last_month()
    with undrawn.visit("manager", "en") as visit:
        page = visit.go("/sampling-draws")
        page.get_by_label("Month", exact=True).click()
        page.get_by_role("option", name=month.label("en")).click()
        visit.settled()
        page.get_by_role("button", name="Draw…").click()
        page.get_by_role("button", name="Draw now").click()
        expect(page.get_by_text("6 of 30 interactions were drawn.")).to_be_visible()
        visit.settled()
        # The popover of the first step is gone, the one of the next step is closed.
        expect(page.get_by_role("button", name="Draw now")).to_have_count(0)
        expect(page.get_by_role("button", name="Top up now")).to_have_count(0)
        page.get_by_role("button", name="Verify").click()
        expect(page.get_by_text("✓ the draw is what it says")).to_be_visible()
        visit.settled()  # until then what moves down the page is there twice
        page.get_by_role("button", name="Reveal the seed…").click()
        page.get_by_role("button", name="Reveal for good").click()
        expect(page.get_by_text("The seed itself:")).to_be_visible()
        visit.settled()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download the bundle").click()
        assert waiting.value.suggested_filename == f"draw-1-{month}.zip"
        page.get_by_role("tab", name="Analysts").click()
        page.get_by_role("button", name=f"Assign the picks of {month.label('en')}").click()
        expect(page.get_by_text("Newly assigned: Kaveh 3 · Mina 3")).to_be_visible()
    ask_why(undrawn, evaluated(undrawn.web.centre))


def evaluated(centre: SmallCentre) -> int:
    """Evaluate everything; return one of sara's."""
    now = datetime.now(UTC)
    for actor in (MINA, KAVEH):
        for assignment in my_work(centre.engine, actor).open["assignment_id"]:
            saved = save_draft(centre.engine, actor, assignment, FULL, "", saved=0, now=now)
            submit_evaluation(centre.engine, actor, assignment, saved=saved, now=now)
    with transaction(centre.engine) as session:
        found = session.exec(select(Evaluation).where(Evaluation.agent_id == "sara")).first()
    assert found is not None
    publish_all(centre, found.id or 0)
    return found.id or 0


def ask_why(undrawn: DemoWeb, evaluation: int) -> None:
    with undrawn.visit("sara", "en") as visit:
        page = visit.go(f"/evaluation-list?evaluation={evaluation}")
        page.get_by_role("button", name="Why my interaction?").click()
        expect(page.get_by_text(re.compile("^It was one of 10 interactions"))).to_be_visible()
        expect(page.get_by_text("Nobody chose it by hand: the numbers decided.")).to_be_visible()
        expect(page.get_by_text("The seed itself:")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440
