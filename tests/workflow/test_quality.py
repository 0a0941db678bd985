"""Trends, agents side by side and questions to coach, on a centre worked out by hand."""

import hashlib

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import Agent, Evaluation, FormVersion
from qm.workflow.quality import (
    agent_trend,
    centre_trend,
    list_agents,
    questions_to_coach,
    team_trend,
)
from tests.reports.case import ABAN, AZAR, FORM, MEHR, NOW

LEAD = Actor("lead", "lead", team_id="orders")
SARA = Actor("sara", "agent", agent_id="sara.nouri")


@pytest.fixture
def engine(month_on_both: Engine) -> Engine:
    return month_on_both


def test_agents_months_have_mean_n_margin_and_what_is_missing(engine):
    trend = agent_trend(engine, SARA, "sara.nouri", [AZAR, MEHR, ABAN])
    assert [month.period for month in trend.months] == [MEHR, ABAN, AZAR]
    mehr, aban, azar = (month.figures for month in trend.months)
    # t(1) = 12.706205, s²/n = 1, 2 of 40 counted; t(3) = 3.182446, s²/n = 500/12, 4 of 40.
    assert (mehr.score.value, mehr.score.n) == (61.0, 2)
    assert mehr.score.margin == pytest.approx(12.706205 * 0.95**0.5)
    assert (aban.score.value, aban.score.n, aban.beside) == (85.0, 4, 2)
    assert aban.score.margin == pytest.approx(3.182446 * (0.9 * 500 / 12) ** 0.5, rel=1e-6)
    assert (azar.score.value, azar.score.n, azar.score.note) == (None, 0, "no_data")
    assert trend.months[1].forms == ("inbound-call@1",)


def test_change_is_between_the_last_two_months_with_data(engine):
    trend = agent_trend(engine, SARA, "sara.nouri", [MEHR, ABAN, AZAR])
    assert (trend.before, trend.after, trend.same_forms) == (MEHR, ABAN, True)
    assert trend.change.difference == pytest.approx(24)
    # Welch: variance 1 + 500/12, freedom 42.667²/(1 + 41.667²/3) = 3.1400.
    assert trend.change.high - 24 == pytest.approx(20.272, abs=0.001)
    assert trend.change.verdict == "up"
    assert agent_trend(engine, SARA, "sara.nouri", [ABAN, AZAR]).change is None


def test_a_new_form_version_is_told(engine):
    source = FORM.replace('version: "1"', 'version: "2"')
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    with transaction(engine) as session:
        session.add(FormVersion(form_id="inbound-call", version="2", channel="call", sha256=sha256,
                                source=source, published_at=NOW, published_by="mina"))  # fmt: skip
        of_mehr = update(Evaluation).where(col(Evaluation.period) == str(MEHR))
        session.execute(of_mehr.values(form_version="2"))
    assert agent_trend(engine, SARA, "sara.nouri", [MEHR, ABAN]).same_forms is False


def test_critical_accuracy_is_the_share_of_evaluations_without_such_an_error(engine):
    aban = agent_trend(engine, SARA, "sara.nouri", [ABAN]).months[0].figures
    customer = aban.critical["customer"]
    assert (customer.count, customer.n, customer.value) == (3, 4, 75.0)
    assert aban.critical["business"].value is None
    assert (aban.fatal, aban.evaluated) == (0, 4)


def test_teams_mean_counts_agents_by_their_interactions(engine):
    aban = team_trend(engine, LEAD, "orders", [ABAN]).months[0].figures
    assert aban.score.value == pytest.approx((40 * 85 + 20 * 65) / 60)
    assert (aban.score.n, aban.fatal, aban.picked, aban.missing) == (6, 1, 6, 0)


def test_centre_counts_missing_picks_and_evaluations_without_a_score(engine):
    aban = centre_trend(engine, COMMAND_LINE, [ABAN]).months[0].figures
    assert aban.score.value == pytest.approx((40 * 85 + 20 * 65 + 5 * 90) / 65)
    assert (aban.score.n, aban.evaluated, aban.without_score) == (7, 8, 1)
    assert (aban.picked, aban.missing, aban.beside) == (11, 3, 2)


