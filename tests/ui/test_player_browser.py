"""The player in a real browser, on a real server, with real sound."""

from __future__ import annotations

import math
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from qm.ui.player import (
    PlayerEvent,
    PlayerView,
    SegmentView,
    _correction,
    _event,
    player_labels,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
DURATION_S = 40.0
STARTS_S = [0.5, 4.0, 9.0, 15.0, 22.0, 30.0]

APP = """
from pathlib import Path
import streamlit as st
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from qm.ui.theme import FONTS_DIR

HERE = Path(__file__).parent

async def recording(request):
    return FileResponse(HERE / "call.wav")

async def forbidden(request):
    return PlainTextResponse("not yours", 403)

async def absent(request):
    return PlainTextResponse("no such recording", 404)

async def damaged(request):
    return PlainTextResponse("this is no audio", media_type="audio/wav")

app = st.App(HERE / "page.py", routes=[
    Mount("/assets/fonts", StaticFiles(directory=FONTS_DIR)),
    Route("/recordings/call", recording),
    Route("/recordings/forbidden", forbidden),
    Route("/recordings/absent", absent),
    Route("/recordings/damaged", damaged),
])
"""

PAGE = f"""
import streamlit as st
from qm.ui import theme
from qm.ui.player import Fact, Mark, PlayerView, SegmentView, player, player_labels

language = st.query_params.get("language", "en")
recording = st.query_params.get("recording", "call")
theme.apply(language)
st.session_state.setdefault("reruns", 0)
if st.button("rerun"):
    st.session_state.reruns += 1
if st.toggle("shift"):
    st.info("This element moves the player down the page.")
st.text_input("name")
st.segmented_control("answer", ["Yes", "No"], key="answer")
st.write("answer is", str(st.session_state.answer))
for _ in st.columns(1):
    with _:
        starts = {STARTS_S!r}
        markup = '<img src=x onerror="document.title=1"><b>bold</b>'
        texts = ["Hello.", markup, "Three", "Four", "Five", "Six"]
        badges = [f"Q{{st.session_state.reruns}}"]
        event = player(key="player", view=PlayerView(
            recording_url=f"/recordings/{{recording}}" if recording != "none" else None,
            duration_s={DURATION_S},
            segments=[
                SegmentView(100 + i, ["agent", "customer"][i % 2], start, start + 2, text, badges)
                for i, (start, text) in enumerate(zip(starts, texts, strict=True))
            ],
            labels=player_labels(lambda text: text),
            language=language,
            marks=[Mark(f"M{{st.session_state.reruns}}", 9.0)],
            facts=[Fact("talk 61 %", "of the time")],
            note="a model",
            can_cite=True,
        ))
st.write("cited", str(event.segment_index if event else "nothing"))
"""

# Keeps every Audio element of the page where a test can ask it.
SPY = """
window.audios = [];
const Real = window.Audio;
window.Audio = function () {
  const audio = new Real();
  audio.pauses = 0;
  audio.addEventListener("pause", () => audio.pauses++);
  window.audios.push(audio);
  return audio;
};
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("player")
    (folder / "app.py").write_text(APP, "utf-8")
    (folder / "page.py").write_text(PAGE, "utf-8")
    _write_tone(folder / "call.wav")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py")]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            yield _wait_until_up(f"http://127.0.0.1:{port}/", process, folder / "server.log")
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh page; every test fails if the page asked anything of another host."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(SPY)
    page.goto(server)
    page.locator(".turn").first.wait_for()
    yield page
    context.close()
    own = (server, "data:", f"blob:{server}")
    assert [url for url in asked if not url.startswith(own)] == []


def _write_tone(path: Path) -> None:
    rate = 8000
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        frames = range(int(DURATION_S * rate))
        tone = (int(3000 * math.sin(2 * math.pi * 440 * frame / rate)) for frame in frames)
        sound.writeframes(b"".join(struct.pack("<hh", value, 0) for value in tone))


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(240):
        try:
            urllib.request.urlopen(url + "_stcore/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.25)
        else:
            return url
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")


def _now(page: Page) -> float:
    return float(page.evaluate("audios.at(-1).currentTime"))


def _playing(page: Page) -> bool:
    return not page.evaluate("audios.at(-1).paused")


def _until(page: Page, true: Callable[[], Any], seconds: float = 10.0) -> None:
    for _ in range(int(seconds * 20)):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("this did not become true in time")


def _playhead_percent(page: Page) -> float:
    return float(page.locator(".playhead").evaluate("head => parseFloat(head.style.left)"))


@pytest.mark.browser
def test_playing_moves_the_playhead_and_the_clock(page: Page) -> None:
    assert page.locator(".clock").inner_text() == "00:00 / 00:40"
    page.get_by_role("button", name="Play", exact=True).click()
    _until(page, lambda: _playhead_percent(page) > 100 * 1.2 / DURATION_S)
    assert page.locator(".clock").inner_text() >= "00:01 / 00:40"
    page.get_by_role("button", name="Pause", exact=True).click()
    assert not _playing(page)


@pytest.mark.browser
def test_a_line_seeks_plays_and_is_highlighted(page: Page) -> None:
    page.locator(".turn").nth(4).click()
    _until(page, lambda: _playing(page) and _now(page) >= STARTS_S[4])
    assert _now(page) < STARTS_S[4] + 3
    assert page.locator(".turn.on .text").inner_text() == "Five"
    assert page.locator(".turn[aria-current=true]").count() == 1


@pytest.mark.browser
def test_a_click_in_the_axis_seeks(page: Page) -> None:
    box = page.locator(".tracks").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    _until(page, lambda: abs(_now(page) - DURATION_S / 2) < 0.2)
    page.locator(".mark").click()
    _until(page, lambda: abs(_now(page) - 9.0) < 0.01)


@pytest.mark.browser
def test_keys_play_and_step(page: Page) -> None:
    page.keyboard.press("Space")
    _until(page, lambda: _playing(page))
    page.keyboard.press("Space")
    _until(page, lambda: not _playing(page))
    start = _now(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    _until(page, lambda: abs(_now(page) - start - 10) < 0.1)
    page.keyboard.press("ArrowLeft")
    _until(page, lambda: abs(_now(page) - start - 5) < 0.1)


@pytest.mark.browser
def test_keys_belong_to_what_is_typed_in_or_reached_by_keyboard(page: Page) -> None:
    page.get_by_label("name").click()
    page.keyboard.type("a b")
    assert page.get_by_label("name").input_value() == "a b"
    assert not _playing(page)
    page.keyboard.press("Tab")  # leaves the field and reaches the first answer
    page.keyboard.press("Space")
    page.get_by_text("answer is Yes").wait_for()
    assert not _playing(page)


@pytest.mark.browser
def test_space_after_a_mouse_click_on_an_answer_plays_and_keeps_the_answer(page: Page) -> None:
    page.get_by_role("radio", name="No").click()
    page.get_by_text("answer is No").wait_for()
    page.keyboard.press("Space")
    _until(page, lambda: _playing(page))
    page.wait_for_timeout(500)
    assert page.get_by_role("radio", name="No").get_attribute("aria-checked") == "true"
    page.keyboard.press("ArrowRight")
    _until(page, lambda: _now(page) > 5)
    assert page.get_by_role("radio", name="No").get_attribute("aria-checked") == "true"


@pytest.mark.browser
def test_lines_are_walked_and_played_by_keyboard(page: Page) -> None:
    page.locator(".turn").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _until(page, lambda: _playing(page) and _now(page) >= STARTS_S[2])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("cited 102").wait_for()


@pytest.mark.browser
def test_a_cite_reaches_python_once(page: Page) -> None:
    line = page.locator(".turn").nth(3)
    assert not line.locator(".cite").is_visible()
    line.hover()
    line.get_by_role("button", name="Cite as evidence").click()
    page.get_by_text("cited 103").wait_for()
    assert not _playing(page)
    page.get_by_role("button", name="rerun").click()
    page.get_by_text("cited nothing").wait_for()


@pytest.mark.browser
def test_a_rerun_updates_badges_and_marks_and_does_not_interrupt(page: Page) -> None:
    page.locator(".turn").nth(1).click()
    _until(page, lambda: _now(page) > STARTS_S[1] + 0.3)
    before = _now(page)
    for shown in ("Q1", "Q2"):
        page.get_by_role("button", name="rerun").click()
        page.locator(".turn").nth(0).get_by_text(shown).wait_for()
    assert page.locator(".mark").inner_text() == "M2"
    _until(page, lambda: _now(page) > before + 1)
    assert page.evaluate("audios.map(audio => [audio.paused, audio.pauses])") == [[False, 0]]


@pytest.mark.browser
def test_a_remount_by_a_shifted_layout_does_not_interrupt(page: Page) -> None:
    page.locator(".turn").nth(1).click()
    _until(page, lambda: _now(page) > STARTS_S[1] + 0.3)
    page.locator(".player").evaluate("player => player.dataset.first = 'yes'")
    page.get_by_text("shift").click()
    page.get_by_text("This element moves").wait_for()
    expect(page.locator(".player[data-first]")).to_have_count(0)  # it was remounted
    expect(page.locator(".player")).to_have_count(1)
    page.wait_for_timeout(1000)  # longer than an abandoned recording plays on
    before = _now(page)
    _until(page, lambda: _now(page) > before + 0.5)
    assert page.evaluate("audios.map(audio => [audio.paused, audio.pauses])") == [[False, 0]]
    assert page.locator(".player.playing").count() == 1


@pytest.mark.browser
def test_text_stays_text(page: Page) -> None:
    line = page.locator(".turn").nth(1)
    assert line.locator(".text").inner_text().startswith("<img src=x onerror=")
    assert line.locator("img, b").count() == 0
    assert page.title() != "1"


@pytest.mark.browser
def test_persian_is_mirrored_but_its_time_axis_is_not(page: Page, server: str) -> None:
    page.goto(f"{server}?language=fa")
    page.locator(".clock").get_by_text("۰۰:۰۰ / ۰۰:۴۰").wait_for()
    direction = "element => getComputedStyle(element).direction"
    for mirrored in ("html", ".stApp", ".player", ".turns"):
        assert page.locator(mirrored).first.evaluate(direction) == "rtl", mirrored
    for kept in (".axis", ".clock", ".keys"):
        assert page.locator(kept).evaluate(direction) == "ltr", kept
    left = "element => element.getBoundingClientRect().left"
    line = page.locator(".turn").first
    assert line.locator(".time").evaluate(left) > line.locator(".text").evaluate(left)
    blocks = [block.evaluate(left) for block in page.locator(".lane.agent i").all()]
    assert blocks == sorted(blocks)
    assert page.evaluate("document.fonts.check('14px Vazirmatn', 'سلام')")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("recording", "words"),
    [
        ("forbidden", "you have no access to it"),
        ("absent", "the file was not found"),
        ("damaged", "the browser cannot read this file"),
    ],
)
def test_a_recording_that_cannot_be_played_says_why(
    page: Page, server: str, recording: str, words: str
) -> None:
    page.goto(f"{server}?recording={recording}")
    page.get_by_role("alert").get_by_text(words).wait_for()
    assert page.locator(".turn").count() == len(STARTS_S)


@pytest.mark.browser
def test_without_a_recording_there_is_a_conversation_and_no_axis(page: Page, server: str) -> None:
    page.goto(f"{server}?recording=none")
    page.locator(".conversation .turn").first.wait_for()
    assert not page.locator(".axis").is_visible()
    page.keyboard.press("Space")
    page.locator(".turn").nth(2).hover()
    page.locator(".turn").nth(2).get_by_role("button", name="Cite as evidence").click()
    page.get_by_text("cited 102").wait_for()


@pytest.mark.parametrize("sent", [None, "0", True, 7, -1, 0.0, {"index": 0}])
def test_what_a_browser_sends_is_not_trusted(sent: object) -> None:
    labels = player_labels(lambda text: text)
    segments = [SegmentView(0, "agent", 0.0, 1.0, "Hello."), SegmentView(1, "agent", 1.0, 2.0, "")]
    view = PlayerView(None, None, segments, labels, "en", can_cite=True)
    assert _event(sent, view) is None
    assert _event(1, view) == PlayerEvent("cite", 1)
    assert _event(1, PlayerView(None, None, segments, labels, "en")) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"line": 7},
        {"line": "1"},
        {"line": True},
        {"text": None},
        {"text": "x" * 10_001},
        {"speaker": "boss"},
        {"speaker": ["agent"]},
        {"version": "4"},
        {"version": None},
    ],
)
def test_a_correction_that_a_browser_sends_is_not_trusted(changed: dict[str, object]) -> None:
    labels = player_labels(lambda text: text)
    segments = [SegmentView(1, "agent", 1.0, 2.0, "Helo.")]
    view = PlayerView(None, None, segments, labels, "en", version=4)
    sent = {"line": 1, "text": "Hello.", "speaker": "customer", "version": 4}
    assert _correction(sent, view) == PlayerEvent("correct", 1, "Hello.", "customer", 4)
    assert _correction({**sent, **changed}, view) is None
    assert _correction("correct", view) is None
    assert _correction(sent, PlayerView(None, None, segments, labels, "en")) is None
