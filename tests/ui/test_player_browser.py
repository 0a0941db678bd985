"""The player in a real browser, on a real server, with real sound."""

from __future__ import annotations

import math
import os
import socket
import struct
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from qm.core.text import search_key
from qm.ui.player import PlayerEvent, PlayerView, SegmentView, player_labels
from qm.ui.player.events import cited, corrected, pinned
from tests.fixtures.browser import profile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
DURATION_S = 40.0
STARTS_S = [0.5, 4.0, 9.0, 15.0, 22.0, 30.0]

APP = """
from pathlib import Path
import streamlit as st
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from qm.ui.theme import FONTS_DIR

HERE = Path(__file__).parent

async def recording(request):
    if "peaks" in request.query_params:
        return JSONResponse({"channels": [[0, 50, 100], [5, 0, 5]]})
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

OVERRIDE = "\u202e"
LETTER = "Subject: Refund\nFrom: a@b.example\n\nPlease.\n\n> The earlier words.\n"
TEXTS = [
    "Hello, سلام علیکم.",
    '<img src=x onerror="document.title=1"><b>bold</b><script>document.title=1</script>',
    f"Three {OVERRIDE}gnp.exe",
    "كتاب‌هاي شما ۱۲",
    "Five, hello",
    "Six",
]

PAGE = f"""
import time
import streamlit as st
from qm.core.mail_text import mail_parts
from qm.ui import theme
from qm.ui.player import Fact, Mark, PlayerView, SegmentView, Start, player, player_labels

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
st.html('<span data-qm-pin="Pin to question 7" hidden></span>')
st.html('<a class="qm-play" href="?far=1" target="_self" data-interaction="call-1" '
        'data-start="22" data-end="22.8" data-line="104">evidence</a>')
heard = st.session_state.setdefault("heard", {{"cite": [], "pin": []}})
if "slow" in st.query_params:
    time.sleep(1)
marks = [Mark(f"M{{st.session_state.reruns}}", 9.0, 9.6)]
if heard["pin"]:
    marks.append(Mark("P", heard["pin"][-1].start_s, heard["pin"][-1].end_s))
for _ in st.columns(1):
    with _:
        starts = {STARTS_S!r}
        texts = {TEXTS!r}
        letter = {LETTER!r} if recording == "none" else ""
        if st.query_params.get("words") == "none":
            texts, starts = [], []
        badges = [f"Q{{st.session_state.reruns}}"]
        take = lambda event: heard[event.kind].append(event)
        player(key="player", on_event=take, view=PlayerView(
            recording_url=f"/recordings/{{recording}}" if recording != "none" else None,
            duration_s={DURATION_S},
            segments=[
                SegmentView(100 + i, ["agent", "customer"][i % 2], start, start + 2, text, badges)
                for i, (start, text) in enumerate(zip(starts, texts, strict=True))
            ] + ([SegmentView(200, "agent", None, None, letter, blocks=mail_parts(letter),
                              time="10:32")] if letter else []),
            labels=player_labels(lambda text: text),
            language=language,
            marks=marks,
            facts=[Fact("talk 61 %", "of the time")],
            note="a model",
            can_cite=st.query_params.get("citing", "yes") == "yes",
            start=Start(15.0, 103) if "start" in st.query_params else None,
            silences=[(32.0, 40.0)],
            interaction="call-1",
        ))
