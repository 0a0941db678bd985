"""From a number of the overview to the second of the call that it rests on, in two clicks."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.forms.answers import Evidence
from qm.core.quality.behind import Behind
from qm.workflow.evaluations import read_evaluation
from qm.workflow.evaluations_behind import evaluations_behind
from tests.fixtures.demo_web import DemoWeb
from tests.fixtures.small_centre import CENTRE, NOW

pytestmark = pytest.mark.browser

MANAGER = Actor("manager", "manager")
_HEAD_PX, _ROW_PX = 36, 35  # of Streamlit's grid
# The player's audio is no part of the page: note each one that is made.
_SPY = """
window.audios = [];
const made = window.Audio;
window.Audio = function (...given) {
  const audio = new made(...given);
  window.audios.push(audio);
  return audio;
};
"""


def test_a_manager_drills_from_the_overview_to_the_second_of_the_call(demo_web: DemoWeb) -> None:
    engine = demo_web.web.centre.engine
    with demo_web.visit("manager", "en") as visit:
        visit.page.add_init_script(_SPY)
        page = visit.go("/overview")
        page.locator("a.qm-behind").first.click()
        page.wait_for_url("**/evaluation-list?months=**")
        address = dict(parse_qsl(urlsplit(page.url).query))
        behind = Behind.read(address)
        assert behind is not None
        found = evaluations_behind(engine, MANAGER, behind, centre=CENTRE, now=NOW, limit=100)
        expect(page.get_by_text(f"Evaluations behind the number: {found.n}")).to_be_visible()
        place, evidence = _with_evidence(engine, found.table)
        _choose_row(page, place)
        page.wait_for_url(f"**evaluation={found.table['evaluation_id'].iloc[place]}")
        page.locator(f"a.qm-play[data-start='{evidence.start_s:g}']").first.click()
        _until(page, f"audios.length > 0 && audios.at(-1).currentTime >= {evidence.start_s}")
        assert page.evaluate("audios.at(-1).currentTime") < (evidence.end_s or 0) + 1
        page.get_by_role("button", name="The evaluations of the number").click()
        expect(page.get_by_text(f"Evaluations behind the number: {found.n}")).to_be_visible()


def _choose_row(page: Page, place: int) -> None:
    grid = page.get_by_test_id("stDataFrame").locator("canvas").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 18, box["y"] + _HEAD_PX + _ROW_PX * (place + 0.5))


def _with_evidence(engine: Engine, table: pd.DataFrame) -> tuple[int, Evidence]:
    """Return the first evaluation in the list with evidence in a recording, and that evidence."""
    for place, evaluation_id in enumerate(table["evaluation_id"]):
        reading = read_evaluation(engine, MANAGER, int(evaluation_id))
        for answer in reading.answers.values():
            for item in answer.evidence:
                if item.start_s is not None:
                    return place, item
    raise AssertionError("no evaluation of the number cites a recording")


def _until(page: Page, condition: str) -> None:
    """Wait for a condition; the page's own rules forbid Playwright's way, which evaluates text."""
    for _attempt in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never became true: {condition}")
