"""Assignments with their drafts, submitted evaluations and their answers."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Executable, case, func, insert, select, update
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.frames import frame_of
from qm.store.life import readable_by
from qm.store.replacements import origin_of
from qm.store.tables import (
    Agent,
    AnswerRow,
    Assignment,
    Draft,
    Draw,
    Evaluation,
    EvaluationLife,
    Interaction,
    Pick,
    Recording,
    Team,
    User,
)


@dataclass(frozen=True)
class Context:
    """The rows around one assignment; agent and team are those that the pick stands for.

    `purpose` is the pick's, for a substitute that of the pick it replaced.
    """

    assignment: Assignment
    pick: Pick
    draw: Draw
    interaction: Interaction
    agent: Agent
    team: Team
    recording: Recording | None
    purpose: str


def context(session: Session, assignment_id: int) -> Context | None:
    """Return an assignment with the rows around it, or None."""
    query = (
        select(Assignment, Pick, Draw, Interaction, Agent, Team, Recording)
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .join(Agent, col(Agent.id) == col(Pick.agent_id))
        .join(Team, col(Team.id) == col(Pick.team_id))
        .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
        .where(col(Assignment.id) == assignment_id)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    rows: list[Any] = [*row, origin_of(session, row[1]).purpose]
    return Context(*rows)


def open_assignments(session: Session, evaluator: str) -> pd.DataFrame:
    """Return an evaluator's open assignments, the most urgent first.

    `is_returned`: it was evaluated and sent back. `saved` is None where nothing was entered yet;
    `recording_state` is None for an interaction whose recording was never looked at.
    """
    query: Executable = (
        select(
            col(Assignment.id).label("assignment_id"),
            col(Interaction.id).label("interaction_id"),
            col(Interaction.channel),
            col(Interaction.queue),
            col(Interaction.started_at),
            col(Interaction.talk_s),
            col(Interaction.language),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Pick.month).label("period"),
            col(Assignment.due_at),
            col(Recording.state).label("recording_state"),
            col(Draft.saved),
            case((col(EvaluationLife.assignment_id).is_not(None), 1), else_=0).label("is_returned"),
        )
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .join(Agent, col(Agent.id) == col(Pick.agent_id))
        .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
        .outerjoin(Draft, col(Draft.assignment_id) == col(Assignment.id))
        .outerjoin(EvaluationLife, col(EvaluationLife.assignment_id) == col(Assignment.id))
        .where(col(Assignment.evaluator) == evaluator, col(Assignment.state) == "open")
        .order_by(col(Assignment.due_at), col(Assignment.id))
    )
    table = frame_of(session, query)
    return table.assign(is_returned=table["is_returned"].astype(bool))


def done_count(session: Session, evaluator: str) -> int:
    """Return how many assignments an evaluator has submitted."""
    query = select(func.count()).where(
        col(Assignment.evaluator) == evaluator, col(Assignment.state) == "done"
    )
    return session.scalars(query).one()


def has_evaluated(session: Session, assignment: Assignment) -> bool:
    """Whether the evaluator scored this interaction with this form in another assignment."""
    query = select(col(Evaluation.id)).where(
        col(Evaluation.interaction_id) == assignment.interaction_id,
        col(Evaluation.form_id) == assignment.form_id,
        col(Evaluation.evaluator) == assignment.evaluator,
        col(Evaluation.assignment_id) != assignment.id,
    )
    return session.scalars(query.limit(1)).first() is not None


def set_done(session: Session, assignment_id: int) -> bool:
    """Note an open assignment as done; False where it is open no more."""
    query = (
        update(Assignment)
        .where(col(Assignment.id) == assignment_id, col(Assignment.state) == "open")
        .values(state="done")
        .returning(col(Assignment.id))
    )
    return session.execute(query).first() is not None


def add_evaluation(
    session: Session, evaluation: Evaluation, answers: list[AnswerRow]
) -> Evaluation:
    """Store an evaluation with its answers, as the latest revision of its assignment's."""
    before = latest_of(session, evaluation.assignment_id)
    if before is not None:
        evaluation.revision = before.revision + 1
        before.is_latest = False
        session.add(before)
    session.add(evaluation)
    session.flush()
    rows = [
        answer.model_dump(exclude={"evaluation_id"}) | {"evaluation_id": evaluation.id}
        for answer in answers
    ]
    if rows:
        session.execute(insert(AnswerRow), rows)
    return evaluation


