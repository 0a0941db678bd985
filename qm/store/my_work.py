"""An evaluator's assignments as a list of work: what is open, in which state, and what is done."""

from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, Executable, case, func, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.tables import (
    Agent,
    Assignment,
    Draft,
    Evaluation,
    EvaluationLife,
    Interaction,
    LifeStep,
    Pick,
    Recording,
    User,
)

_STATE = case(
    (col(EvaluationLife.state) == "returned", "returned"),
    (col(Draft.saved) > 0, "draft"),
    else_="pending",
)


def open_ids(session: Session, evaluator: str) -> list[int]:
    """Return an evaluator's open assignments, the most urgent first."""
    query = (
        select(col(Assignment.id))
        .where(col(Assignment.evaluator) == evaluator, col(Assignment.state) == "open")
        .order_by(col(Assignment.due_at), col(Assignment.id))
    )
    return [found for found in session.scalars(query) if found is not None]


def open_work(session: Session, evaluator: str) -> pd.DataFrame:
    """Return an evaluator's open assignments, the most urgent first.

    `state` is pending, draft or returned; `saved_at` is when something was entered last, None
    where nothing was. `recording_state` is None for an interaction that nobody transcribed.
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
            col(Assignment.kind),
            col(Assignment.due_at),
            col(Recording.state).label("recording_state"),
            col(Draft.updated_at).label("saved_at"),
            _STATE.label("state"),
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
    return frame_of(session, query)


def submitted_work(session: Session, evaluator: str, most: int) -> pd.DataFrame:
    """Return the evaluator's `most` newest evaluations."""
    query: Executable = (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.interaction_id),
            col(Evaluation.channel),
            col(Interaction.queue),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Evaluation.percent),
            col(Evaluation.outcome),
            col(Evaluation.active_s),
            col(Evaluation.submitted_at),
        )
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .join(Agent, col(Agent.id) == col(Evaluation.agent_id))
        .where(
            col(Evaluation.evaluator) == evaluator,  # as the assignment's, and in this order
            col(Assignment.evaluator) == evaluator,
            col(Assignment.state) == "done",
            col(Evaluation.is_latest).is_(True),
        )
        .order_by(col(Evaluation.submitted_at).desc(), col(Evaluation.id).desc())
        .limit(most)
    )
    return frame_of(session, query)


def submitted_count(session: Session, evaluator: str) -> int:
    """Return how many assignments an evaluator has submitted and not got back."""
    query = select(func.count()).where(
        col(Assignment.evaluator) == evaluator, col(Assignment.state) == "done"
    )
    return session.scalars(query).one()


def newest_month(session: Session, evaluator: str) -> str | None:
    """Return the newest month of which an evaluator was given something; None where none."""
    theirs = select(col(Assignment.id)).where(
        col(Assignment.pick_id) == col(Pick.id), *_official(evaluator)
    )
    # From the newest pick backwards: a person's months are not counted over and over again.
    query = select(col(Pick.month)).where(theirs.exists()).order_by(col(Pick.month).desc())
    return session.scalars(query.limit(1)).first()


def progress(session: Session, evaluator: str, month: str) -> tuple[int, int]:
    """Return how many assignments of a month an evaluator has done, and was given."""
    drawn = select(col(Pick.id)).where(col(Pick.month) == month)
    is_done = col(Assignment.state) == "done"
    query = select(func.count().filter(is_done), func.count()).where(
        *_official(evaluator), col(Assignment.pick_id).in_(drawn)
    )
    done, given = session.execute(query).one()
    return done, given


def _official(evaluator: str) -> tuple[ColumnElement[bool], ...]:
    """What counts as work that an evaluator was given: nothing of their own, nothing withdrawn."""
    return (
        col(Assignment.evaluator) == evaluator,
        col(Assignment.state).in_(("open", "done")),
        col(Assignment.kind) == "official",
    )


def returned_because(
    session: Session, assignment_ids: list[int]
) -> dict[int, tuple[str, str | None, str]]:
    """Return who sent these assignments back last, by both names, and why."""
    query = (
        select(col(LifeStep.assignment_id), col(User.name), col(User.name_fa), col(LifeStep.reason))
        .join(User, col(User.username) == col(LifeStep.actor))
        .where(col(LifeStep.assignment_id).in_(assignment_ids), col(LifeStep.step) == "return")
        .order_by(col(LifeStep.id))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def draft_saves(session: Session, assignment_id: int) -> tuple[int, datetime | None]:
    """Return how often a draft was saved and when last; (0, None) where there is none."""
    query = select(col(Draft.saved), col(Draft.updated_at)).where(
        col(Draft.assignment_id) == assignment_id
    )
    row = session.execute(query).first()
    return (0, None) if row is None else (row[0], row[1])
