"""The page Overview: the month at one glance, in both languages, for those who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from qm.core.access import COMMAND_LINE
from qm.core.quality.behind import Behind
from qm.store.engine import open_engine, transaction
from qm.store.tables import User
from qm.workflow.evaluations_behind import evaluations_behind
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import CENTRE, LEAD, MANAGER, NOW, SmallCentre
from tests.fixtures.watched_centre import watch


def _score(agent: str, month: int, number: int) -> float:
    """Sara fails in the last two months; else one contact in twelve or so fails."""
    if agent == "sara" and month >= 8:
        return 40.0
    return 70.0 if (5 * month + number) % 12 == 4 else 86.0 + (7 * month + 3 * number) % 9


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite) -> Iterator[Screens]:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("overview")
    path = folder / "qm.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    centre = SmallCentre(open_engine(f"sqlite:///{path}"), folder)
    watch(centre.engine, _score)
    with transaction(centre.engine) as session:
        session.add_all(
            User(username=actor.username, name=actor.username, role=actor.role,
                 team_id=actor.team_id, password_hash="-", created_at=NOW)
            for actor in (MANAGER, LEAD)
        )  # fmt: skip
    with screens(centre) as opened:
        yield opened
    centre.engine.dispose()


def behinds(page: AppTest) -> list[tuple[str, Behind]]:
    """The numbers that lead to evaluations, each with its list."""
    links = re.findall(r'href="(evaluation-list[^"]*)"[^>]*>([^<]*)<', "".join(markup(page)))
    found = []
    for address, label in links:
        behind = Behind.read(dict(parse_qsl(urlsplit(unescape(address)).query)))
        assert behind is not None
        found.append((label, behind))
    return found


def test_a_manager_sees_the_centre_and_every_number_leads_to_its_evaluations(
    pages: Screens,
) -> None:
    page = pages.open("manager", "overview")
    assert not page.exception
    said = words(page)
    for part in ("The whole centre", "24 evaluations drawn by chance", "compared with Mehr 1405",
                 "Pass rate", "Defects per opportunity", "24 of 24 picks", "Teams, by name",
                 "fails more often", "since Shahrivar 1405", "Evaluators, by name",
                 "They differ by more than noise"):  # fmt: skip
        assert part in said, part
    links = behinds(page)
    lists = {behind for _, behind in links}
    score = Behind(("1405-08",), measured="score")
    assert {
        score,
        Behind(("1405-08",), outcome="fail"),
        Behind(("1405-08",), evaluator="mina"),
    } <= lists
    failed = next(label for label, behind in links if behind.outcome == "fail")
    shown = evaluations_behind(
        pages.centre.engine, COMMAND_LINE, Behind(("1405-08",), outcome="fail"),
        centre=CENTRE, now=NOW, limit=1,
    )  # fmt: skip
    assert failed == f"{shown.n} failed"
    days = [said.index(day) for day in ("Saturday", "Sunday", "Monday")]
    assert days == sorted(days)  # the week of the Solar Hijri calendar begins with Saturday


def test_a_lead_sees_the_own_team_in_persian(pages: Screens) -> None:
    page = pages.open("lead", "overview", "fa", period="1405-07")
    assert not page.exception
    said = words(page)
    assert "مهر ۱۴۰۵" in said
    assert "n = ۱۶" in said
    assert not re.search(r"n = [0-9]", said)
    assert "Evaluators, by name" not in said
    lists = [behind for _, behind in behinds(page)]
    assert {each.team_id for each in lists if each.agent_id is None} == {"orders"}
    assert {each.agent_id for each in lists} == {None, "sara"}  # whose signals are hers


def test_a_first_month_says_that_data_in_both_months_is_needed(pages: Screens) -> None:
    page = pages.open("manager", "overview", period="1404-11")
    assert words(page).count("data in both months needed") >= 5
