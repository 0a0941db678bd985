from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from qm.core.forms.answers import Answer
from qm.core.life.rules import LifeRules
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.scopes import Scope
from qm.store.tables import AuditEvent, CoachingNote, Draft, Evaluation
from qm.workflow.evaluation_life import (
    acknowledge,
    close_evaluation,
    correct_evaluation,
    publish_evaluations,
    return_evaluation,
)
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import (
    open_assignment,
    read_evaluation,
    save_draft,
    submit_evaluation,
)
from qm.workflow.life_reading import Life, read_life
from qm.workflow.my_work import my_work
from qm.workflow.quality import agent_trend
from qm.workflow.quality_facts import quality_facts
from qm.workflow.recordings import require_may_open
from qm.workflow.replacements import replace_pick
from tests.fixtures.evaluated import (
    ANSWERS,
    PERCENT,
    QA_LEAD,
    Evaluated,
    copied,
    evaluated,
    publish_all,
)
from tests.fixtures.small_centre import (
    CENTRE,
    LEAD,
    NOW,
    OTHER_LEAD,
    PERIOD,
    REZA,
    SARA,
)

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def made(database_url: str, tmp_path: Path) -> Evaluated:
    return evaluated(database_url, tmp_path)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("evaluated")
    return evaluated(f"sqlite:///{folder / 'qm.db'}", folder)


@pytest.fixture
def on_sqlite(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


def life(made: Evaluated, actor=LEAD, at=LATER, evaluation_id: int = 0) -> Life:  # type: ignore[no-untyped-def]
    return read_life(made.centre.engine, actor, evaluation_id or made.evaluation_id, now=at)


def interaction_of(made: Evaluated) -> str:
    with transaction(made.centre.engine) as session:
        return session.get_one(Evaluation, made.evaluation_id).interaction_id


def code_of(refused: pytest.ExceptionInfo[BadInput]) -> str:
    return refused.value.problems[0].code


def test_nothing_of_an_unpublished_evaluation_reaches_its_agent(made: Evaluated) -> None:
    engine, interaction = made.centre.engine, interaction_of(made)

    def seen_by_agent() -> list[bool]:
        with transaction(engine) as session:
            scope = Scope(agent_id="sara", only_published=True)
            facts = quality_facts(session, [str(PERIOD)], scope)
        month = agent_trend(engine, SARA, "sara", [PERIOD]).months[0]
        return [
            not list_evaluations(engine, SARA, now=NOW).empty,
            _may(lambda: read_evaluation(engine, SARA, made.evaluation_id)),
            _may(lambda: life(made, SARA)),
            _may(lambda: _open(engine, interaction)),
            month.figures.score.n > 0,
            bool(len(facts.evaluations)),
            bool(facts.picks["evaluated"].sum()),
        ]

    assert seen_by_agent() == [False] * 7
    assert len(list_evaluations(engine, LEAD, now=NOW)) == 1
    assert agent_trend(engine, LEAD, "sara", [PERIOD]).months[0].figures.score.n == 1
    publish_evaluations(engine, LEAD, [made.evaluation_id], now=LATER)
    assert seen_by_agent() == [True] * 7
    assert list_evaluations(engine, REZA, now=NOW).empty


def _may(read) -> bool:  # type: ignore[no-untyped-def]
    try:
        read()
    except NotAllowed:
        return False
    return True


def _open(engine, interaction: str) -> None:  # type: ignore[no-untyped-def]
    with transaction(engine) as session:
        require_may_open(session, SARA, interaction)


def test_publishing_is_told_with_who_and_when_and_what_was_left(on_sqlite: Evaluated) -> None:
    made = on_sqlite
    done = publish_evaluations(made.centre.engine, LEAD, [made.evaluation_id] * 2, now=LATER)
    assert done.evaluation_ids == (made.evaluation_id,)
    assert [each.code for each in done.problems] == ["life.wrong_state"]
    now = life(made)
    assert (now.state, now.steps[-1].at) == ("published", LATER)
    assert now.due_at == LATER + timedelta(days=7)
    assert now.disputable_until == LATER + timedelta(days=14)
    told = [(step.step, step.actor, step.at, step.to_state) for step in now.steps]
    assert told == [
        ("submit", made.analyst.username, NOW, "submitted"),
        ("publish", "lead", LATER, "published"),
    ]
    # What happened before is not for the agent.
    assert [step.step for step in life(made, SARA).steps] == ["publish"]
    with transaction(made.centre.engine) as session:
        actions = select(col(AuditEvent.action)).order_by(col(AuditEvent.id).desc()).limit(1)
        assert session.scalars(actions).one() == "evaluation_published"


def test_of_several_who_publish_at_once_one_does(on_sqlite: Evaluated) -> None:
    def publish(_: int) -> int:
        done = publish_evaluations(
            on_sqlite.centre.engine, LEAD, [on_sqlite.evaluation_id], now=LATER
        )
        return len(done.evaluation_ids)

    with ThreadPoolExecutor(4) as several:
        assert sum(several.map(publish, range(4))) == 1
    assert [step.step for step in life(on_sqlite).steps] == ["submit", "publish"]


@pytest.mark.parametrize("actor", [OTHER_LEAD, SARA])
def test_only_those_who_may_publish(on_sqlite: Evaluated, actor) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotAllowed):
        publish_evaluations(on_sqlite.centre.engine, actor, [on_sqlite.evaluation_id], now=LATER)
    with pytest.raises(NotAllowed):
        publish_evaluations(
            on_sqlite.centre.engine, on_sqlite.analyst, [on_sqlite.evaluation_id], now=LATER
        )


