"""Trends: what changed beyond noise, every number with its evaluations, for whom they are."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import col, update
from streamlit.testing.v1 import AppTest

from qm.core.access import COMMAND_LINE
from qm.core.quality.behind import Behind
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Evaluation, User
from qm.workflow.evaluations_behind import evaluations_behind
from tests.fixtures.lives import publish_every
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import CENTRE, NOW, SmallCentre
from tests.fixtures.watched_centre import watch

_PEOPLE = {
    "manager": {"role": "manager"},
    "lead": {"role": "lead", "team_id": "orders"},
    "sara": {"role": "agent", "agent_id": "sara"},
}


def _score(agent: str, month: int, number: int) -> float:
    """Sara fails in the last two months; else one contact in twelve or so fails."""
    if agent == "sara" and month >= 8:
        return 40.0
    is_bad = month != 7 and (5 * month + number) % 12 == 4
    return 70.0 if is_bad else 86.0 + (7 * month + 3 * number) % 9


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    folder = tmp_path_factory.mktemp("watched")
    engine = open_engine(f"sqlite:///{folder / 'qm.db'}")
    migrate(engine)
    watch(engine, _score)
    with transaction(engine) as session:
        publish_every(session)
        first = update(Evaluation).where(col(Evaluation.period) == "1404-11")
        session.exec(first.values(form_version="2"))
        for name, own in _PEOPLE.items():
            session.add(
                User(username=name, name=name.title(), password_hash="-", created_at=NOW, **own)
            )
    with screens(SmallCentre(engine, folder)) as opened:
        yield opened
    engine.dispose()


def _linked(page: AppTest) -> list[tuple[str, Behind]]:
    """Every number that leads to evaluations, with what is behind it."""
    found = re.findall(r'class="qm-behind" href="([^"]*)"[^>]*>([^<]*)<', "".join(markup(page)))
    told = []
    for address, number in found:
        parts = urlsplit(unescape(address))
        if parts.path == "agent-card":
            continue  # an agent's name
        assert parts.path == "evaluation-list"
        behind = Behind.read(dict(parse_qsl(parts.query, keep_blank_values=True)))
        assert behind is not None
        told.append((number, behind))
    return told


def test_the_centres_page_tells_what_changed_and_leads_to_its_evaluations(pages: Screens) -> None:
    page = pages.open("manager", "quality_trends")
    said = words(page)
    assert not page.exception
    assert "outside the limits" in said
    assert "By chance for one agent: p" in said
    assert "Control chart of the quality score" in said
    assert "Agents' failures by their n (funnel): " in said
    assert "inbound-call" not in said  # forms are called by their titles
    assert re.search(r"Esfand 1404\\: From here on the form “[^”]+” is version 1", said)
    numbers = _linked(page)
    assert len(numbers) >= 30
    exact = [each for each in numbers if each[0].endswith(" evaluations")]
    assert {behind.team_id for _said, behind in exact} >= {None, "orders"}
    for number, behind in exact:
        found = evaluations_behind(
            pages.centre.engine, COMMAND_LINE, behind, centre=CENTRE, now=NOW, limit=1
        )
        assert number == f"{found.n} evaluations"


def test_an_agent_sees_only_themselves_and_failures_one_after_the_other(pages: Screens) -> None:
    page = pages.open("sara", "quality_trends", "fa", measure="passed")
    assert not page.exception
    assert {behind.agent_id for _number, behind in _linked(page)} == {"sara"}
    assert "reza" not in words(page)
    assert "CUSUM" in words(page)


def test_a_lead_sees_the_own_team_by_quarter(pages: Screens) -> None:
    page = pages.open("lead", "quality_trends", by="quarter")
    assert not page.exception
    said = words(page)
    assert "The whole centre" not in said
    assert "Winter 1404" in said
    assert "ali" not in said.split()
    quarters = {behind.periods for _number, behind in _linked(page) if len(behind.periods) == 3}
    assert ("1405-04", "1405-05", "1405-06") in quarters


def test_evaluators_see_what_they_evaluated_and_questions_are_followed(pages: Screens) -> None:
    page = pages.open("mina", "quality_trends", of="evaluator:mina")
    assert {behind.evaluator for _number, behind in _linked(page)} == {"mina"}
    assert "Picks" not in words(page)
    asked = pages.open("manager", "quality_trends", of="questions:", share="na")
    assert not page.exception
    assert not asked.exception
    found = {(behind.question_id, behind.result) for _number, behind in _linked(asked)}
    assert found == {("greeting", "decided")}


def test_the_list_behind_a_number_names_its_limits_and_lets_go_of_them(pages: Screens) -> None:
    behind = Behind(
        ("1405-07", "1405-06"),
        agent_id="sara",
        form_id="inbound-call",
        form_version="1",
        question_id="greeting",
        result="full",
        weekday=5,
    )
    page = pages.open("lead", "evaluation_list", "fa", **behind.address())
    said = words(page)
    assert not page.exception
    assert "شنبه ✕" in said
    assert "سلام می" in said
    assert "شهریور ۱۴۰۵، مهر ۱۴۰۵" in "\n".join(each.value for each in page.markdown)
    page.button(key="limit-weekday").click().run()
    page.button(key="limit-form_id").click().run()
    left = {name: "".join(page.query_params[name]) for name in page.query_params}
    assert Behind.read(left) == Behind(behind.periods, agent_id="sara", result="full")
    assert "۱۶" in words(page)
    page = pages.open("mina", "evaluation_list", **Behind(("1405-08",), evaluator="m").address())
    assert "There are no evaluations within these limits." in words(page)
