"""Trends of quarters, evaluators and questions, on a centre worked out by hand."""

import pytest
from sqlalchemy import Engine

from qm.core.access import COMMAND_LINE, Actor
from qm.core.periods import Period
from qm.core.problems import NotAllowed
from qm.core.quality.figures import figures_by
from qm.store.engine import transaction
from qm.store.scopes import EVERYONE, Scope
from qm.workflow.quality import centre_trend, team_trend
from qm.workflow.quality_facts import quality_facts
from qm.workflow.question_trends import question_trends
from qm.workflow.trends import evaluator_trend, trend_within
from tests.reports.case import ABAN, AZAR, MEHR

AUTUMN = Period(1405, 3, "quarter")
LEAD = Actor("lead", "lead", team_id="orders")
SARA = Actor("sara", "agent", agent_id="sara.nouri")
MINA, MANAGER = Actor("mina", "analyst"), Actor("manager", "manager")


@pytest.fixture
def engine(month_on_both: Engine) -> Engine:
    return month_on_both


def test_a_quarter_holds_all_the_evaluations_of_its_months(engine: Engine) -> None:
    autumn = centre_trend(engine, COMMAND_LINE, [AUTUMN]).months[0]
    months = [month.figures for month in centre_trend(engine, COMMAND_LINE, [MEHR, ABAN]).months]
    assert autumn.figures.evaluated == sum(month.evaluated for month in months) == 10
    assert autumn.figures.picked == 13
    # Each score stands for 20 interactions of Mehr, for 10 of Aban (Ali's alone for 5).
    weighted = 20 * (60 + 62) + 10 * (80 + 90 + 100 + 70 + 60 + 70) + 5 * 90
    assert autumn.figures.score.value == pytest.approx(weighted / (2 * 20 + 6 * 10 + 5))


def test_kept_figures_are_those_that_the_evaluations_give(engine: Engine) -> None:
    whose = [
        (EVERYONE, None, {}),
        (Scope(team_id="orders"), None, {"team_id": "orders"}),
        (Scope(agent_id="sara.nouri"), None, {"agent_id": "sara.nouri"}),
        (EVERYONE, "mina", {"evaluator": "mina"}),
    ]
    with transaction(engine) as session:
        facts = quality_facts(session, [str(month) for month in (MEHR, ABAN)])
    for _time in ("computed", "kept"):
        for scope, evaluator, only in whose:
            found = trend_within(engine, scope, [MEHR, ABAN, AZAR], evaluator=evaluator).months
            for month in found[:2]:
                own = figures_by(facts.where(period=str(month.period), **only))[()]
                assert month.figures.estimates == own.estimates
                picked = None if evaluator else own.picked
                assert (month.figures.evaluated, month.figures.picked) == (own.evaluated, picked)
            assert found[2].figures.evaluated == 0
    unpublished = trend_within(engine, Scope(agent_id="sara.nouri", only_published=True), [ABAN])
    assert unpublished.months[0].figures.evaluated == 4


def test_evaluators_see_themselves_and_only_who_looks_after_them_others(engine: Engine) -> None:
    for actor in (MINA, MANAGER):
        aban = evaluator_trend(engine, actor, "mina", [ABAN]).months[0].figures
        assert (aban.evaluated, aban.picked, aban.missing) == (8, None, None)
    for actor in (Actor("nima", "analyst"), LEAD, SARA):
        with pytest.raises(NotAllowed):
            evaluator_trend(engine, actor, "mina", [ABAN])


def test_questions_are_followed_within_what_the_person_may_see(engine: Engine) -> None:
    expected = {MANAGER: (5, 6), LEAD: (4, 5), SARA: (3, 4)}
    for actor, numbers in expected.items():
        greeting, _identity, closing = question_trends(engine, actor, [AZAR, ABAN, MEHR])
        assert (greeting.question_id, closing.question_id) == ("greeting", "closing")
        assert [period for period, _figures in closing.months] == [MEHR, ABAN, AZAR]
        aban, azar = closing.months[1][1], closing.months[2][1]
        assert aban is not None
        assert (aban.short, aban.answered) == numbers
        assert azar is None
    autumn = question_trends(engine, MANAGER, [AUTUMN])[2].months[0][1]
    assert autumn is not None
    assert autumn.answered == 8
    assert team_trend(engine, LEAD, "orders", [AUTUMN]).months[0].figures.evaluated == 8
