"""Triggers that propose talks, and what leads make of the proposals."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.problems import BadInput, NotAllowed
from qm.store.coaching_proposals import add_unless_known
from qm.store.engine import transaction
from qm.store.tables import CoachingProposal
from qm.workflow.coaching_inbox import coaching_inbox
from qm.workflow.coaching_proposals import dismiss, list_proposals, propose, take_up
from qm.workflow.coaching_settings import set_coaching_rules
from qm.workflow.coaching_talk_reading import list_talks, read_talk
from qm.workflow.coaching_talk_steps import (
    cancel_talk,
)
from qm.workflow.coaching_talks import add_to_talk
from qm.workflow.evaluation_life import correct_evaluation
from tests.fixtures.coached_team import (
    GREETING,
    LATER,
    RULES,
    YES,
    Team,
    coached_team,
    copied,
    evaluate_calls,
    held,
    proposed,
    publish,
)
from tests.fixtures.evaluated import QA_LEAD
from tests.fixtures.small_centre import (
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    SARA,
    ZONE,
    build,
)


@pytest.fixture(scope="module")
def template(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return coached_team(migrated_sqlite, tmp_path_factory.mktemp("talks"))


@pytest.fixture
def team(template: Team, tmp_path: Path) -> Team:
    return copied(template, tmp_path)


def test_publication_makes_triggers_propose_once_and_only_of_what_is_published(
    team: Team,
) -> None:
    engine = team.centre.engine
    assert propose(engine, LEAD, now=LATER) == 0  # nothing is published
    publish(team, 0, 1)
    assert proposed(team) == ["fatal"]
    publish(team, 2)
    assert proposed(team) == ["fatal", "thrice"]
    assert propose(engine, MANAGER, now=LATER) == 0
    publish(team, 3)
    assert proposed(team) == ["fatal", "thrice"]  # three of the four were proposed before
    for actor in (OTHER_LEAD,):
        assert proposed(team, actor) == []
    assert proposed(team, QA_LEAD) == ["fatal", "thrice"]
    for actor in (SARA, MINA):
        with pytest.raises(NotAllowed):
            list_proposals(engine, actor)
        with pytest.raises(NotAllowed):
            propose(engine, actor, now=LATER)


def test_a_proposal_is_taken_up_with_its_topics_or_dismissed_with_a_reason(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0, 1, 2)
    ids = list_proposals(engine, LEAD).set_index("trigger")["proposal_id"]
    with pytest.raises(NotAllowed):
        take_up(engine, OTHER_LEAD, ids["thrice"], planned_at=LATER, now=LATER)
    talk = take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER)
    read = read_talk(engine, LEAD, talk.id or 0)
    assert [(each.form_id, each.question_id) for each in read.questions] == [GREETING]
    assert set(read.evaluations["evaluation_id"]) == set(team.calls[:3])
    with pytest.raises(BadInput) as refused:
        take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER)
    assert refused.value.problems[0].code == "coaching.proposal_decided"
    with pytest.raises(BadInput) as refused:
        dismiss(engine, LEAD, ids["fatal"], "  ", now=LATER)
    assert refused.value.problems[0].code == "coaching.no_reason"
    dismiss(engine, LEAD, ids["fatal"], "Talked about it already.", now=LATER)
    assert proposed(team) == []
    assert propose(engine, LEAD, now=LATER) == 0  # what was decided is not proposed again
    assert proposed(team, state=None) == ["fatal", "thrice"]


def test_a_second_proposal_goes_into_the_talk_that_is_planned(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0, 1, 2)
    ids = list_proposals(engine, LEAD).set_index("trigger")["proposal_id"]
    talk = take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER).id or 0
    assert take_up(engine, LEAD, ids["fatal"], talk_id=talk, now=LATER).id == talk
    read = read_talk(engine, LEAD, talk)
    assert [each.question_id for each in read.questions] == ["greeting", "polite"]
    assert len(read.rows.topics) == 5  # two questions, three evaluations, each once
    assert len(list_talks(engine, LEAD)) == 1
    with pytest.raises(NotAllowed):
        add_topics_of_other_lead(team, talk)


def add_topics_of_other_lead(team: Team, talk: int) -> None:
    with transaction(team.centre.engine) as session:
        add_to_talk(session, OTHER_LEAD, talk, "sara", [], now=LATER)


def test_a_cancelled_talk_leaves_its_proposals_open_again(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0, 1, 2)
    waiting = list_proposals(engine, LEAD)
    ids = dict(zip(waiting["trigger"], waiting["proposal_id"], strict=True))
    talk = take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER).id or 0
    dismiss(engine, LEAD, ids["fatal"], "Talked about it at once.", now=LATER)
    assert proposed(team) == []
    cancel_talk(engine, LEAD, talk, "Sara is ill.", now=LATER)
    assert proposed(team) == ["thrice"]
    again = list_proposals(engine, LEAD).iloc[0]
    assert (again["decided_by"], again["session_id"]) == (None, None)
    assert take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER).id != talk


def test_what_a_correction_takes_back_is_no_proposal_any_more(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0)
    assert proposed(team) == ["fatal"]
    correct_evaluation(
        engine, QA_LEAD, team.calls[0], {"polite": YES}, "It was the customer.", now=LATER
    )
    assert proposed(team) == []
    (state,) = list_proposals(engine, LEAD, state=None)["state"]
    assert state == "withdrawn"


def test_proposals_made_at_the_same_moment_are_one(database_url: str, tmp_path: Path) -> None:
    made = evaluate_calls(build(database_url, tmp_path))
    engine = made.centre.engine
    set_coaching_rules(engine, MANAGER, RULES, now=NOW)
    publish(made, 0, 1, 2)
    with transaction(engine) as session:
        (fatal,) = session.scalars(
            select(CoachingProposal).where(col(CoachingProposal.trigger) == "fatal")
        )
        again = fatal.model_dump(include={"trigger", "agent_id", "team_id", "key", "created_at"})
        assert add_unless_known(session, {**again, "detail": {"questions": []}}) is False
        assert (
            add_unless_known(session, {**again, "detail": {"questions": []}, "key": "other"})
            is True
        )
    assert len(list_proposals(engine, LEAD)) == 3
    # PostgreSQL groups and compares as SQLite does
    talk = held(made, made.started_at[1])
    assert list(list_talks(engine, LEAD)["session_id"]) == [talk]
    (found,) = read_talk(engine, LEAD, talk).questions
    assert found.effect is not None
    assert (found.effect.before.n, found.effect.after.n) == (1, 2)
    assert len(coaching_inbox(engine, LEAD, zone=ZONE, now=LATER)) > 0