st.write("cited", str([event.segment_index for event in heard["cite"]]))
st.write("pinned", str([(event.start_s, event.end_s) for event in heard["pin"]]))
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
def tab(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh tab; every test fails if its page asked anything of another host."""
    asked: list[str] = []
    with profile(browser, server.rstrip("/")) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 1200, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.add_init_script(SPY)
        yield page
    own = (server, "data:", f"blob:{server}")
    assert [url for url in asked if not url.startswith(own)] == []


@pytest.fixture
def page(tab: Page, server: str) -> Page:
    """The page as most tests want it."""
    tab.goto(server)
    tab.locator(".turn").first.wait_for()
    return tab


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


def _compare_search_keys(page: Page) -> None:
    """Hold the player's search keys to those of the search in all transcripts."""
    script = (ROOT / "qm/ui/player/folding.js").read_text("utf-8")
    # Cherokee alone is folded to its capitals by Unicode.
    cherokee = {*range(0x13A0, 0x1400), *range(0xAB70, 0xABC0)}
    letters = [chr(code) for code in range(0x20, 0x2FE0) if code not in cherokee]
    letters += [chr(code) for code in (*range(0xFB00, 0xFE00), *range(0xFE20, 0xFFF0))]
    texts = [f"a{letter}b" for letter in letters if unicodedata.category(letter) != "Cn"]
    texts += [
        *TEXTS,
        "  می‌روم   به خانهٔ كوچك ۱۲۳٫۵ ",
        "بِسم اللّٰه ـــ ﷲ ﷺ",
        "Straße ΣΊΣΥΦΟΣ İstanbul ﬁn ①½ Å",
    ]
    keys = page.evaluate(f"texts => {{{script}; return texts.map(searchKey)}}", texts)
    both = [(key, search_key(text)) for text, key in zip(texts, keys, strict=True)]
    assert [pair for pair in both if pair[0] != pair[1]] == []


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
def test_playing_moves_the_playhead_and_the_page_seeks(page: Page) -> None:
    assert page.locator(".clock").inner_text() == "00:00 / 00:40"
    page.get_by_role("button", name="Play", exact=True).click()
    _until(page, lambda: _playhead_percent(page) > 100 * 1.2 / DURATION_S)
    assert page.locator(".clock").inner_text() >= "00:01 / 00:40"
    page.get_by_role("button", name="Pause", exact=True).click()
    assert not _playing(page)
    page.get_by_role("button", name="Playback speed: 1×").click()
    assert page.evaluate("audios.at(-1).playbackRate") == 1.25

    box = page.locator(".tracks").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    _until(page, lambda: abs(_now(page) - DURATION_S / 2) < 0.2)
    page.locator(".turn").nth(4).click()
    _until(page, lambda: _playing(page) and _now(page) >= STARTS_S[4])
    assert _now(page) < STARTS_S[4] + 3
    assert page.locator(".turn.on .text").inner_text() == TEXTS[4]
    assert page.locator(".turn[aria-current=true]").count() == 1

    page.locator(".mark").click()  # a cited stretch plays to its end and no further
    _until(page, lambda: not _playing(page))
    assert 9.6 <= _now(page) < 9.9
    page.get_by_role("link", name="evidence").click()  # beside the player it loads nothing
    _until(page, lambda: _playing(page) and _now(page) >= 22)
    _until(page, lambda: not _playing(page))
    assert 22.8 <= _now(page) < 23.1
    assert "far" not in page.url


@pytest.mark.browser
def test_keys_play_and_step_and_leave_to_others_what_is_theirs(page: Page) -> None:
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

    page.get_by_label("name").click()
    page.keyboard.type("a iop/ b")
    assert page.get_by_label("name").input_value() == "a iop/ b"
    assert not _playing(page)
    assert page.locator(".stretch").is_hidden()
    page.keyboard.press("Tab")  # leaves the field and reaches the first answer
    page.keyboard.press("Space")
    page.get_by_text("answer is Yes").wait_for()
    assert not _playing(page)

    page.get_by_role("radio", name="No").click()
    page.get_by_text("answer is No").wait_for()
    page.keyboard.press("Space")  # after a click with the mouse it is the player's
    _until(page, lambda: _playing(page))
    page.wait_for_timeout(300)
    assert page.get_by_role("radio", name="No").get_attribute("aria-checked") == "true"


@pytest.mark.browser
def test_lines_are_walked_played_and_cited_once_and_their_text_stays_text(page: Page) -> None:
    page.locator(".turn").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _until(page, lambda: _playing(page) and _now(page) >= STARTS_S[2])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("cited [102]").wait_for()
    page.get_by_role("button", name="rerun").click()
    expect(page.locator(".turn").first).to_contain_text("Q1")  # once: not again in another rerun
    line = page.locator(".turn").nth(3)
    assert not line.locator(".cite").is_visible()
    line.hover()
    line.get_by_role("button", name="Cite as evidence").click()
    page.get_by_text("cited [102, 103]").wait_for()

    line = page.locator(".turn").nth(1)
    assert line.locator(".text").inner_text() == TEXTS[1]
    assert line.locator("img, b, script").count() == 0
    assert page.title() != "1"
    assert page.locator(".turn").nth(2).locator(".text").inner_text() == "Three gnp.exe"


@pytest.mark.browser
def test_a_stretch_is_marked_moved_and_pinned_by_keys(page: Page) -> None:
    page.locator(".turn").nth(1).click()
    page.keyboard.press("Space")
    _until(page, lambda: not _playing(page))
    page.keyboard.press("KeyI")
    start = _now(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("KeyO")
    end = _now(page)
    expect(page.locator("[data-do=hear]")).to_contain_text("00:04–00:09")
    band = page.locator(".stretch").bounding_box()
    axis = page.locator(".axis").bounding_box()
    assert band
    assert axis
    assert abs((band["x"] - axis["x"]) / axis["width"] - start / DURATION_S) < 0.01
    page.get_by_role("slider", name="To here").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert abs(_now(page) - end) < 0.1  # the keys were the handle's
    pin = page.get_by_role("button", name="Pin to question 7")
    expect(pin.locator("kbd")).to_have_text("P")
    page.keyboard.press("KeyP")
    page.get_by_text(f"pinned [({start:.1f}, {end + 1:.1f})]").wait_for()
    expect(page.locator(".mark")).to_have_count(2)
    expect(page.locator(".stretch")).to_be_hidden()

    page.keyboard.press("KeyP")  # without a stretch it is the line that is being said
    page.get_by_text("cited [102]").wait_for()
    page.keyboard.press("KeyI")
    page.get_by_role("button", name="Remove the marks").click()
    expect(page.locator(".stretch")).to_be_hidden()


@pytest.mark.browser
def test_what_is_pinned_survives_a_script_that_is_interrupted(tab: Page, server: str) -> None:
    tab.goto(f"{server}?slow=1")
    tab.locator(".turn").nth(1).click()
    tab.keyboard.press("Space")
    for key in ("KeyI", "ArrowRight", "KeyO", "KeyP"):
        tab.keyboard.press(key)
    status = tab.get_by_test_id("stApp")
    expect(status).to_have_attribute("data-test-script-state", "running")
    tab.get_by_role("button", name="rerun").click()  # the script has not come to the player yet
    expect(tab.get_by_text("pinned [(")).to_be_visible()
    expect(tab.locator(".mark")).to_have_count(2)


@pytest.mark.browser
def test_search_marks_counts_and_walks_through_its_hits(page: Page) -> None:
    _compare_search_keys(page)
    page.keyboard.press("Slash")
    field = page.get_by_role("searchbox", name="Search in the transcript")
    expect(field).to_be_focused()
    page.keyboard.type("HELLO")
    count = page.locator(".find .count")
    expect(count).to_have_text("1 of 2")
    marked = "[...CSS.highlights.get('qm-hit-now')].map(range => range.toString())"
    assert page.evaluate(marked) == ["Hello"]
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 of 2")
    assert page.evaluate(marked) == ["hello"]
    assert page.evaluate("CSS.highlights.get('qm-hit').size") == 2
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text("1 of 2")
    assert not _playing(page)
    field.fill("کتابهای شما 12")  # other letters, no half-space, other digits
    expect(count).to_have_text("1 of 1")
    assert page.evaluate(marked) == [TEXTS[3]]
    field.fill("nobody says it")
    expect(count).to_have_text("nothing found")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    assert page.evaluate("CSS.highlights.get('qm-hit').size") == 0


@pytest.mark.browser
def test_a_rerun_or_a_remount_does_not_interrupt(page: Page) -> None:
    page.locator(".turn").nth(1).click()
    _until(page, lambda: _now(page) > STARTS_S[1] + 0.3)
    before = _now(page)
    for shown in ("Q1", "Q2"):
        page.get_by_role("button", name="rerun").click()
        page.locator(".turn").nth(0).get_by_text(shown).wait_for()
    assert page.locator(".mark").inner_text() == "M2"
    _until(page, lambda: _now(page) > before + 1)
    assert page.evaluate("audios.map(audio => [audio.paused, audio.pauses])") == [[False, 0]]

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
def test_persian_is_mirrored_but_its_time_axis_is_not(tab: Page, server: str) -> None:
    tab.goto(f"{server}?language=fa&start=1&citing=no")
    tab.locator(".clock").get_by_text("/ ۰۰:۴۰").wait_for()
    direction = "element => getComputedStyle(element).direction"
    for mirrored in ("html", ".stApp", ".player", ".turns"):
        assert tab.locator(mirrored).first.evaluate(direction) == "rtl", mirrored
    for kept in (".axis", ".clock", ".keys"):
        assert tab.locator(kept).evaluate(direction) == "ltr", kept
    left = "element => element.getBoundingClientRect().left"
    line = tab.locator(".turn").first
    assert line.locator(".time").evaluate(left) > line.locator(".text").evaluate(left)
    blocks = [block.evaluate(left) for block in tab.locator(".lane.agent i").all()]
    assert blocks == sorted(blocks)
    assert tab.evaluate("document.fonts.check('14px Vazirmatn', 'سلام')")
    _until(tab, lambda: _now(tab) >= 15)  # where the address says
    expect(tab.locator(".turn.on")).to_contain_text(TEXTS[3])
    expect(tab.locator(".cutting")).to_be_hidden()  # who only reads marks nothing
    tab.keyboard.press("KeyI")
    expect(tab.locator(".stretch")).to_be_hidden()


@pytest.mark.browser
def test_a_recording_without_sound_or_words_says_what_is_the_matter(tab: Page, server: str) -> None:
    for recording, words in (
        ("forbidden", "you have no access to it"),
        ("absent", "the file was not found"),
        ("damaged", "the browser cannot read this file"),
    ):
        tab.goto(f"{server}?recording={recording}")
        tab.get_by_role("alert").get_by_text(words).wait_for()
        assert tab.locator(".turn").count() == len(STARTS_S)

    tab.goto(f"{server}?words=none")  # one without words can still be heard and marked
    tab.get_by_text("There is no transcript yet.").wait_for()
    expect(tab.locator(".wave polygon")).to_have_count(2)
    assert tab.locator(".wave polygon").first.get_attribute("points").startswith("0,13 1,6.5 2,0")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("KeyI")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("KeyP")
    tab.get_by_text("pinned [(5.0, 10.0)]").wait_for()


@pytest.mark.browser
def test_what_was_written_is_a_conversation_with_folded_mail(tab: Page, server: str) -> None:
    tab.goto(f"{server}?recording=none")
    tab.locator(".conversation .turn").first.wait_for()
    assert not tab.locator(".axis").is_visible()
    tab.keyboard.press("Space")
    tab.locator(".turn").nth(2).hover()
    tab.locator(".turn").nth(2).get_by_role("button", name="Cite as evidence").click()
    tab.get_by_text("cited [102]").wait_for()

    mail = tab.locator(".turn").nth(len(TEXTS))
    expect(mail.locator(".time")).to_have_text("10:32")
    expect(mail.locator(".subject")).to_have_text("Refund")
    quoted = mail.get_by_text("The earlier words.")
    expect(quoted).to_be_hidden()
    expect(mail.get_by_text("a@b.example")).to_be_hidden()
    tab.get_by_role("searchbox").fill("earlier")  # a hit opens what is folded
    expect(quoted).to_be_visible()
    assert tab.evaluate("CSS.highlights.get('qm-hit').size") == 1
    tab.get_by_role("link", name="evidence").click()
    expect(tab.locator(".turn.on")).to_contain_text("Five")


@pytest.mark.parametrize(
    "sent", [None, "0", 1, [1], *({"line": line} for line in (None, "0", True, 7, -1, 0.0))]
)
def test_what_a_browser_sends_is_not_trusted(sent: object) -> None:
    labels = player_labels(lambda text: text)
    segments = [SegmentView(0, "agent", 0.0, 1.0, "Hello."), SegmentView(1, "agent", 1.0, 2.0, "")]
    view = PlayerView(None, None, segments, labels, "en", can_cite=True)
    assert cited(sent, view) is None
    assert cited({"line": 1}, view) == PlayerEvent("cite", 1)
    assert cited({"line": 1, "question": 7}, view) == PlayerEvent("cite", 1)
    good = {"line": 1, "question": "greeting"}
    assert cited(good, view) == PlayerEvent("cite", 1, question="greeting")
    assert cited(good, PlayerView(None, None, segments, labels, "en")) is None


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [1, 2],
        {"start_s": 2.0},
        {"start_s": 2.0, "end_s": 2.0},
        {"start_s": -1.0, "end_s": 2.0},
        {"start_s": "1", "end_s": 2.0},
        {"start_s": True, "end_s": 2.0},
        {"start_s": math.nan, "end_s": 2.0},
        {"start_s": 1.0, "end_s": math.inf},
        {"start_s": 50.0, "end_s": 60.0},
    ],
)
def test_a_stretch_that_a_browser_sends_is_not_trusted(sent: object) -> None:
    labels = player_labels(lambda text: text)
    view = PlayerView("/recordings/c", 40.0, [], labels, "en", can_cite=True)
    assert pinned(sent, view) is None
    good = {"start_s": 1.04, "end_s": 45, "question": "greeting"}
    event = PlayerEvent("pin", start_s=1.0, end_s=40.0, question="greeting")
    assert pinned(good, view) == event
    assert pinned(good, PlayerView("/recordings/c", 40.0, [], labels, "en")) is None
    assert pinned(good, PlayerView(None, 40.0, [], labels, "en", can_cite=True)) is None


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
    assert corrected(sent, view) == PlayerEvent("correct", 1, "Hello.", "customer", 4)
    assert corrected({**sent, **changed}, view) is None
    assert corrected("correct", view) is None
    assert corrected(sent, PlayerView(None, None, segments, labels, "en")) is None
