"""What waits for whom: counted from what is there, within everybody's limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select, update

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.life.rules import KIND, LifeRules
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import (
    Assignment,
    CoachingNote,
    CoachingProposal,
    CoachingSession,
    Commitment,
    Dispute,
    Evaluation,
    EvaluationLife,
    Interaction,
)
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import save_draft, submit_evaluation
from qm.workflow.my_work import my_work
from qm.workflow.waiting import Waiting, waiting_for
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    PERIOD,
    POLICY,
    REZA,
    SARA,
    SmallCentre,
    build,
    built_once,
)

QA_LEAD = Actor("qa", "qa_lead")
DAY = timedelta(days=1)
ANSWERS = {
    "greeting": Answer(option="yes"),
    "solved": Answer(option="fully"),
    "polite": Answer(option="yes"),
}


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[SmallCentre]:
    centre = assigned(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    yield centre
    centre.engine.dispose()


@built_once
def assigned(database_url: str, folder: Path) -> SmallCentre:
    """The small centre, drawn and assigned."""
    centre = build(database_url, folder)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    return centre


def waits(centre: SmallCentre, actor: Actor, now: datetime = NOW) -> dict[str, tuple[int, int]]:
    """Return how many of each kind wait, and how many of them are overdue."""
    found = waiting_for(centre.engine, actor, centre=CENTRE, now=now)
    return {each.kind: (each.count, each.overdue) for each in found}


def submit(centre: SmallCentre) -> tuple[Actor, int]:
    """Submit the evaluation of a call of sara's; return whose it is and its assignment."""
    with transaction(centre.engine) as session:
        query = (
            select(Assignment)
            .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
            .where(Interaction.agent_id == "sara", Interaction.channel == "call")
        )
        found = session.exec(query).first()
    assert found is not None
    actor = {"mina": MINA, "kaveh": KAVEH}[found.evaluator]
    given = found.id or 0
    saved = save_draft(centre.engine, actor, given, ANSWERS, "Good.", saved=0, now=NOW)
    submit_evaluation(centre.engine, actor, given, saved=saved, now=NOW)
    return actor, given


def change(centre: SmallCentre, table: type[Any], **values: Any) -> None:
    """Set columns in every row of a table."""
    with transaction(centre.engine) as session:
        session.exec(update(table).values(**values))


def rule(centre: SmallCentre, **rules: Any) -> None:
    """Put other rules of life in force."""
    with transaction(centre.engine) as session:
        add_rules(session, KIND, LifeRules(**rules), at=NOW, by="admin")


def test_an_analysts_assignments_until_they_are_submitted_and_when_they_are_late(
    centre: SmallCentre,
) -> None:
    queue = my_work(centre.engine, KAVEH).open
    assert waits(centre, KAVEH) == {"assignments": (len(queue), 0)}
    late = queue["due_at"].max() + DAY
    assert waits(centre, KAVEH, late) == {"assignments": (len(queue), len(queue))}
    assert waits(centre, LEAD) == waits(centre, SARA) == waits(centre, MANAGER) == {}


def test_one_that_was_sent_back_is_counted_apart(centre: SmallCentre) -> None:
    actor, given = submit(centre)
    queue = my_work(centre.engine, actor).open
    with transaction(centre.engine) as session:
        session.get_one(Assignment, given).state = "open"
    change(centre, EvaluationLife, state="returned")
    assert waits(centre, actor) == {"assignments": (len(queue), 0), "returned": (1, 0)}


def test_a_submitted_one_waits_for_the_lead_of_the_team_and_nobody_else(
    centre: SmallCentre,
) -> None:
    submit(centre)
    assert waits(centre, LEAD)["publications"] == (1, 0)
    assert waits(centre, LEAD, NOW + 4 * DAY)["publications"] == (1, 1)
    for other in (OTHER_LEAD, QA_LEAD, SARA, REZA, MANAGER):
        assert not {"publications", "reviews", "acknowledgements"} & waits(centre, other).keys()
    assert waits(centre, MANAGER, NOW + 4 * DAY) == {"steps_overdue": (1, 1)}


@pytest.mark.parametrize("rules", [{"publication": "by_qa_lead"}, {"review_share_percent": 100}])
def test_where_the_rules_say_so_it_waits_for_the_qa_lead(
    centre: SmallCentre, rules: dict[str, Any]
) -> None:
    rule(centre, **rules)
    actor, _given = submit(centre)
    assert waits(centre, QA_LEAD)["reviews"] == (1, 0)
    assert "publications" not in waits(centre, LEAD)
    himself = Actor(actor.username, "qa_lead")
    assert "reviews" not in waits(centre, himself)


