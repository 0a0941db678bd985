"""Everybody's open assignments: who has what, how late it is, and what may be done about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, case, func, select, update
from sqlmodel import Session, col

from qm.store.assignments import OpenAssignment
from qm.store.frames import frame_of
from qm.store.tables import (
    Agent,
    Assignment,
    Draft,
    Draw,
    EvaluationLife,
    Interaction,
    Pick,
    User,
)

_IS_OPEN = (col(Assignment.state) == "open", col(Assignment.kind) == "official")
_STATE = case(
    (col(EvaluationLife.state) == "returned", "returned"),
    (col(Draft.saved) > 0, "draft"),
    else_="pending",
)


@dataclass(frozen=True)
class Limits:
    """What of the open work is wanted: one evaluator's (None: everybody's), only what is late."""

    evaluator: str | None = None
    only_late: bool = False


def open_by_evaluator(session: Session, now: datetime) -> pd.DataFrame:
    """Return a row per evaluator who has anything open: how much, how much late, begun, returned.

    The most late first. `is_active` is False for somebody whose account is switched off.
    """
    late = case((col(Assignment.due_at) < now, 1), else_=0)
    state = {
        code: func.sum(case((_STATE.in_((code,)), 1), else_=0)) for code in ("draft", "returned")
    }
    query: Executable = (
        _joined(
            select(
                col(Assignment.evaluator),
                col(User.name),
                col(User.name_fa),
                col(User.is_active),
                func.count().label("open"),
                func.sum(late).label("late"),
                *(count.label(code) for code, count in state.items()),
                func.min(col(Assignment.due_at)).label("first_due_at"),
            )
        )
        .where(*_IS_OPEN)
        .group_by(col(Assignment.evaluator), col(User.name), col(User.name_fa), col(User.is_active))
        .order_by(func.sum(late).desc(), func.count().desc(), col(Assignment.evaluator))
    )
    return frame_of(session, query)


def open_work(session: Session, limits: Limits, now: datetime, most: int) -> pd.DataFrame:
    """Return the `most` most urgent open assignments within the limits.

    `state` is pending, draft or returned; `saved_at` when something was entered last.
    """
    query: Executable = (
        _joined(
            select(
                col(Assignment.id).label("assignment_id"),
                col(Assignment.interaction_id),
                col(Assignment.evaluator),
                col(User.name).label("evaluator_name"),
                col(User.name_fa).label("evaluator_name_fa"),
                col(Interaction.channel),
                col(Interaction.started_at),
                col(Agent.name).label("agent_name"),
                col(Agent.name_fa).label("agent_name_fa"),
                col(Assignment.assigned_at),
                col(Assignment.due_at),
                col(Draft.updated_at).label("saved_at"),
                _STATE.label("state"),
            )
        )
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Agent, col(Agent.id) == col(Pick.agent_id))
        .where(*_within(limits, now))
        .order_by(col(Assignment.due_at), col(Assignment.id))
        .limit(most)
    )
    return frame_of(session, query)


def open_count(session: Session, limits: Limits, now: datetime) -> int:
    """Return how many open assignments are within the limits."""
    query = select(func.count()).select_from(Assignment).where(*_within(limits, now))
    return session.scalars(query).one()


def locked_open(session: Session, assignment_id: int) -> OpenAssignment | None:
    """Return an official assignment that is open and was never submitted, locked; else None."""
    mine = (col(Assignment.id) == assignment_id, *_IS_OPEN)
    # A write that changes nothing: SQLite knows no other lock.
    session.execute(
        update(Assignment).where(*mine).values(state="open"),
        execution_options={"synchronize_session": False},
    )
    query = (
        select(
            Assignment,
            Pick,
            col(Draw.period),
            col(Interaction.channel),
            col(Interaction.language),
            select(Draft).where(col(Draft.assignment_id) == assignment_id).exists(),
        )
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .where(*mine, col(Assignment.id).not_in(select(col(EvaluationLife.assignment_id))))
    )
    row = session.execute(query).first()
    return None if row is None else OpenAssignment(*row)


def _joined(query: Any) -> Any:
    """Let a query of assignments see their evaluators, drafts and lives."""
    return (
        query.select_from(Assignment)
        .join(User, col(User.username) == col(Assignment.evaluator))
        .outerjoin(Draft, col(Draft.assignment_id) == col(Assignment.id))
        .outerjoin(EvaluationLife, col(EvaluationLife.assignment_id) == col(Assignment.id))
    )


def _within(limits: Limits, now: datetime) -> list[ColumnElement[bool]]:
    where = list(_IS_OPEN)
    if limits.evaluator is not None:
        where.append(col(Assignment.evaluator) == limits.evaluator)
    if limits.only_late:
        where.append(col(Assignment.due_at) < now)
    return where