def answers_of(session: Session, evaluation_id: int) -> list[AnswerRow]:
    """Return the answers of an evaluation."""
    query = select(AnswerRow).where(col(AnswerRow.evaluation_id) == evaluation_id)
    return list(session.scalars(query))


def latest_of(session: Session, assignment_id: int) -> Evaluation | None:
    """Return the latest revision of an assignment's evaluation, None before it is submitted."""
    query = select(Evaluation).where(
        col(Evaluation.assignment_id) == assignment_id, col(Evaluation.is_latest).is_(True)
    )
    return session.scalars(query).first()


def revisions_of(session: Session, assignment_id: int) -> list[Evaluation]:
    """Return every revision of an assignment's evaluation, the first one first."""
    query = select(Evaluation).where(col(Evaluation.assignment_id) == assignment_id)
    return list(session.scalars(query.order_by(col(Evaluation.revision))))


def evaluators_of_interaction(session: Session, interaction_id: str) -> set[str]:
    """Return everybody who has or had an assignment of this interaction, in whatever state."""
    query = select(col(Assignment.evaluator)).where(
        col(Assignment.interaction_id) == interaction_id
    )
    return set(session.scalars(query))


def agents_in_team(session: Session, team_id: str) -> list[User]:
    """Return the active users who are agents of a team now, by username."""
    query = (
        select(User)
        .join(Agent, col(Agent.id) == col(User.agent_id))
        .where(col(Agent.team_id) == team_id, col(User.is_active))
        .order_by(col(User.username))
    )
    return list(session.scalars(query))


def find_readable(session: Session, actor: Actor, evaluation_id: int) -> Evaluation | None:
    """Return an evaluation that the person may read, None where there is no such one."""
    query = select(Evaluation).where(col(Evaluation.id) == evaluation_id, readable_by(actor))
    return session.scalars(query).first()


def evaluations_between(session: Session, actor: Actor, periods: list[str]) -> pd.DataFrame:
    """Return the latest revision of every readable evaluation of the periods, newest first.

    `state` and `due_at` are those of its life; `kind` is official, self or peer.
    """
    query: Executable = (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.interaction_id),
            col(Evaluation.period),
            col(Evaluation.channel),
            col(Evaluation.agent_id),
            col(Evaluation.team_id),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Interaction.started_at),
            col(Interaction.queue),
            col(Evaluation.percent),
            col(Evaluation.outcome),
            col(Evaluation.band),
            col(Evaluation.no_score),
            col(Evaluation.evaluator),
            col(User.name).label("evaluator_name"),
            col(User.name_fa).label("evaluator_name_fa"),
            col(Evaluation.submitted_at),
            col(Evaluation.kind),
            col(Evaluation.revision),
            col(EvaluationLife.state),
            col(EvaluationLife.due_at),
        )
        .join(Agent, col(Agent.id) == col(Evaluation.agent_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .join(User, col(User.username) == col(Evaluation.evaluator))
        .outerjoin(
            EvaluationLife, col(EvaluationLife.assignment_id) == col(Evaluation.assignment_id)
        )
        .where(
            col(Evaluation.period).in_(periods),
            col(Evaluation.is_latest).is_(True),
            readable_by(actor),
        )
        .order_by(col(Evaluation.submitted_at).desc(), col(Evaluation.id).desc())
    )
    return frame_of(session, query)


def months_with_picks(session: Session) -> list[str]:
    """Return the months of which something was drawn, the newest first."""
    query = select(col(Pick.month)).distinct().order_by(col(Pick.month).desc())
    return list(session.scalars(query))