def test_only_its_agent_is_told_of_a_published_one(centre: SmallCentre) -> None:
    submit(centre)
    change(centre, EvaluationLife, state="published", published_revision=1, due_at=NOW + DAY)
    assert waits(centre, SARA)["acknowledgements"] == (1, 0)
    assert waits(centre, SARA, NOW + 2 * DAY)["acknowledgements"] == (1, 1)
    assert "acknowledgements" not in waits(centre, REZA)
    assert "publications" not in waits(centre, LEAD)


def test_a_dispute_waits_for_the_approver_of_its_stage_but_not_the_evaluator(
    centre: SmallCentre,
) -> None:
    actor, given = submit(centre)
    rule(centre, approvers=("lead", "manager"))
    with transaction(centre.engine) as session:
        evaluation = session.exec(select(Evaluation)).one()
        session.add(
            Dispute(
                assignment_id=given,
                evaluation_id=evaluation.id or 0,
                agent_id="sara",
                team_id="orders",
                round=1,
                raised_by="sara",
                raised_at=NOW,
                due_at=NOW + DAY,
            )
        )
    assert waits(centre, LEAD)["disputes"] == (1, 0)
    assert "disputes" not in waits(centre, OTHER_LEAD)
    assert "disputes" not in waits(centre, MANAGER)
    assert "disputes" not in waits(centre, Actor(actor.username, "lead", team_id="orders"))
    change(centre, Dispute, stage=1)
    assert "disputes" not in waits(centre, LEAD)
    assert waits(centre, MANAGER, NOW + 2 * DAY)["disputes"] == (1, 1)
    assert "decisions" not in waits(centre, SARA)
    change(centre, Dispute, state="upheld", decided_at=NOW, decided_by="manager")
    assert waits(centre, SARA, NOW + 6 * DAY)["decisions"] == (1, 0)
    assert "decisions" not in waits(centre, REZA)
    assert "decisions" not in waits(centre, SARA, NOW + 8 * DAY)
    assert "changed_by_disputes" not in waits(centre, actor)  # it was upheld
    change(centre, Dispute, state="changed")
    assert waits(centre, actor, NOW + 6 * DAY)["changed_by_disputes"] == (1, 0)
    other = KAVEH if actor == MINA else MINA
    assert "changed_by_disputes" not in waits(centre, other)
    assert "changed_by_disputes" not in waits(centre, actor, NOW + 8 * DAY)


def test_coaching_waits_for_the_lead_the_author_and_the_agent_in_turn(centre: SmallCentre) -> None:
    actor, _given = submit(centre)
    change(centre, CoachingNote, state="review")
    assert waits(centre, LEAD)["notes_to_review"][0] == 1
    assert "notes_to_review" not in waits(centre, OTHER_LEAD)
    change(centre, CoachingNote, state="returned")
    assert waits(centre, actor)["notes_returned"][0] == 1
    change(centre, CoachingNote, state="shared")
    assert "notes_to_read" not in waits(centre, SARA)  # its evaluation is not published yet
    change(centre, EvaluationLife, state="published", published_revision=1)
    assert waits(centre, SARA)["notes_to_read"][0] == 1
    change(centre, CoachingNote, state="acknowledged")
    assert waits(centre, LEAD)["notes_to_discuss"][0] == 1


def test_talks_commitments_and_proposals(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        talk = CoachingSession(
            agent_id="sara", team_id="orders", planned_at=NOW + DAY, created_by="x", created_at=NOW
        )
        session.add(talk)
        session.flush()
        session.add(
            Commitment(
                session_id=talk.id or 0, agent_id="sara", text="Greet.", due_on=NOW.date() + DAY
            )
        )
        session.add(
            CoachingProposal(
                trigger="fatal", agent_id="sara", team_id="orders", key="1", created_at=NOW
            )
        )
    assert waits(centre, SARA) == {"talks": (1, 0), "commitments": (1, 0)}
    assert waits(centre, LEAD) == {"talks": (1, 0), "commitments": (1, 0), "proposals": (1, 0)}
    assert waits(centre, LEAD, NOW + 3 * DAY)["commitments"] == (1, 1)
    assert waits(centre, OTHER_LEAD) == waits(centre, REZA) == waits(centre, ADMIN) == {}
    change(centre, Commitment, due_on=date(2099, 1, 1))
    change(centre, CoachingSession, state="held")
    assert waits(centre, SARA) == {}


def test_the_overdue_comes_first_and_every_one_leads_somewhere(centre: SmallCentre) -> None:
    submit(centre)
    change(centre, EvaluationLife, state="published", published_revision=1, due_at=NOW - DAY)
    change(centre, CoachingNote, state="shared", due_at=NOW + DAY)
    found = waiting_for(centre.engine, SARA, centre=CENTRE, now=NOW)
    assert [each.kind for each in found] == ["acknowledgements", "notes_to_read"]
    assert found[0] == Waiting(
        "acknowledgements", 1, 1, NOW - DAY, "evaluation-list", {"state": "published"}
    )