def test_agents_stand_by_name_and_cannot_be_told_apart(engine):
    found = list_agents(engine, COMMAND_LINE, ABAN, language="en")
    names = [line.agent.name for line in found.agents]
    assert names == ["Ali Moradi", "Omid Sadeghi", "Reza Karimi", "Sara Nouri"]
    omid = found.agents[1].figures
    assert (omid.score.value, omid.picked, omid.missing) == (None, 2, 2)
    assert (found.separation.verdict, found.separation.groups) == ("not_apart", 3)


def test_persian_names_stand_in_the_order_of_the_persian_alphabet(engine):
    with transaction(engine) as session:
        session.get_one(Agent, "omid.sadeghi").name_fa = "پروانه صادقی"
    found = list_agents(engine, COMMAND_LINE, ABAN, language="fa")
    names = [line.agent.name_fa for line in found.agents]
    assert names == ["پروانه صادقی", "رضا کریمی", "سارا نوری", "علی مرادی"]


def test_questions_to_coach_are_those_most_often_short_of_full_points(engine):
    found = questions_to_coach(engine, COMMAND_LINE, ABAN)
    listed = [(q.number, q.question_id, q.short, q.answered, q.fatal) for q in found]
    assert listed == [(3, "closing", 5, 6, 0), (1, "greeting", 2, 7, 0), (2, "identity", 1, 7, 1)]
    assert found[0].text.fa == "جمع‌بندی می‌کند"
    # By interactions: Sara's and Reza's stand for 10 each, Ali's for 5.
    assert [q.share.value for q in found] == pytest.approx([4500 / 55, 2000 / 65, 1000 / 65])
    own = questions_to_coach(engine, SARA, ABAN, agent_id="sara.nouri")
    assert [(q.question_id, q.short, q.answered) for q in own] == [
        ("closing", 3, 4),
        ("greeting", 1, 4),
    ]
    assert questions_to_coach(engine, LEAD, AZAR, team_id="orders") == []


def test_a_moved_agents_earlier_team_stays_out_of_the_new_leads_sight(engine):
    with transaction(engine) as session:
        session.get_one(Agent, "sara.nouri").team_id = "support"
    new_lead = Actor("lead2", "lead", team_id="support")
    aban = agent_trend(engine, new_lead, "sara.nouri", [ABAN]).months[0].figures
    assert (aban.score.n, aban.picked) == (0, 0)
    with pytest.raises(NotAllowed):
        agent_trend(engine, LEAD, "sara.nouri", [ABAN])


def test_nobody_sees_beyond_the_own_team_or_self(engine):
    forbidden = [
        lambda: agent_trend(engine, LEAD, "ali.moradi", [ABAN]),
        lambda: agent_trend(engine, LEAD, "nobody", [ABAN]),
        lambda: team_trend(engine, LEAD, "support", [ABAN]),
        lambda: centre_trend(engine, LEAD, [ABAN]),
        lambda: list_agents(engine, LEAD, ABAN, language="en"),
        lambda: questions_to_coach(engine, LEAD, ABAN),
        lambda: agent_trend(engine, SARA, "reza.karimi", [ABAN]),
        lambda: team_trend(engine, SARA, "orders", [ABAN]),
        lambda: list_agents(engine, SARA, ABAN, team_id="orders", language="en"),
        lambda: questions_to_coach(engine, SARA, ABAN, agent_id="reza.karimi"),
        lambda: questions_to_coach(engine, SARA, ABAN, team_id="orders"),
    ]
    for ask in forbidden:
        with pytest.raises(NotAllowed):
            ask()


def test_an_unknown_agent_is_a_clear_error(engine):
    with pytest.raises(BadInput, match="There is no agent “sara”"):
        agent_trend(engine, COMMAND_LINE, "sara", [ABAN])
