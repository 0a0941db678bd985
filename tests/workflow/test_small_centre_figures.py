"""The figures of a database: those of the same centre worked out by hand."""

import pytest

from qm.core.quality.figures import figures_by
from qm.core.quality.pareto import pareto, weights_of
from qm.core.quality.questions import questions_by, sections_by
from qm.store.engine import open_engine, transaction
from qm.workflow.published_forms import load_form
from qm.workflow.quality_facts import quality_facts
from tests.core.quality.small_facts import small_centre
from tests.reports.case import ABAN, fill


@pytest.fixture
def loaded(database_url: str):
    engine = open_engine(database_url)
    fill(engine)
    with transaction(engine) as session:
        form = load_form(session, "inbound-call", "1")
        yield quality_facts(session, [str(ABAN)]), form
    engine.dispose()


def told(figures):
    return {
        name: (each.n, each.count, *(round(part, 6) for part in (each.value, each.low, each.high)))
        if each.low is not None
        else (each.n, each.value, each.note)
        for name, each in figures.estimates.items()
    } | {name: getattr(figures, name) for name in ("evaluated", "beside", "picked", "missing")}


def test_a_database_has_the_figures_of_the_same_centre_by_hand(loaded):
    facts, _form = loaded
    assert told(figures_by(facts)[()]) == told(figures_by(small_centre())[()])
    by_hand = figures_by(small_centre(), "agent_id")
    by_agent = figures_by(facts, "agent_id")
    assert [name.partition(".")[0] for (name,) in by_agent] == [name for (name,) in by_hand]
    for found, expected in zip(by_agent.values(), by_hand.values(), strict=True):
        assert told(found) == told(expected)
    # Of calls without a queue, all are one group.
    assert list(figures_by(facts, "team_id", "queue")) == [
        ("orders", None),
        ("support", None),
    ]


def test_a_databases_questions_and_sections_are_those_by_hand(loaded):
    facts, form = loaded
    found, by_hand = questions_by(facts)[()], questions_by(small_centre())[()]
    names = ("decided", "answered", "full", "short", "not_applicable", "fatal", "short_share")
    for name in names:
        assert [getattr(each, name) for each in found] == [getattr(each, name) for each in by_hand]
    (section,) = sections_by(facts)[()]
    assert section.defects == figures_by(facts)[()].defects
    costs = pareto(facts, {("inbound-call", "1"): weights_of(form)}).costs
    # All three questions weigh the same third.
    assert [each.asked[0].question_id for each in costs] == ["closing", "greeting", "identity"]
    assert costs[0].cost == pytest.approx(100 / 3 * 45 / 70)
