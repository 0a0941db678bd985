"""The page Search, opened by everybody in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qm.core.personal_data.rules import PrivacyRules
from qm.store.engine import transaction
from qm.store.privacy import add_rules
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import NOW
from tests.fixtures.spoken import said, speak


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    folder = tmp_path_factory.mktemp("search")
    centre = build_recorded(f"sqlite:///{folder / 'qm.db'}", folder)
    told = [
        said("agent", 0, "good morning"),
        said("customer", 10, "I want my <b>refund</b> for 4111111111111111 now"),
    ]
    for call in ("sara-0", "sara-2", "neda-0"):
        speak(centre.engine, call, told)
    with screens(centre) as pages:
        yield pages


def ask(page: AppTest, text: str) -> AppTest:
    return page.text_input("search-words").set_value(text).run()


def player_data(page: AppTest) -> dict[str, Any]:
    """What the page gives to its player."""
    (component,) = page.get("bidi_component")
    data: dict[str, Any] = json.loads(component.proto.json)
    return data


def test_what_was_found_is_marked_and_nothing_said_becomes_markup(pages: Screens) -> None:
    page = ask(pages.open("manager", "transcript_search"), "refund")
    assert not page.exception
    assert "3 places in 3 interactions, the newest first" in words(page)
    quotes = [html for html in markup(page) if "qm-quote" in html]
    assert quotes[0] == (
        '<p class="qm-quote" dir="auto">I want my &lt;b&gt;<mark>refund</mark>&lt;/b&gt; '
        "for [card] now</p>"
    )
    assert "4111" not in words(page)


def test_everybody_sees_what_is_theirs(pages: Screens) -> None:
    found = {}
    for name in ("manager", "mina", "lead", "lead2", "sara", "reza"):
        page = ask(pages.open(name, "transcript_search"), "refund")
        assert not page.exception
        found[name] = [b.key for b in page.button if b.key and b.key.startswith("open-")]
    assert found == {
        "manager": ["open-sara-2-1", "open-neda-0-1", "open-sara-0-1"],
        "mina": ["open-sara-2-1"],
        "lead": ["open-sara-2-1"],
        "lead2": [],
        "sara": ["open-sara-2-1"],
        "reza": [],
    }


def test_a_click_opens_the_recording_at_the_second_and_it_can_be_closed(pages: Screens) -> None:
    page = ask(pages.open("manager", "transcript_search"), "refund")
    button = page.button("open-sara-2-1")
    assert button.label == "Listen at 00:13"
    page = button.click().run()
    data = player_data(page)
    assert data["start"] == {"start_s": 13.0, "end_s": None, "line": 1, "asked": 1}
    assert data["recording_url"].endswith("sara-2")
    assert data["segments"][1]["text"] == "I want my <b>refund</b> for [card] now"
    page = page.button("open-sara-2-1").click().run()
    assert player_data(page)["start"]["asked"] == 2
    page = next(button for button in page.button if button.label == "Close").click().run()
    assert not page.get("bidi_component")
    assert "3 places" in words(page)


def test_an_evaluation_that_may_be_read_is_a_click_away(pages: Screens) -> None:
    page = ask(pages.open("manager", "transcript_search"), "refund")
    keys = [b.key for b in page.button if b.label == "Open evaluation"]
    assert keys == ["evaluation-sara-2-1"]


def test_limits_narrow_and_words_that_are_no_words_are_explained(pages: Screens) -> None:
    page = pages.open("manager", "transcript_search")
    assert "Type words to find where they are said" in words(page)
    page.selectbox("search-agent-en").set_value("neda")
    assert "1 places in 1 interactions" in words(ask(page, "refund"))
    page.selectbox("search-speaker-en").set_value("agent")
    assert "Nothing was found" in words(page.run())
    assert "There is no word to look for" in words(ask(page, "-refund"))
    page.selectbox("search-month-en").set_value("1405-08")
    assert not page.run().exception


def test_a_link_leads_to_what_was_looked_for(pages: Screens) -> None:
    page = pages.open("manager", "transcript_search")
    page.selectbox("search-agent-en").set_value("neda")
    page = ask(page, "refund")
    assert page.query_params["search-agent"] in ("neda", ["neda"])
    address = {"search-words": "refund", "search-agent": "neda"}  # words: the browser's to keep
    again = pages.open("manager", "transcript_search", **address)
    assert "1 places in 1 interactions" in words(again)
    assert not pages.open("lead2", "transcript_search", **address | {"search-agent": "x"}).exception


def test_the_page_speaks_persian(pages: Screens) -> None:
    page = ask(pages.open("manager", "transcript_search", "fa"), "REFUND")
    assert not page.exception
    assert "۳" in words(page)
    assert page.button("open-sara-2-1").label.endswith("۰۰:۱۳")


def test_only_the_first_thousand_places_are_shown(pages: Screens, tmp_path: Path) -> None:
    told = [said(who, 2 * n, "many") for n in range(510) for who in ("agent", "customer")]
    speak(pages.centre.engine, "reza-0", told)
    page = ask(pages.open("manager", "transcript_search"), "many")
    assert "1020 places in 1 interactions" in words(page)
    assert "Only the first 1000 can be opened here" in words(page)
    pagination = page.get("pagination")
    assert pagination
    assert len([b for b in page.button if b.key and b.key.startswith("open-")]) == 20


def test_managers_make_searchable_what_new_rules_hide(pages: Screens) -> None:
    with transaction(pages.centre.engine) as session:
        add_rules(session, PrivacyRules(names=("Morning",)), at=NOW, by="test")
    analyst = ask(pages.open("mina", "transcript_search"), "refund")
    assert "Nothing was found" in words(analyst)
    assert "Make them searchable" not in words(analyst)
    page = ask(pages.open("manager", "transcript_search"), "refund")
    assert "transcripts are not found yet" in words(page)
    button = next(button for button in page.button if button.label == "Make them searchable")
    page = button.click().run()
    assert not page.exception
    assert "3 places" in words(page)
    assert "not found yet" not in words(page)
    assert "Nothing was found" in words(ask(page, "morning"))
