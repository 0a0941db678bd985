"""Draws, their picks and the assignments made of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from qm.store.tables import (
    Assignment,
    Draw,
    DrawCoverage,
    Interaction,
    Pick,
    User,
)

_IN_PERIOD_COLUMNS = ["interaction_id", "agent_id", "channel", "has_recording"]


def interactions_between(session: Session, start: datetime, end: datetime) -> pd.DataFrame:
    """Return what started in [start, end): interaction_id, agent_id, channel, has_recording."""
    query = select(
        col(Interaction.id),
        col(Interaction.agent_id),
        col(Interaction.channel),
        col(Interaction.recording_file).is_not(None),
    ).where(col(Interaction.started_at) >= start, col(Interaction.started_at) < end)
    rows = [tuple(row) for row in session.execute(query)]
    return pd.DataFrame(rows, columns=_IN_PERIOD_COLUMNS)


def draw_of(session: Session, period: str) -> Draw | None:
    """Return the draw of a period, or None."""
    return session.scalars(select(Draw).where(col(Draw.period) == period)).first()


def add_draw(session: Session, draw: Draw, picks: pd.DataFrame, coverage: pd.DataFrame) -> Draw:
    """Store a draw with its picks, reserves and the coverage per agent."""
    session.add(draw)
    session.flush()
    for table, frame in ((Pick, picks), (DrawCoverage, coverage)):
        rows: list[dict[Any, Any]] = frame.assign(draw_id=draw.id).to_dict("records")
        if rows:
            session.execute(insert(table), rows)
    return draw


def draws(session: Session) -> pd.DataFrame:
    """Return a row per draw, newest first, with its numbers of picks and assignments."""
    picked = _count_by_draw(select(col(Pick.draw_id)).where(col(Pick.is_reserve).is_(False)))
    assigned = _count_by_draw(
        select(col(Pick.draw_id)).join(Assignment, col(Assignment.pick_id) == col(Pick.id))
    )
    query = (
        select(
            col(Draw.id),
            col(Draw.period),
            col(Draw.at),
            col(Draw.by),
            col(Draw.frame_size),
            func.coalesce(picked.c.n, 0),
            func.coalesce(assigned.c.n, 0),
            col(Draw.seed),
            col(Draw.frame_sha256),
            col(Draw.policy_sha256),
        )
        .outerjoin(picked, picked.c.draw_id == col(Draw.id))
        .outerjoin(assigned, assigned.c.draw_id == col(Draw.id))
        .order_by(col(Draw.at).desc())
    )
    columns = (
        "draw_id period at by frame_size picks assigned seed frame_sha256 policy_sha256".split()
    )
    return pd.DataFrame([tuple(row) for row in session.execute(query)], columns=columns)


def _count_by_draw(query: Any) -> Any:
    inner = query.subquery()
    return select(inner.c.draw_id, func.count().label("n")).group_by(inner.c.draw_id).subquery()


def unassigned_picks(session: Session, period: str) -> list[tuple[Pick, Interaction]]:
    """Return the picks of a period that nobody has, each with its interaction."""
    query = (
        select(Pick, Interaction)
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .join(Interaction, col(Interaction.id) == col(Pick.interaction_id))
        .outerjoin(Assignment, col(Assignment.pick_id) == col(Pick.id))
        .where(
            col(Draw.period) == period,
            col(Pick.is_reserve).is_(False),
            col(Assignment.id).is_(None),
        )
        .order_by(col(Pick.id))
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def analysts(session: Session) -> list[str]:
    """Return the usernames of the active analysts."""
    query = select(col(User.username)).where(
        col(User.role) == "analyst", col(User.is_active).is_(True)
    )
    return sorted(session.scalars(query))


def open_load(session: Session) -> dict[str, int]:
    """Return how many assignments each evaluator has open."""
    query = (
        select(col(Assignment.evaluator), func.count())
        .where(col(Assignment.state) == "open")
        .group_by(col(Assignment.evaluator))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def add_assignments(session: Session, assignments: Iterable[Assignment]) -> int:
    """Store new assignments and return how many."""
    rows = list(assignments)
    session.add_all(rows)
    session.flush()
    return len(rows)
