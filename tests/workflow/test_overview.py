"""The overview of a month: worked out by hand, every number as long as its list, within limits."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.periods import Period
from qm.core.problems import NotAllowed
from qm.core.quality.behind import Behind
from qm.core.report_rules import KIND, ReportRules
from qm.intake.form_files import text_sha256
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import Evaluation, FormVersion
from qm.workflow.evaluations_behind import evaluations_behind
from qm.workflow.overview import HEADLINES, Overview, overview
from tests.reports.case import ABAN, AZAR, CENTRE, FORM, MEHR, NOW

LEAD = Actor("lead", "lead", team_id="orders")
STRANGERS = (Actor("mina", "analyst"), Actor("sara", "agent", agent_id="sara.nouri"))


@pytest.fixture
def engine(open_month: Engine) -> Engine:
    return open_month


def seen_by(engine: Engine, actor: Actor = COMMAND_LINE, period: Period = ABAN) -> Overview:
    return overview(engine, actor, period, centre=CENTRE)


def test_the_month_beside_the_one_before(month_on_both: Engine) -> None:
    seen = seen_by(month_on_both)
    score = seen.figures["score"]
    # Sara's 85 stands for 40 interactions, Reza's 65 for 20, Ali's 90 for 5; Mehr is Sara's 61.
    assert score.now.value == pytest.approx((40 * 85 + 20 * 65 + 5 * 90) / 65)
    assert (score.now.n, score.before.n) == (7, 2)
    assert score.before.value == pytest.approx(61)
    assert score.change.difference == pytest.approx((40 * 85 + 20 * 65 + 5 * 90) / 65 - 61)
    assert seen.figures["business"].change.difference is None  # nobody asks for it
    assert seen.figures["passed"].change.verdict == "no_change"
    planned = seen.planned
    assert (planned.picked, planned.evaluated, planned.open, planned.unassigned) == (11, 8, 2, 1)
    assert planned.frame == 80
    assert planned.achieved.value == pytest.approx(800 / 11)
    assert planned.achieved_before.value == 100
    assert [each.code for each in seen.teams.groups] == ["orders", "support"]
    assert [each.score.before.n for each in seen.teams.groups] == [2, 0]
    assert [(each.evaluator, each.evaluated) for each in seen.evaluators or ()] == [("mina", 8)]
    closing, greeting, identity = seen.questions
    assert closing.cost.cost == pytest.approx(100 / 3 * 45 / 70)
    assert (closing.share.count, closing.share.n, closing.versions) == (5, 6, ())
    assert [each.asked.question_id for each in (greeting, identity)] == ["greeting", "identity"]


def test_every_number_has_as_many_evaluations_behind_it(engine: Engine) -> None:
    seen = seen_by(engine)

    def listed(behind: Behind) -> int:
        found = evaluations_behind(engine, COMMAND_LINE, behind, centre=CENTRE, now=NOW, limit=1)
        return found.n

    figures = {name: seen.figures[name].now for name in HEADLINES}
    assert listed(seen.behind()) == seen.evaluated == figures["fatal_rate"].n == 8
    assert listed(seen.behind(measured="score")) == figures["score"].n
    assert listed(seen.behind(measured="outcome")) == figures["passed"].n
    assert listed(seen.behind(result="fatal")) == figures["fatal_rate"].count == 1
    customer = figures["customer"]
    assert listed(seen.behind(lens="customer")) == customer.n
    assert listed(seen.behind(lens="customer", result="short")) == customer.n - (
        customer.count or 0
    )
    for each in seen.teams.groups:
        assert listed(seen.behind(team_id=each.code, measured="score")) == each.score.now.n
    for each in seen.questions:
        question = {"form_id": each.asked.form_id, "question_id": each.asked.question_id}
        assert listed(seen.behind(**question, result="short")) == each.share.count
        assert listed(seen.behind(**question, result="applied")) == each.share.n


def test_a_lead_sees_the_own_team_and_no_evaluators(engine: Engine) -> None:
    seen = seen_by(engine, LEAD)
    assert (seen.team_id, seen.evaluated, seen.evaluators) == ("orders", 6, None)
    assert seen.figures["score"].now.value == pytest.approx((40 * 85 + 20 * 65) / 60)
    assert [each.code for each in seen.teams.groups] == ["orders"]
    assert (seen.planned.picked, seen.planned.frame) == (6, None)
    assert seen.behind().team_id == "orders"
    for stranger in STRANGERS:
        with pytest.raises(NotAllowed):
            seen_by(engine, stranger)


def test_a_month_without_anything_is_compared_with_nothing(engine: Engine) -> None:
    seen = seen_by(engine, period=AZAR)
    assert (seen.evaluated, seen.questions, seen.hours.cells) == (0, (), {})
    assert {seen.figures[name].change.difference for name in HEADLINES} == {None}
    assert seen.figures["score"].before.n == 7
    assert seen_by(engine, period=MEHR).figures["score"].before.value is None


def test_another_form_version_is_another_yardstick(engine: Engine) -> None:
    with transaction(engine) as session:
        told = session.get_one(FormVersion, ("inbound-call", "1")).model_dump()
        source = FORM.replace('version: "1"', 'version: "2"').replace("Sums up", "Sums all up")
        session.add(
            FormVersion(**{**told, "version": "2", "source": source, "sha256": text_sha256(source)})
        )
        session.flush()
        of_ali = update(Evaluation).where(col(Evaluation.agent_id) == "ali.moradi")
        session.execute(of_ali.values(form_version="2"))
    seen = seen_by(engine)
    assert [each.what.values["version"] for each in seen.versions] == ["2"]
    assert [each.same_forms for each in seen.teams.groups] == [True, True]
    assert seen.teams.separation is None  # orders on version 1, support on version 2
    by_versions = {(each.asked.question_id, each.versions) for each in seen.questions}
    assert by_versions == {
        ("closing", ("1",)), ("closing", ("2",)), ("greeting", ()), ("identity", ())
    }  # fmt: skip


def test_small_groups_are_hidden(engine: Engine) -> None:
    with transaction(engine) as session:
        add_rules(session, KIND, ReportRules(smallest_group=3), at=NOW, by="test")
    seen = seen_by(engine)
    assert seen.figures["score"].now.n == 7
    assert seen.figures["score"].before.note == "too_few_to_show"
    # Support has one score; with orders shown beside the whole it would be told.
    assert {each.score.now.note for each in seen.teams.groups} == {"too_few_to_show"}
