"""Teams over time: by imports, by hand, and what the leads of both teams see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import open_engine, transaction
from qm.store.evaluation_list import Wanted
from qm.store.tables import Agent, Interaction, Team
from qm.workflow.directory import directory
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.interactions import import_interactions
from qm.workflow.quality import agent_trend
from qm.workflow.team_median import team_medians
from qm.workflow.teams import agent_in_teams, move_agent
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.small_centre import (
    CENTRE,
    LEAD,
    NOW,
    OTHER_LEAD,
    PERIOD,
    SARA,
    ZONE,
    SmallCentre,
)

HEADER = "id,channel,agent,team,started_at\n"
TODAY = NOW.astimezone(ZONE).date()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[SmallCentre]:
    centre = build_recorded(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    yield centre
    centre.engine.dispose()


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    """Nothing but tables, on both databases: imports write the memberships."""

    engine = open_engine(database_url)
    yield SmallCentre(engine, tmp_path)
    engine.dispose()


def imported(centre: SmallCentre, *rows: str) -> None:
    """Import calls, each written as “agent team day”."""
    path = centre.folder / "x.csv"
    lines = []
    for row in rows:
        agent, team, day = row.split()
        lines.append(f"{agent}-{team}-{day},call,{agent},{team},2026-11-{day} 10:00")
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    report = import_interactions(
        centre.engine,
        COMMAND_LINE,
        path,
        centre=CENTRE,
        recordings_folder=centre.folder,
        now=NOW,
        max_bytes=10**6,
    )
    assert report.problems == ()


def times(centre: SmallCentre, agent: str) -> list[tuple[str, str, str]]:
    """Return the agent's teams from day to day, the newest first."""
    found = agent_in_teams(centre.engine, COMMAND_LINE, agent)
    assert found.agent.team_id == found.times[0].team_id

    def day(moment: datetime | None) -> str:
        return "" if moment is None else f"{moment.astimezone(ZONE):%d}"

    return [(each.team_id, day(each.from_at), day(each.to_at)) for each in found.times]


def test_imports_keep_the_times_in_teams(empty: SmallCentre) -> None:
    imported(empty, "sara a 01", "sara a 02", "neda b 01")
    assert times(empty, "sara") == [("a", "01", "")]
    imported(empty, "sara a 03", "sara b 05", "sara b 06")
    assert times(empty, "sara") == [("b", "05", ""), ("a", "01", "05")]
    imported(empty, "sara b 07")
    assert times(empty, "sara") == [("b", "05", ""), ("a", "01", "05")]
    imported(empty, "sara a 04")  # an older day that came late moves nobody
    assert times(empty, "sara") == [("b", "05", ""), ("a", "01", "05")]
    imported(empty, "sara a 08", "sara b 09", "sara a 10")  # back again, with a day in between
    assert times(empty, "sara") == [("a", "10", ""), ("b", "05", "10"), ("a", "01", "05")]
    assert times(empty, "neda") == [("b", "01", "")]


def test_importing_the_same_file_again_moves_nobody(empty: SmallCentre) -> None:
    for _ in range(2):
        imported(empty, "sara a 01", "sara b 05")
    assert times(empty, "sara") == [("b", "05", "")]


def test_an_agent_is_moved_on_a_day_and_an_import_of_newer_calls_counts_more(
    empty: SmallCentre,
) -> None:
    imported(empty, "sara a 01", "neda b 01", "sara a 20")

    def move(team: str, day: int) -> None:
        move_agent(
            empty.engine,
            COMMAND_LINE,
            "sara",
            team,
            on=date(2026, 11, day),
            zone=ZONE,
            now=NOW,
        )

    move("b", 10)
    assert times(empty, "sara") == [("b", "10", ""), ("a", "01", "10")]
    for team, day, code in (
        ("b", 12, "team.in_it_already"),
        ("a", 9, "team.day_too_early"),
        ("a", 24, "team.day_to_come"),
        ("x", 12, "team.unknown"),
    ):
        with pytest.raises(BadInput) as refused:
            move(team, day)
        assert [problem.code for problem in refused.value.problems] == [code]
    move("a", 10)  # the same day: as if the move had never been
    assert times(empty, "sara") == [("a", "10", ""), ("a", "01", "10")]
    move("b", 21)
    imported(empty, "sara a 22")
    assert times(empty, "sara")[:2] == [("a", "22", ""), ("b", "21", "22")]


def test_an_agent_of_before_has_the_time_until_the_move(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        session.get_one(Agent, "sara").first_at = datetime(2026, 10, 20, 6, tzinfo=UTC)
    moved = move_agent(centre.engine, COMMAND_LINE, "sara", "support", on=TODAY, zone=ZONE, now=NOW)
    assert [each.team_id for each in moved.times] == ["support", "orders"]
    assert moved.times[1].to_at == moved.times[0].from_at
    assert moved.times[0].from_at.astimezone(ZONE) == datetime.combine(
        TODAY, datetime.min.time(), ZONE
    )


def test_what_happened_in_a_team_stays_its_leads_and_is_not_the_next_ones(
    centre: SmallCentre,
) -> None:
    """sara-2 was evaluated in orders; then Sara goes to support."""

    def seen(actor: Actor) -> set[str]:
        return set(
            list_evaluations(centre.engine, actor, Wanted(("1405-08",)), now=NOW)["interaction_id"]
        )

    def known(actor: Actor) -> set[str]:
        return {agent.id for agent in directory(centre.engine, actor).agents}

    def evaluated(actor: Actor) -> int:
        return sum(
            month.figures.evaluated
            for month in agent_trend(centre.engine, actor, "sara", [PERIOD]).months
        )

    before = seen(LEAD)
    assert "sara-2" in before
    move_agent(centre.engine, COMMAND_LINE, "sara", "support", on=TODAY, zone=ZONE, now=NOW)
    with transaction(centre.engine) as session:
        assert session.get_one(Interaction, "sara-2").team_id == "orders"
    assert seen(LEAD) == before
    assert "sara-2" not in seen(OTHER_LEAD)
    assert (evaluated(LEAD), evaluated(OTHER_LEAD)) == (1, 0)
    assert "sara" in known(LEAD) & known(OTHER_LEAD)
    assert known(SARA) == {"sara"}
    assert team_medians(centre.engine, LEAD, "sara", [PERIOD]) == ()
    with pytest.raises(NotAllowed):
        agent_trend(centre.engine, LEAD, "neda", [PERIOD])  # was never there
    with transaction(centre.engine) as session:
        session.add(Team(id="third", name="Third"))
    assert known(OTHER_LEAD) == {"neda", "sara"}


def test_only_administrators_move_agents(centre: SmallCentre) -> None:
    for forbidden in (
        lambda: agent_in_teams(centre.engine, LEAD, "sara"),
        lambda: move_agent(
            centre.engine, LEAD, "neda", "orders", on=TODAY, zone=ZONE, now=NOW + timedelta(1)
        ),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
