"""The list behind a number: as long as its n, within what the person may see and read."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, update

from qm.core.access import COMMAND_LINE, Actor
from qm.core.life.rules import KIND, LifeRules
from qm.core.quality.behind import Behind
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import Assignment, Evaluation, EvaluationLife
from qm.workflow.evaluations_behind import EvaluationsBehind, evaluations_behind
from qm.workflow.quality import agent_trend, centre_trend, questions_to_coach, team_trend
from tests.reports.case import ABAN, CENTRE, MEHR, NOW

LEAD = Actor("lead", "lead", team_id="orders")
SARA = Actor("sara", "agent", agent_id="sara.nouri")
MINA, NIMA = Actor("mina", "analyst"), Actor("nima", "analyst")
IN_ABAN = Behind((str(ABAN),))
OF_SARA = replace(IN_ABAN, agent_id="sara.nouri")


@pytest.fixture
def engine(month_on_both: Engine) -> Engine:
    return month_on_both


def behind(engine: Engine, actor: Actor, limits: Behind, **part: int) -> EvaluationsBehind:
    """What the person gets, at most a hundred rows."""
    return evaluations_behind(
        engine, actor, limits, centre=CENTRE, now=NOW, **({"limit": 100} | part)
    )


def test_the_list_is_as_long_as_the_n_and_a_part_at_a_time(engine: Engine) -> None:
    centre = centre_trend(engine, COMMAND_LINE, [MEHR, ABAN])
    both = replace(IN_ABAN, periods=(str(MEHR), str(ABAN)))
    whole = behind(engine, COMMAND_LINE, both)
    assert whole.n == whole.readable == sum(m.figures.evaluated for m in centre.months) == 10
    scored = behind(engine, COMMAND_LINE, replace(IN_ABAN, measured="score"))
    assert scored.n == len(scored.table) == centre.months[1].figures.score.n == 7
    parts = [behind(engine, COMMAND_LINE, both, limit=3, offset=at).table for at in range(0, 12, 3)]
    listed = [each for part in parts for each in part["evaluation_id"]]
    assert listed == list(whole.table["evaluation_id"])
    assert list(whole.table["submitted_at"]) == sorted(whole.table["submitted_at"], reverse=True)


def test_a_questions_list_tells_its_text(engine: Engine) -> None:
    closing = questions_to_coach(engine, COMMAND_LINE, ABAN)[0]
    limits = replace(
        IN_ABAN, form_id="inbound-call", question_id=closing.question_id, result="short"
    )
    found = behind(engine, COMMAND_LINE, limits)
    assert (found.n, found.question) == (closing.short, closing.text)
    assert found.form is not None
    assert found.form.en == "Inbound call"
    assert behind(engine, COMMAND_LINE, IN_ABAN).form is None


def test_leads_lists_are_their_teams_and_agents_what_is_published_of_them(engine: Engine) -> None:
    orders = team_trend(engine, LEAD, "orders", [ABAN]).months[0].figures
    own = behind(engine, LEAD, IN_ABAN)
    assert own.n == own.readable == orders.evaluated == 6
    assert set(own.table["team_id"]) == {"orders"}
    assert behind(engine, LEAD, replace(IN_ABAN, team_id="support")).n == 0
    assert behind(engine, SARA, IN_ABAN).n == behind(engine, SARA, OF_SARA).n == 4
    assert behind(engine, SARA, replace(IN_ABAN, agent_id="reza.karimi")).n == 0
    hide(engine, int(own.table.loc[own.table["agent_id"] == "sara.nouri", "evaluation_id"].iloc[0]))
    seen = behind(engine, SARA, IN_ABAN)
    assert seen.n == len(seen.table) == 3
    assert agent_trend(engine, SARA, "sara.nouri", [ABAN]).months[0].figures.evaluated == 3


def hide(engine: Engine, evaluation_id: int) -> None:
    """Take back that an evaluation was published."""
    with transaction(engine) as session:
        evaluation = session.get_one(Evaluation, evaluation_id)
        session.get_one(EvaluationLife, evaluation.assignment_id).published_revision = None


def test_an_analyst_reads_their_own_and_is_told_nothing_new(engine: Engine) -> None:
    found = behind(engine, MINA, OF_SARA)
    assert (found.n, found.readable) == (4, 4)
    assert behind(engine, NIMA, OF_SARA).readable == 0
    with transaction(engine) as session:
        add_rules(session, KIND, LifeRules(hides_agent=True), at=NOW, by="admin")
        session.execute(update(Assignment).values(state="done"))
        first = session.get_one(Evaluation, int(found.table["evaluation_id"].iloc[0]))
        session.get_one(Assignment, first.assignment_id).state = "open"
    assert behind(engine, MINA, OF_SARA).readable == 3
    in_month = behind(engine, MINA, IN_ABAN).table.set_index("evaluation_id")
    assert in_month.loc[first.id, "agent_id"] == ""
    assert behind(engine, COMMAND_LINE, OF_SARA).readable == 4
