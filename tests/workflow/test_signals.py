"""Signals of a month for those who may see them, on ten months of a small centre."""

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlmodel import Session, col

from qm.core.access import COMMAND_LINE, Actor
from qm.store.engine import open_engine, transaction
from qm.store.evaluations import add_evaluation
from qm.store.tables import Evaluation, MonthFigures
from qm.workflow.signals import Signals, signals
from tests.fixtures.lives import publish_every
from tests.fixtures.watched_centre import LAST, watch

ORDERS_LEAD = Actor("lead", "lead", team_id="orders")
SUPPORT_LEAD = Actor("lead2", "lead", team_id="support")
SARA = Actor("sara", "agent", agent_id="sara")


def _score(agent: str, month: int, number: int) -> float:
    """Sara fails in the last two months; else one contact in twelve or so fails."""
    if agent == "sara" and month >= 8:
        return 40.0
    return (
        70.0
        if month != 7 and (5 * month + number) % 12 == 4
        else 86.0 + (7 * month + 3 * number) % 9
    )


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_engine(database_url)
    watch(engine, _score)
    yield engine
    engine.dispose()


def _told(found: Signals) -> set[tuple[str, str, str]]:
    return {(each.kind, each.subject.name, each.direction) for each in found.signals}


def test_the_centre_its_teams_and_its_agents(engine):
    found = signals(engine, COMMAND_LINE, LAST)
    assert [chart.subject.name for chart in found.charts] == ["", "orders", "support"]
    assert all(len(chart.periods) == 10 for chart in found.charts)
    # Whether three agents make a funnel at all is the funnel's matter.
    assert _told(found) - {("funnel", "sara", "up")} == {
        ("out_of_limits", "", "down"),
        ("out_of_limits", "orders", "down"),
        ("failures", "sara", "up"),
    }
    assert [each.contacts.subject.name for each in found.followed] == ["ali", "reza", "sara"]
    assert found.too_few == ()

    _assert_signals_lead_to_their_evaluations(engine, found)
    after = LAST.shift(1)
    assert signals(engine, COMMAND_LINE, after) == Signals(after, (), (), (), (), ())


def _assert_signals_lead_to_their_evaluations(engine: Engine, found: Signals) -> None:
    (sara,) = [each for each in found.signals if each.kind == "failures"]
    assert sara.since == LAST.shift(-1)
    with Session(engine) as session:
        rows = [session.get_one(Evaluation, each) for each in sara.evaluation_ids]
    assert {(row.agent_id, row.period) for row in rows} == {
        ("sara", str(LAST.shift(-1))), ("sara", str(LAST))
    }  # fmt: skip
    assert [row.started_at for row in rows] == sorted(row.started_at for row in rows)
    assert sum(row.outcome == "fail" for row in rows) == sara.words.values["failed"] == 16
    team = next(each for each in found.signals if each.subject.name == "orders")
    assert len(team.evaluation_ids) == 16


def test_leads_see_their_team_and_agents_what_is_published_of_them(engine):
    orders = signals(engine, ORDERS_LEAD, LAST)
    assert [chart.subject.name for chart in orders.charts] == ["orders"]
    assert ("failures", "sara", "up") in _told(orders)
    support = signals(engine, SUPPORT_LEAD, LAST)
    assert [chart.subject.name for chart in support.charts] == ["support"]
    assert [each.contacts.subject.name for each in support.followed] == ["ali"]
    assert support.signals == ()
    assert signals(engine, SARA, LAST) == Signals(LAST, (), (), (), (), ())
    with transaction(engine) as session:
        publish_every(session)
    own = signals(engine, SARA, LAST)
    assert own.charts == ()
    assert {name for _, name, _ in _told(own)} == {"sara"}
    assert [each.contacts.subject.name for each in own.followed] == ["sara"]
    _assert_moved_agents_evaluations_elsewhere_stay_out_of_sight(engine)


def _assert_moved_agents_evaluations_elsewhere_stay_out_of_sight(engine: Engine) -> None:
    with transaction(engine) as session:
        earlier = update(Evaluation).where(
            col(Evaluation.agent_id) == "sara", col(Evaluation.period) < str(LAST)
        )
        session.execute(earlier.values(team_id="support"))
        session.execute(delete(MonthFigures))  # nothing that is done changes what is there
    engine.dispose()  # and forget what is remembered
    found = signals(engine, ORDERS_LEAD, LAST)
    (sara,) = [each for each in found.followed if each.contacts.subject.name == "sara"]
    assert set(sara.contacts.periods) == {LAST}
    assert len(sara.contacts.failed) == 8


def test_after_a_new_form_version_charts_begin_anew(engine):
    with transaction(engine) as session:
        of_late = update(Evaluation).where(col(Evaluation.period) >= str(LAST.shift(-1)))
        session.execute(of_late.values(form_version="2"))
    found = signals(engine, COMMAND_LINE, LAST)
    assert {(each.have, each.needed) for each in found.too_few} == {(2, 8)}
    assert all(chart.periods == (LAST.shift(-1), LAST) for chart in found.charts)
    assert {each.contacts.subject.form for each in found.followed} == {"inbound-call@2"}


def test_what_is_remembered_is_found_anew_after_a_correction(engine):
    first = signals(engine, COMMAND_LINE, LAST)
    assert signals(engine, COMMAND_LINE, LAST) is first
    support = signals(engine, SUPPORT_LEAD, LAST)
    assert [each.contacts.subject.name for each in support.followed] == ["ali"]

    with transaction(engine) as session:
        query = select(Evaluation).where(
            col(Evaluation.agent_id) == "sara", col(Evaluation.period) == str(LAST)
        )
        before = session.scalars(query.order_by(col(Evaluation.id)).limit(1)).one()
        again = before.model_dump(exclude={"revision", "is_latest"})
        again |= {"id": 10_000, "percent": 95.0, "outcome": "pass"}
        add_evaluation(session, Evaluation(**again), [])
    second = signals(engine, COMMAND_LINE, LAST)
    assert _failed_of_sara(first) == _failed_of_sara(second) + 1
    assert signals(engine, COMMAND_LINE, LAST) is second


def _failed_of_sara(found: Signals) -> int:
    (sara,) = [each for each in found.followed if each.contacts.subject.name == "sara"]
    return int(sara.contacts.failed.sum())
