"""The agent card as a lead, the agent and a manager see it, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qm.workflow.evaluation_life import publish_evaluations
from tests.fixtures.evaluated import Evaluated, evaluated
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import LEAD, NOW

SARAS = {"agent": "sara", "period": "1405-08"}


@pytest.fixture(scope="module")
def made(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("agent-card")
    (folder / "qm.db").write_bytes(migrated_sqlite.read_bytes())
    return evaluated(f"sqlite:///{folder / 'qm.db'}", folder)


@pytest.fixture(scope="module")
def pages(made: Evaluated) -> Iterator[Screens]:
    with screens(made.centre) as opened:
        yield opened
    made.centre.engine.dispose()


def test_a_lead_reads_what_few_evaluations_can_carry(made: Evaluated, pages: Screens) -> None:
    page = pages.open("lead", "agent_card", **SARAS)
    assert not page.exception
    said = words(page)
    assert "Sara" in said
    assert "Too early for a judgement of this month: n = 1." in said
    assert "too few agents with scores to say where the score probably lies" in said
    assert "Place in the team: too few evaluations to tell the agents apart." in said
    assert "Greets?" in said
    assert "short of full points · last 3 months" in said
    assert "1 of 1" in said
    html = "".join(markup(page))
    assert "question_id=greeting&amp;result=short" in html  # behind the number
    assert f"/evaluation-list?evaluation={made.evaluation_id}&amp;line=1" in html  # the evidence
    assert "Greet." in said  # the note to talk about


def test_an_agent_sees_the_card_once_it_is_published_in_persian(
    made: Evaluated, pages: Screens
) -> None:
    page = pages.open("sara", "agent_card", "fa")
    assert not page.exception
    assert "سلام؟" not in words(page)
    publish_evaluations(made.centre.engine, LEAD, [made.evaluation_id], now=NOW)
    said = words(pages.open("sara", "agent_card", "fa"))
    assert "سلام؟" in said
    assert "۱ از ۱" in said
    assert "Greet." not in said  # the note is under review
    assert not [box for box in page.selectbox if box.label == "کارشناس"]


def test_another_teams_agent_is_not_shown(pages: Screens) -> None:
    page = pages.open("lead2", "agent_card", **SARAS)
    assert not page.exception
    said = words(page)
    assert "There is no such agent, or their card is not yours to see." in said
    assert "Sara" not in said
