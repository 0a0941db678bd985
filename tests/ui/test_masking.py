"""What pages show of personal data: the tab Masking, and the control that shows what is masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from qm.core.text import Language
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import AnswerRow, AuditEvent, CoachingNote, Evaluation
from qm.ui.wording import masked
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.screens import SECONDS, Screens, screens, words
from tests.fixtures.small_centre import MINA
from tests.fixtures.spoken import said, speak

TAB = """
from qm.ui.here import here
from qm.ui.transcripts.privacy_rules import show_privacy
show_privacy(here())
"""
CARD = "4111 1111 1111 1111"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """The recorded centre; in sara-2, which mina evaluated, a card is said and written down."""
    folder = tmp_path_factory.mktemp("masking")
    centre = build_recorded(f"sqlite:///{folder / 'qm.db'}", folder)
    speak(centre.engine, "sara-2", [said("customer", 0, f"my card {CARD}")])
    with transaction(centre.engine) as session:
        evaluation = session.scalars(
            select(Evaluation).where(col(Evaluation.interaction_id) == "sara-2")
        ).one()
        session.add(
            CoachingNote(
                evaluation_id=evaluation.id or 0,
                agent_id=evaluation.agent_id,
                team_id=evaluation.team_id,
                period=evaluation.period,
                text=f"call back on 0912 345 6789 about {CARD}",
                author=evaluation.evaluator,
                created_at=evaluation.submitted_at,
            )
        )
        session.add(
            AnswerRow(
                evaluation_id=evaluation.id or 0,
                question_id="greeting",
                section_id="opening",
                state="answered",
                option_id="yes",
                value="yes",
                weight_percent="40",
                contribution="40",
                comment=f"wrote down {CARD}",
                evidence=[{"segment": 0, "start_s": 0.0, "end_s": 6.0, "quote": f"card {CARD}"}],
            )
        )
    with screens(centre) as opened:
        yield opened
    centre.engine.dispose()


def evaluation_id(pages: Screens) -> int:
    with transaction(pages.centre.engine) as session:
        query = select(col(Evaluation.id)).where(col(Evaluation.interaction_id) == "sara-2")
        return int(session.scalars(query).one() or 0)


def shown(page: AppTest) -> str:
    """Everything the page says, also what its player gets."""
    assert not page.exception
    said_by_player = [component.proto.json for component in page.get("bidi_component")]
    return words(page) + "".join(said_by_player) + str([html.proto for html in page.get("html")])


def player_lines(page: AppTest) -> list[str]:
    (component,) = page.get("bidi_component")
    data: dict[str, Any] = json.loads(component.proto.json)
    return [segment["text"] for segment in data["segments"]]


def looks(pages: Screens) -> list[tuple[str, str]]:
    with transaction(pages.centre.engine) as session:
        query = select(AuditEvent).where(col(AuditEvent.action) == "transcript_unmasked")
        return [(event.actor, event.subject) for event in session.scalars(query)]


def test_an_analyst_sees_masks_only(pages: Screens) -> None:
    page = pages.open("mina", "evaluation_list", evaluation=evaluation_id(pages))
    said_there = shown(page)
    assert "4111" not in said_there
    assert "345 6789" not in said_there
    assert player_lines(page) == ["my card [card]"]
    assert "call back on [phone] about [card]" in said_there
    assert "wrote down [card]" in said_there
    assert len(page.toggle) == 0


def test_the_masks_are_in_the_readers_language(pages: Screens) -> None:
    told = {"[card]": "[کارت]", "[phone]": "[تلفن]"}
    assert masked(lambda text: told.get(text, text), "a [card] b [phone] [x]") == (
        "a [کارت] b [تلفن] [x]"
    )


def test_a_manager_can_look_and_that_is_logged(pages: Screens) -> None:
    page = pages.open("manager", "evaluation_list", evaluation=evaluation_id(pages))
    assert "4111" not in shown(page)
    assert looks(pages) == []
    (toggle,) = page.toggle
    page = toggle.set_value(True).run()
    assert player_lines(page) == [f"my card {CARD}"]
    assert looks(pages) == [("manager", "sara-2")]
    page = page.run()
    assert looks(pages) == [("manager", "sara-2")]
    again = pages.open("manager", "evaluation_list", evaluation=evaluation_id(pages))
    assert player_lines(again) == ["my card [card]"]


def tab(pages: Screens, language: Language = "en") -> AppTest:
    pages.enter("manager", language)
    page = AppTest.from_string(TAB, default_timeout=SECONDS).run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_text_can_be_tried_and_is_not_kept(pages: Screens, language: Language) -> None:
    page = tab(pages, language)
    page = page.text_area(f"privacy-text-{language}").set_value(f"a {CARD} b").run()
    (text,) = [text.value for text in page.text]
    assert "4111" not in text
    assert text.startswith("a [")
    assert text.endswith("] b")


def test_rules_are_saved_and_what_is_held_is_counted(pages: Screens) -> None:
    page = tab(pages)
    page.checkbox("privacy-email-en").uncheck()
    page.text_area("privacy-names-en").set_value("Peter Lane\nمریم احمدی\n")
    page = next(each for each in page.button if each.label == "Save").click().run()
    assert not page.exception
    with transaction(pages.centre.engine) as session:
        rules = rules_in_force(session)
    assert "email" not in rules.kinds
    assert rules.names == ("Peter Lane", "مریم احمدی")
    page.text_area("privacy-names-en").set_value("x")
    page = next(each for each in page.button if each.label == "Save").click().run()
    assert "A name of one letter would be masked in every sentence." in words(page)
    page = page.button("privacy-count").click().run()
    assert "Of " in words(page)
    assert MINA.username not in words(page)
