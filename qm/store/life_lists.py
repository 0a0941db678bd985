"""Lists of what waits: evaluations by the state of their life, and disputes."""

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.core.life.states import State
from qm.store.frames import frame_of
from qm.store.life import is_official, readable_by
from qm.store.tables import (
    Agent,
    Dispute,
    DisputedQuestion,
    Evaluation,
    EvaluationLife,
    Interaction,
    User,
)

MOST = 500
_WAITED_FOR: tuple[State, ...] = ("submitted", "returned", "published", "disputed")


def in_state(session: Session, actor: Actor, state: State) -> pd.DataFrame:
    """Return the readable evaluations in a state of their life, the most urgent first."""
    return _evaluations(session, actor, col(EvaluationLife.state) == state)


def overdue(session: Session, actor: Actor, now: datetime) -> pd.DataFrame:
    """Return the readable evaluations whose next step should have been taken before `now`."""
    return _evaluations(
        session, actor, col(EvaluationLife.state).in_(_WAITED_FOR), col(EvaluationLife.due_at) < now
    )


def _evaluations(session: Session, actor: Actor, *wanted: ColumnElement[bool]) -> pd.DataFrame:
    """Return at most 500 of them, a row each; `revisers` corrected or wrote a revision."""
    query: Executable = (
        select(
            *_evaluation_columns(),
            col(EvaluationLife.state),
            col(EvaluationLife.since),
            col(EvaluationLife.due_at),
        )
        .join(EvaluationLife, col(EvaluationLife.assignment_id) == col(Evaluation.assignment_id))
        .join(Agent, col(Agent.id) == col(Evaluation.agent_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .outerjoin(User, col(User.username) == col(Evaluation.evaluator))
        .where(col(Evaluation.is_latest).is_(True), is_official(), readable_by(actor), *wanted)
        .order_by(col(EvaluationLife.due_at), col(Evaluation.id))
        .limit(MOST)
    )
    return frame_of(session, query)


def disputes(session: Session, actor: Actor) -> pd.DataFrame:
    """Return the newest 500 disputes of readable evaluations; open ones first, by their due date.

    `percent` is the disputed revision's, `new_percent` that of the revision it led to;
    `own_revisions`: so many of its revisions did the person evaluate or correct.
    """
    new: Any = aliased(Evaluation)
    query: Executable = (
        select(
            col(Dispute.id).label("dispute_id"),
            *_evaluation_columns(),
            new.percent.label("new_percent"),
            new.id.label("new_evaluation_id"),
            _questions().label("questions"),
            _revisions_by(actor.username).label("own_revisions"),
            col(Dispute.round),
            col(Dispute.stage),
            col(Dispute.state),
            col(Dispute.raised_at),
            col(Dispute.due_at),
            col(Dispute.decided_at),
            col(Dispute.decided_by),
        )
        .join(Evaluation, col(Evaluation.id) == col(Dispute.evaluation_id))
        .join(Agent, col(Agent.id) == col(Evaluation.agent_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .outerjoin(User, col(User.username) == col(Evaluation.evaluator))
        .outerjoin(new, new.id == col(Dispute.new_evaluation_id))
        .where(readable_by(actor))
        .order_by(
            col(Dispute.decided_at).is_not(None),
            col(Dispute.decided_at).desc(),
            col(Dispute.due_at),
        )
        .limit(MOST)
    )
    return frame_of(session, query)


def _questions() -> Any:
    asked = select(func.count()).where(col(DisputedQuestion.dispute_id) == col(Dispute.id))
    return asked.correlate(Dispute).scalar_subquery()


def _revisions_by(username: str) -> Any:
    revision: Any = aliased(Evaluation)
    found = select(func.count()).where(
        revision.assignment_id == col(Dispute.assignment_id),
        (revision.evaluator == username) | (revision.revised_by == username),
    )
    return found.correlate(Dispute).scalar_subquery()


def _evaluation_columns() -> list[Any]:
    return [
        col(Evaluation.id).label("evaluation_id"),
        col(Evaluation.assignment_id),
        col(Evaluation.interaction_id),
        col(Evaluation.channel),
        col(Evaluation.revision),
        col(Evaluation.percent),
        col(Evaluation.outcome),
        col(Evaluation.evaluator),
        col(Evaluation.revised_by),
        col(User.name).label("evaluator_name"),
        col(User.name_fa).label("evaluator_name_fa"),
        col(Agent.name).label("agent_name"),
        col(Agent.name_fa).label("agent_name_fa"),
        col(Evaluation.agent_id),
        col(Evaluation.team_id),
        col(Interaction.started_at),
        col(Evaluation.submitted_at),
    ]