def test_what_is_returned_comes_back_as_the_next_revision(made: Evaluated) -> None:
    engine = made.centre.engine
    with pytest.raises(BadInput) as refused:
        return_evaluation(engine, QA_LEAD, made.evaluation_id, "  ", now=LATER)
    assert code_of(refused) == "life.reason_missing"
    return_evaluation(engine, QA_LEAD, made.evaluation_id, "Greeting is at 0:02.", now=LATER)
    workspace = open_assignment(engine, made.analyst, made.assignment_id)
    assert workspace.answers == ANSWERS
    assert workspace.coaching == "Greet."
    assert life(made, made.analyst).may == {"resubmit"}
    answers = {**ANSWERS, "greeting": Answer(option="yes")}
    saved = save_draft(
        engine, made.analyst, made.assignment_id, answers, "", saved=workspace.saved, now=LATER
    )
    again = submit_evaluation(engine, made.analyst, made.assignment_id, saved=saved, now=LATER)
    assert (again.revision, again.revision_reason, again.percent) == (2, "Greeting is at 0:02.", 85)
    shown = life(made, LEAD)
    assert [each.evaluation.percent for each in shown.revisions] == [PERCENT, 85.0]
    assert shown.revisions[1].delta == 40.0
    assert [each.question_id for each in shown.revisions[1].changes] == ["greeting"]
    assert [step.step for step in shown.steps] == ["submit", "return", "resubmit"]
    # The first revision cannot be published any more, and the agent never sees it.
    stale = publish_evaluations(engine, LEAD, [made.evaluation_id], now=LATER)
    assert [each.code for each in stale.problems] == ["life.wrong_state"]
    publish_evaluations(engine, LEAD, [again.id or 0], now=LATER)
    with pytest.raises(NotAllowed):
        read_evaluation(engine, SARA, made.evaluation_id)
    for_agent = life(made, SARA, evaluation_id=again.id or 0)
    assert [each.evaluation.revision for each in for_agent.revisions] == [2]
    assert [step.step for step in for_agent.steps] == ["publish"]
    with transaction(engine) as session:
        states = set(session.scalars(select(col(CoachingNote.state))))
        latest = select(func.count()).where(col(Evaluation.is_latest))
        assert session.scalars(latest).one() == 1
    assert states <= {"replaced"}


def test_a_returned_evaluation_is_neither_replaced_nor_published_in_bulk_unseen(
    on_sqlite: Evaluated,
) -> None:
    made = on_sqlite
    engine = made.centre.engine
    return_evaluation(engine, LEAD, made.evaluation_id, "Look again.", now=LATER)
    with pytest.raises(BadInput) as refused:
        replace_pick(
            engine, made.analyst, made.assignment_id, "no_audio", "", centre=CENTRE, now=LATER
        )
    assert code_of(refused) == "replacement.not_open"
    # Its analyst may have left: whoever returned it may publish it as it was.
    publish_evaluations(engine, LEAD, [made.evaluation_id], now=LATER)
    assert life(made).state == "published"
    assert made.assignment_id not in set(my_work(engine, made.analyst).open["assignment_id"])
    with transaction(engine) as session:
        assert session.get(Draft, made.assignment_id) is None


@pytest.mark.parametrize(
    ("rules", "state"),
    [
        (LifeRules(publication="at_once"), "published"),
        (LifeRules(publication="at_once", review_share_percent=100), "submitted"),
    ],
)
def test_publication_at_once_waits_for_the_review(
    tmp_path: Path, rules: LifeRules, state: str
) -> None:
    made = evaluated(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path, rules)
    assert life(made).state == state
    if state == "submitted":
        done = publish_evaluations(made.centre.engine, LEAD, [made.evaluation_id], now=LATER)
        assert [each.code for each in done.problems] == ["life.only_qa_lead"]
        publish_evaluations(made.centre.engine, QA_LEAD, [made.evaluation_id], now=LATER)
    assert life(made, SARA).state == "published"


