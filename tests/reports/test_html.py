"""The report as one HTML file: nothing outside it, no script, every text only text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from qm.locale import translator
from qm.reports.html import write_html
from qm.reports.printed import on_pages
from tests.reports.paper_case import HOSTILE, a_report


class Page(HTMLParser):
    """What a browser would make of the file: tags, attributes, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def written(folder: Path, language: str, **case: object) -> str:
    write_html(on_pages(a_report(language, **case), translator(language)), folder / "report.html")
    return (folder / "report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def persian(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("html"), "fa")


def test_it_needs_and_asks_nothing_outside_itself(persian):
    page = Page(persian)
    assert {"script", "link", "img", "iframe", "form", "object"} & set(page.tags) == set()
    names = {name for name, _ in page.attributes}
    assert {name for name in names if name.startswith("on")} | names & {"src", "style"} == set()
    assert {value[0] for name, value in page.attributes if name == "href"} == {"#"}
    named = set(re.findall(r"https?://[^\s\"'<]+", persian))
    assert named <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert re.findall(r"url\((?!data:font/ttf;base64,)", persian) == []


def test_its_policy_allows_its_own_style_sheet_alone(persian):
    style = re.search("<style>(.*)</style>", persian, re.S)[1]
    policy = re.search('Content-Security-Policy" content="([^"]*)"', persian)[1]
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{allowed}';" in policy


@pytest.mark.parametrize("language", ["fa", "en"])
def test_hostile_texts_stay_texts(language, tmp_path):
    page = Page(written(tmp_path, language, said=HOSTILE, name=HOSTILE))
    assert "script" not in page.tags
    shown = HOSTILE.replace("\u202e", "").replace("\x00", "")
    assert page.texts.count(shown) >= 3  # two coaching notes, the agent's name
    assert sum("<script>" in text for text in page.texts) >= 4  # and the name in the chart
    assert not any("\u202e" in text for text in page.texts)


def test_persian_runs_from_right_to_left_with_persian_digits(persian):
    page = Page(persian)
    assert '<html lang="fa" dir="rtl">' in persian
    assert "آبان ۱۴۰۵" in " ".join(page.texts)
    assert "۷۹٫۲" in page.texts
    targets = {value[1:] for name, value in page.attributes if name == "href"}
    assert targets <= {value for name, value in page.attributes if name == "id"}
    assert len(targets) >= 9


def test_the_same_report_gives_the_same_bytes(persian, tmp_path):
    assert written(tmp_path, "fa") == persian


@pytest.mark.browser
def test_a_browser_shows_it_without_a_word_of_complaint(browser, tmp_path):
    written(tmp_path, "fa", said=HOSTILE)
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    page.goto((tmp_path / "report.html").as_uri())
    page.evaluate("document.fonts.ready")
    faces = page.evaluate("[...document.fonts].map(face => face.status)")
    assert faces == ["loaded", "loaded"]
    assert said == []
    assert set(asked) <= {"file", "data"}
    # Names stand right of their lines, as everything in Persian begins there.
    name, value = (
        page.locator(f"#agents svg text:has-text('{text}')").first.bounding_box()
        for text in ("سارا نوری", "n = ۷")
    )
    assert name["x"] > value["x"]
    page.close()
