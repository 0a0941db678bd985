"""Today: what waits, where it leads; and that addresses lead back to what was chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.fixtures.evaluated import Evaluated, evaluated, publish_all
from tests.fixtures.screens import Screens, screens, words


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    """The small centre with one evaluation of sara's, submitted."""
    folder = tmp_path_factory.mktemp("today")
    made = evaluated(f"sqlite:///{folder / 'qm.db'}", folder)
    yield made
    made.centre.engine.dispose()


@pytest.fixture(scope="module")
def pages(made: Evaluated) -> Iterator[Screens]:
    """Its pages."""
    with screens(made.centre) as pages:
        yield pages


def links(page: AppTest) -> list[tuple[str, str]]:
    """Return where the page's own links lead: path and query."""
    return [(link.proto.page, link.proto.query_string) for link in page.main.get("page_link")]


def test_what_waits_stands_there_and_leads_on_until_it_is_done(
    pages: Screens, made: Evaluated
) -> None:
    page = pages.open("lead", "today")
    assert "Evaluations to publish" in words(page)
    assert ("disputes", "show=publish") in links(page)
    beside = [link.proto.label for link in page.sidebar.get("page_link")]
    assert beside == ["2 things wait for you"]  # the note, too, is looked at first
    assert "Nothing waits for you." in words(pages.open("sara", "today"))

    publish_all(made.centre, made.evaluation_id)
    assert "Evaluations to publish" not in words(pages.open("lead", "today"))
    page = pages.open("sara", "today", "fa")
    assert "ارزیابی‌هایی برای خواندن و تأیید رؤیت" in words(page)
    assert ("evaluation-list", "state=published") in links(page)


def test_an_address_keeps_what_was_chosen(pages: Screens) -> None:
    page = pages.open("manager", "quality_trends", of="agent:sara", period="1405-08")
    assert page.selectbox(key="of-en").value == "agent:sara"
    page.selectbox(key="of-en").set_value("team:orders").run()
    assert page.query_params["of"] == "team:orders"
    page = pages.open("manager", "evaluation_list", state="submitted")
    assert page.selectbox(key="state-en").value == "submitted"
    assert page.selectbox(key="period-en").value == "all"
    page = pages.open("manager", "sampling_draws", draw="1", period="1405-08")
    assert page.selectbox(key="draw-en").value == "1"
    page = pages.open("manager", "monthly_report", period="no period <b>")
    assert page.selectbox(key="period-en").value == "1405-08"


def test_agents_see_their_own_trend_and_nobody_elses_name(pages: Screens) -> None:
    page = pages.open("sara", "quality_trends", of="agent:reza")
    assert not page.exception
    said = words(page)
    assert "Sara" in said
    assert [name for name in ("Reza", "Neda", "Agents, by name") if name in said] == []