def test_acknowledging_is_the_agents_own_and_closes_by_itself(on_sqlite: Evaluated) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    publish_all(made.centre, made.evaluation_id)
    for actor in (LEAD, made.analyst, REZA):
        with pytest.raises(NotAllowed):
            acknowledge(engine, actor, made.evaluation_id, now=LATER)
    acknowledge(engine, SARA, made.evaluation_id, "  I see. ", now=LATER)
    now = life(made, SARA)
    assert (now.state, now.steps[-1].reason) == ("acknowledged", "I see.")
    assert now.may == {"dispute"}
    end = NOW + timedelta(days=14)
    assert life(made, SARA, end).state == "acknowledged"
    assert list(list_evaluations(engine, SARA, now=end)["state"]) == ["acknowledged"]
    over = end + timedelta(seconds=1)
    closed = life(made, SARA, over)
    assert (closed.state, closed.may) == ("closed", frozenset())
    assert (closed.steps[-1].at, closed.steps[-1].detail) == (end, {"by_rule": True})
    assert list(list_evaluations(engine, SARA, now=over)["state"]) == ["closed"]
    with pytest.raises(BadInput) as refused:
        close_evaluation(engine, LEAD, made.evaluation_id, "Again.", now=over)
    assert code_of(refused) == "life.wrong_state"
    again = correct_evaluation(
        engine, QA_LEAD, made.evaluation_id, {"greeting": Answer(option="yes")}, "Heard.", now=over
    )
    assert life(made, SARA, over, evaluation_id=again.id or 0).state == "published"


def test_an_acknowledgement_after_the_window_closes_at_once(on_sqlite: Evaluated) -> None:
    made = on_sqlite
    publish_all(made.centre, made.evaluation_id)
    late = NOW + timedelta(days=20)
    assert life(made, LEAD, late).is_overdue
    acknowledge(made.centre.engine, SARA, made.evaluation_id, now=late)
    assert life(made, SARA, late).state == "closed"


def test_a_correction_is_a_revision_that_everybody_sees(on_sqlite: Evaluated) -> None:
    made = on_sqlite
    engine = made.centre.engine
    change = {"greeting": Answer(option="yes")}
    with pytest.raises(BadInput) as early:
        correct_evaluation(engine, QA_LEAD, made.evaluation_id, change, "Heard it.", now=LATER)
    assert code_of(early) == "life.wrong_state"
    publish_all(made.centre, made.evaluation_id)
    for actor in (LEAD, made.analyst, SARA):
        with pytest.raises(NotAllowed):
            correct_evaluation(engine, actor, made.evaluation_id, change, "Heard it.", now=LATER)
    for option, code in (("no", "life.nothing_changed"), ("perhaps", "life.impossible_answer")):
        wrong = {"greeting": Answer(option=option)}
        with pytest.raises(BadInput) as refused:
            correct_evaluation(engine, QA_LEAD, made.evaluation_id, wrong, "Heard it.", now=LATER)
        assert code_of(refused) == code
    after = correct_evaluation(
        engine, QA_LEAD, made.evaluation_id, change, "Heard it at 0:02.", now=LATER
    )
    assert (after.percent, after.revised_by, after.evaluator) == (
        85.0,
        "qadir",
        made.analyst.username,
    )
    seen = life(made, SARA, evaluation_id=after.id or 0)
    assert [each.delta for each in seen.revisions] == [None, 40.0]
    assert seen.revisions[1].reason == "Heard it at 0:02."
    assert seen.may == {"acknowledge", "dispute"}
    reading = read_evaluation(engine, SARA, after.id or 0)
    assert reading.answers["greeting"].comment == "Heard it at 0:02."
    assert reading.answers["solved"] == ANSWERS["solved"]
    # What was before stays readable.
    assert read_evaluation(engine, SARA, made.evaluation_id).evaluation.percent == PERCENT
    trend = agent_trend(engine, LEAD, "sara", [PERIOD]).months[0].figures.score
    assert (trend.value, trend.n) == (85.0, 1)


def test_who_evaluates_and_leads_does_not_pass_their_own_work(on_sqlite: Evaluated) -> None:
    made = on_sqlite
    promoted = replace(made.analyst, role="qa_lead")
    done = publish_evaluations(made.centre.engine, promoted, [made.evaluation_id], now=LATER)
    assert [each.code for each in done.problems] == ["life.own_work"]
    publish_all(made.centre, made.evaluation_id)
    with pytest.raises(BadInput) as refused:
        correct_evaluation(
            made.centre.engine,
            promoted,
            made.evaluation_id,
            {"greeting": Answer(option="yes")},
            "I was wrong.",
            now=LATER,
        )
    assert code_of(refused) == "life.own_work"


def test_a_lead_closes_what_nobody_will_acknowledge(on_sqlite: Evaluated) -> None:
    made = on_sqlite
    publish_all(made.centre, made.evaluation_id)
    close_evaluation(made.centre.engine, LEAD, made.evaluation_id, "Sara has left.", now=LATER)
    assert (life(made).state, life(made).steps[-1].reason) == ("closed", "Sara has left.")
