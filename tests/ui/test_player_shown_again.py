"""A player that Streamlit takes away and shows again on the same nodes, in a real browser."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import qm.ui.player as shown
from qm.locale import translator
from qm.ui.player import PlayerView, SegmentView, player_labels

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# As the page does: a script's default export gets the place and the data, and returns what is to
# be called when the player is taken away.
SHOW = """async ({ html, script, data }) => {
  document.body.innerHTML = `<div>${html}</div>`;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const show = (await import(url)).default;
  const sent = (window.sent = []);
  const setTriggerValue = (...each) => sent.push(each);
  const place = { parentElement: document.body.firstChild, setTriggerValue };
  window.again = (data) => { window.leave?.(); window.leave = show({ ...place, data }); };
  window.again(data);
}"""


@pytest.mark.browser
def test_it_is_the_same_player_with_what_somebody_writes_in_it(browser: Browser) -> None:
    lines = [SegmentView(at, "agent", at, at + 1, text) for at, text in enumerate(("One", "Two"))]
    view = PlayerView(None, None, lines, player_labels(translator("en")), "en", version=1)
    folder = Path(shown.__file__).parent
    script = "\n".join((folder / name).read_text("utf-8") for name in shown._SCRIPTS)
    page = browser.new_page()
    html = (folder / "player.html").read_text("utf-8")
    page.evaluate(SHOW, {"html": html, "script": script, "data": asdict(view)})
    row = page.locator(".turn").nth(1)
    row.hover()
    row.get_by_role("button", name="Correct this line").click()
    row.get_by_label("What is said").fill("Twelve")

    page.evaluate("data => window.again(data)", asdict(view))

    expect(page.locator(".turn")).to_have_count(2)
    expect(row.get_by_label("What is said")).to_have_value("Twelve")
    row.get_by_role("button", name="Save").click()
    sent = {"line": 1, "text": "Twelve", "speaker": "agent", "version": 1}
    assert page.evaluate("window.sent") == [["correct", sent]]
    corrected = [lines[0], SegmentView(1, "agent", 1, 2, "Twelve")]
    page.evaluate(
        "data => window.again(data)",
        {**asdict(view), "segments": [asdict(line) for line in corrected], "version": 2},
    )
    expect(row.locator(".text")).to_have_text("Twelve")
    expect(row.locator(".editor")).to_have_count(0)
    page.close()
