from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.life.rules import LifeRules
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import AuditEvent, Dispute, DisputedQuestion, User
from qm.workflow.disputes import Decision, decide_dispute, pass_on, raise_dispute
from qm.workflow.evaluation_life import acknowledge, correct_evaluation
from qm.workflow.evaluations import read_evaluation
from qm.workflow.life_lists import list_disputes, overdue, to_publish
from qm.workflow.life_reading import Life, read_life
from tests.fixtures.evaluated import (
    ANSWERS,
    PERCENT,
    QA_LEAD,
    Evaluated,
    copied,
    evaluated,
    publish_all,
)
from tests.fixtures.small_centre import ADMIN, LEAD, MANAGER, NOW, OTHER_LEAD, REZA, SARA

LATER = NOW + timedelta(days=1)
REASONS = {"greeting": "I greet at 0:02.", "solved": "She said it is solved."}
YES = Decision("The greeting is at 0:02.", Answer(option="yes"))
STANDS = Decision("She asks again at the end.")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("published")
    made = evaluated(f"sqlite:///{folder / 'qm.db'}", folder)
    publish_all(made.centre, made.evaluation_id)
    return made


@pytest.fixture
def made(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


def set_rules(made: Evaluated, **rules: object) -> None:
    with transaction(made.centre.engine) as session:
        add_rules(session, "life", LifeRules(**rules), at=NOW, by="test")  # type: ignore[arg-type]


def dispute(made: Evaluated, reasons: dict[str, str] = REASONS, evaluation_id: int = 0) -> int:
    evaluation_id = evaluation_id or made.evaluation_id
    return raise_dispute(made.centre.engine, SARA, evaluation_id, reasons, now=LATER)


def life(made: Evaluated, actor: Actor = LEAD, evaluation_id: int = 0) -> Life:
    evaluation_id = evaluation_id or made.evaluation_id
    return read_life(made.centre.engine, actor, evaluation_id, now=LATER)


def code_of(refused: pytest.ExceptionInfo[BadInput]) -> str:
    return refused.value.problems[0].code


def test_a_dispute_is_decided_per_question_and_the_core_scores_the_revision(
    database_url: str, tmp_path: Path
) -> None:
    made = evaluated(database_url, tmp_path)
    publish_all(made.centre, made.evaluation_id)
    engine, asked = made.centre.engine, dispute(made)
    waits = life(made, LEAD)
    assert (waits.state, waits.due_at) == ("disputed", LATER + timedelta(days=5))
    assert waits.may == {"uphold", "change"}
    objection = waits.open_objection
    assert objection is not None
    assert objection.approver == "lead"
    assert {each.question_id: each.reason for each in objection.questions} == REASONS
    decisions = {"greeting": YES, "solved": STANDS}
    after = decide_dispute(engine, LEAD, asked, decisions, "One of two.", now=LATER)
    assert (after.percent, after.revision, after.revised_by) == (85.0, 2, "lead")
    for actor in (SARA, LEAD, made.analyst, MANAGER):
        shown = life(made, actor, after.id or 0)
        assert shown.state == "closed"
        assert shown.revisions[-1].delta == 85.0 - PERCENT
        assert [each.question_id for each in shown.revisions[-1].changes] == ["greeting"]
        decided = {each.question_id: each.decision for each in shown.objections[0].questions}
        assert decided == {"greeting": "changed", "solved": "upheld"}
    reading = read_evaluation(engine, SARA, after.id or 0)
    assert float(reading.scorecard.percent or 0) == 85.0
    assert reading.answers["greeting"].comment == "The greeting is at 0:02."
    assert reading.answers["solved"] == ANSWERS["solved"]
    with transaction(engine) as session:
        event = session.scalars(
            select(AuditEvent).where(col(AuditEvent.action) == "dispute_decided")
        ).one()
    assert (event.actor, event.detail["before"], event.detail["after"]) == ("lead", PERCENT, 85.0)


def test_an_upheld_dispute_leaves_the_evaluation_as_it_is(made: Evaluated) -> None:
    asked = dispute(made)
    stands = decide_dispute(
        made.centre.engine, LEAD, asked, dict.fromkeys(REASONS, STANDS), now=LATER
    )
    assert (stands.id, stands.percent) == (made.evaluation_id, PERCENT)
    shown = life(made, SARA)
    assert (shown.state, len(shown.revisions)) == ("closed", 1)
    assert [step.step for step in shown.steps] == ["publish", "dispute", "uphold"]
    assert shown.may == frozenset()


def test_only_the_agent_disputes_and_says_why(made: Evaluated) -> None:
    engine = made.centre.engine
    for actor in (LEAD, made.analyst, REZA, MANAGER):
        with pytest.raises(NotAllowed):
            raise_dispute(engine, actor, made.evaluation_id, REASONS, now=LATER)
    for reasons, code in (
        ({}, "dispute.no_question"),
        ({"greeting": "  "}, "life.question_reason_missing"),
        ({"unknown": "No."}, "dispute.unknown_question"),
        ({"greeting": "x" * 4001}, "life.reason_too_long"),
    ):
        with pytest.raises(BadInput) as refused:
            dispute(made, reasons)
        assert code_of(refused) == code
    with transaction(engine) as session:
        assert not session.scalars(select(Dispute)).all()
    late = NOW + timedelta(days=14, seconds=1)
    with pytest.raises(BadInput) as closed:
        raise_dispute(engine, SARA, made.evaluation_id, REASONS, now=late)
    assert code_of(closed) == "dispute.window_closed"
    acknowledge(engine, SARA, made.evaluation_id, "Read.", now=LATER)
    dispute(made)
    with pytest.raises(BadInput) as twice:
        dispute(made)
    assert code_of(twice) == "life.wrong_state"


def test_nobody_decides_on_an_evaluation_of_their_own(made: Evaluated) -> None:
    asked = dispute(made)
    decisions = {"greeting": YES, "solved": STANDS}
    evaluator = Actor(made.analyst.username, "lead", team_id="orders")
    with pytest.raises(BadInput) as own:
        decide_dispute(made.centre.engine, evaluator, asked, decisions, now=LATER)
    assert code_of(own) == "life.own_work"
    for actor in (OTHER_LEAD, SARA, made.analyst):
        with pytest.raises(NotAllowed):
            decide_dispute(made.centre.engine, actor, asked, decisions, now=LATER)
    for other in (QA_LEAD, MANAGER):
        with pytest.raises(BadInput) as waits:
            decide_dispute(made.centre.engine, other, asked, decisions, now=LATER)
        assert code_of(waits) == "dispute.other_approver"
    assert decide_dispute(made.centre.engine, ADMIN, asked, decisions, now=LATER).percent == 85.0


@pytest.mark.parametrize(
    ("decisions", "code"),
    [
        ({"greeting": YES}, "dispute.undecided"),
        ({"greeting": YES, "solved": Decision(" ")}, "life.question_reason_missing"),
        (
            {"greeting": YES, "solved": STANDS, "polite": Decision("?", Answer(option="no"))},
            "dispute.not_disputed",
        ),
        (
            {"greeting": Decision("Same.", Answer(option="no")), "solved": STANDS},
            "life.nothing_changed",
        ),
        (
            {"greeting": Decision("?", Answer(option="maybe")), "solved": STANDS},
            "life.impossible_answer",
        ),
    ],
)
def test_half_a_decision_decides_nothing(
    made: Evaluated, decisions: dict[str, Decision], code: str
) -> None:
    asked = dispute(made)
    with pytest.raises(BadInput) as refused:
        decide_dispute(made.centre.engine, LEAD, asked, decisions, now=LATER)
    assert code_of(refused) == code
    assert life(made).state == "disputed"
    with transaction(made.centre.engine) as session:
        assert set(session.scalars(select(DisputedQuestion.decision))) == {None}


def test_stages_pass_a_dispute_on(made: Evaluated) -> None:
    set_rules(made, approvers=("lead", "qa_lead"))
    engine, asked = made.centre.engine, dispute(made)
    decisions = {"greeting": YES, "solved": STANDS}
    with pytest.raises(BadInput) as early:
        decide_dispute(engine, LEAD, asked, decisions, now=LATER)
    assert code_of(early) == "dispute.not_last_stage"
    pass_on(engine, LEAD, asked, "I hear a greeting.", now=LATER)
    waits = life(made, QA_LEAD)
    assert waits.open_objection is not None
    assert waits.open_objection.approver == "qa_lead"
    assert waits.steps[-1].reason == "I hear a greeting."
    with pytest.raises(BadInput) as gone:
        decide_dispute(engine, LEAD, asked, decisions, now=LATER)
    assert code_of(gone) == "dispute.other_approver"
    assert decide_dispute(engine, QA_LEAD, asked, decisions, now=LATER).percent == 85.0


def test_a_second_round_disputes_the_revision_and_not_before_its_author(made: Evaluated) -> None:
    set_rules(made, dispute_rounds=2)
    engine = made.centre.engine
    first = decide_dispute(
        engine, LEAD, dispute(made), {"greeting": YES, "solved": STANDS}, now=LATER
    )
    shown = life(made, SARA, first.id or 0)
    assert (shown.state, shown.may) == ("published", {"acknowledge", "dispute"})
    again = dispute(made, {"solved": "It was."}, first.id or 0)
    with pytest.raises(BadInput) as own:
        decide_dispute(engine, LEAD, again, {"solved": STANDS}, now=LATER)
    assert code_of(own) == "life.own_work"
    fully = {"solved": Decision("Solved at 1:10.", Answer(option="fully"))}
    last = decide_dispute(engine, ADMIN, again, fully, now=LATER)
    assert (last.percent, last.revision) == (100.0, 3)
    shown = life(made, SARA, last.id or 0)
    assert [each.delta for each in shown.revisions] == [None, 40.0, 15.0]
    assert (shown.state, shown.may) == ("closed", frozenset())


def test_a_decided_dispute_of_somebody_who_has_left_is_closed(made: Evaluated) -> None:
    set_rules(made, dispute_rounds=2)
    asked = dispute(made)
    with transaction(made.centre.engine) as session:
        session.get_one(User, "sara").is_active = False
    assert "Sara" in life(made).names["sara"].in_language("en")
    stands = dict.fromkeys(REASONS, STANDS)
    decide_dispute(made.centre.engine, LEAD, asked, stands, now=LATER)
    assert (life(made).state, life(made).due_at) == ("closed", None)  # it waits for nobody


def test_a_correction_waits_until_the_dispute_is_decided(made: Evaluated) -> None:
    dispute(made)
    with pytest.raises(BadInput) as refused:
        correct_evaluation(
            made.centre.engine,
            QA_LEAD,
            made.evaluation_id,
            {"greeting": Answer(option="yes")},
            "Heard it.",
            now=LATER,
        )
    assert code_of(refused) == "life.wrong_state"


def test_lists_tell_what_waits_for_whom(template: Evaluated, made: Evaluated) -> None:
    engine = made.centre.engine
    asked = dispute(made)
    mine = list_disputes(engine, LEAD, now=LATER)
    assert list(mine["dispute_id"]) == [asked]
    assert (mine["is_mine"].iloc[0], mine["approver"].iloc[0], mine["questions"].iloc[0]) == (
        True,
        "lead",
        2,
    )
    assert not list_disputes(engine, QA_LEAD, now=LATER)["is_mine"].iloc[0]
    assert list(list_disputes(engine, SARA, now=LATER)["dispute_id"]) == [asked]
    assert list_disputes(engine, OTHER_LEAD, now=LATER).empty
    assert list_disputes(engine, REZA, now=LATER).empty
    late = LATER + timedelta(days=6)
    assert list(overdue(engine, LEAD, now=late)["state"]) == ["disputed"]
    assert overdue(engine, LEAD, now=LATER).empty
    decide_dispute(engine, LEAD, asked, dict.fromkeys(REASONS, STANDS), now=LATER)
    decided = list_disputes(engine, LEAD, now=LATER)
    assert (decided["state"].iloc[0], decided["is_mine"].iloc[0]) == ("upheld", False)


def test_what_is_to_be_published_is_listed_for_those_who_may(tmp_path: Path) -> None:
    made = evaluated(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    engine = made.centre.engine

    def listed(actor: Actor) -> list[bool]:
        return list(to_publish(engine, actor, now=LATER)["may_publish"])

    assert listed(LEAD) == listed(QA_LEAD) == [True]
    assert listed(OTHER_LEAD) == []
    promoted = Actor(made.analyst.username, "qa_lead")
    assert listed(promoted) == [False]
    set_rules(made, review_share_percent=100)
    assert (listed(LEAD), listed(QA_LEAD)) == ([False], [True])
    publish_all(made.centre, made.evaluation_id)
    assert listed(QA_LEAD) == []
