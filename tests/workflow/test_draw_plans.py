from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import AnalystProfile, Draw, DrawSeed, Leave, Pick, PolicyVersion
from qm.workflow.draw_plans import ASSUMED_SD, DrawPlan, plan_draw
from tests.fixtures.small_centre import (
    CENTRE,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SARA,
    SmallCentre,
    build,
)
from tests.workflow.drawn_month import draw, policy_of


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def plan(centre: SmallCentre, policy: object = POLICY, **more: object) -> DrawPlan:
    given: dict[str, object] = {"centre": CENTRE, "now": NOW} | more
    return plan_draw(centre.engine, MINA, PERIOD, policy, **given)  # type: ignore[arg-type]


def test_a_plan_is_what_the_draw_then_gives_and_stores_nothing(centre: SmallCentre) -> None:
    rules = [{"reason": "chats", "when": {"interaction": "channel", "is": ["chat"]}}]
    quota = {
        "quota": "sales",
        "when": {"interaction": "queue", "is": ["sales"]},
        "max_per_period": 4,
        "max_per_agent": 1,
    }
    policy = policy_of(
        percent="40",
        leave_out=rules,
        targeted=[quota],
        double_scored_percent="25",
        replacements={"reserves_per_pick": 0},
    )
    found = plan(centre, policy)
    with transaction(centre.engine) as session:
        for table in (Draw, DrawSeed, Pick, PolicyVersion):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    made = draw(centre, policy)
    chosen = made.picks[~made.picks["is_reserve"]]
    assert found.excluded == made.draw.excluded == {"chats": 6}
    assert (found.population, found.frame_size) == (30, made.draw.frame_size)
    assert found.picks == (chosen["purpose"] != "targeted").sum() == 12
    assert found.double_scored == (chosen["purpose"] == "double_scored").sum() == 3
    assert found.targeted == {"sales": 3}
    assert found.agents["planned"].tolist() == made.coverage["picked"].tolist()
    assert found.workload.evaluations == 12 + 3 + 3
    assert found.drawn_already is None
    assert plan(centre, policy).drawn_already == made.draw.id


def test_a_period_that_is_drawn_is_planned_as_it_was_before(centre: SmallCentre) -> None:
    picked_before = {"reason": "drawn", "when": {"interaction": "drawn", "is": ["yes"]}}
    policy = policy_of(percent="40", leave_out=[picked_before])
    before = plan(centre, policy)
    draw(centre, policy)
    after = plan(centre, policy)
    assert (after.frame_size, after.excluded) == (before.frame_size, {"drawn": 0})
    assert after.agents.equals(before.agents)


def test_margins_rest_on_a_stated_assumption_where_no_score_is_known(centre: SmallCentre) -> None:
    found = plan(centre)
    assert found.is_sd_assumed
    assert set(found.agents["sd"]) == {ASSUMED_SD}
    # t(1) · 10 / √2 · √(1 − 2/10)
    assert found.margins.agents["sara"].value == pytest.approx(80.36, abs=0.01)
    assert set(found.margins.teams) == {"orders", "support"}


def test_the_time_there_is_counts_profiles_and_leave(centre: SmallCentre) -> None:
    assert plan(centre).workload.hours is None
    with transaction(centre.engine) as session:
        session.add(AnalystProfile(username="mina", hours_per_week=14.0))
        for first, last in ((20, 28), (25, 30)):
            session.add(
                Leave(
                    username="mina",
                    first_day=date(2026, 10, first),
                    last_day=date(2026, 10, last),
                )
            )
    work = plan(centre).workload
    # Aban 1405 runs from 23 October to 21 November: 30 days, 8 of them away.
    assert work.hours == pytest.approx(14 * 22 / 7)
    assert (work.analysts, work.without_hours) == (2, 1)


def test_what_is_left_open_is_worked_out(centre: SmallCentre) -> None:
    work = plan(centre).workload  # 6 evaluations of 20 minutes by the two analysts
    assert (work.capacity.unknown, work.capacity.hours) == ("hours", pytest.approx(1.0))
    work = plan(centre, hours=0.5).workload
    assert (work.capacity.unknown, work.capacity.evaluators) == ("evaluators", pytest.approx(4.0))
    work = plan(centre, hours=1.0, evaluators=3.0).workload
    assert work.capacity.double_share == pytest.approx(0.5)
    work = plan(centre, hours=2.0, evaluators=2.0, double_percent=50.0).workload
    assert (work.capacity.unknown, work.capacity.picks) == ("picks", pytest.approx(8.0))
    assert work.evaluations == 9
    work = plan(centre, hours=0.1, evaluators=1.0).workload
    assert work.capacity.reason == "too_little_time"


@pytest.mark.parametrize(
    "given", [{"hours": -1.0}, {"evaluators": float("nan")}, {"double_percent": 101.0}]
)
def test_impossible_numbers_are_refused(centre: SmallCentre, given: dict[str, float]) -> None:
    with pytest.raises(BadInput) as refused:
        plan(centre, **given)
    assert refused.value.problems[0].field == next(iter(given))


def test_nothing_to_plan_is_told_and_agents_may_not_ask(centre: SmallCentre) -> None:
    nothing = policy_of(
        leave_out=[{"reason": "all", "when": {"interaction": "drawn", "is": ["no"]}}]
    )
    with pytest.raises(BadInput) as refused:
        plan(centre, nothing)
    assert refused.value.problems[0].code == "plan.empty"
    assert refused.value.problems[0].values == {"excluded": 30}
    with pytest.raises(NotAllowed):
        plan_draw(centre.engine, SARA, PERIOD, POLICY, centre=CENTRE, now=NOW)
    assert plan_draw(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW).picks == 6
