"""What became of the picks of a period."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import and_, case, func, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.quality import SAMPLED
from qm.store.tables import Assignment, Draw, DrawCoverage, Evaluation, Interaction, Pick


def frames(session: Session, period: str) -> pd.DataFrame:
    """Return per agent how many interactions a draw of the period could pick from.

    agent_id, frame_size, picked.
    """
    query = (
        select(
            col(DrawCoverage.agent_id),
            func.sum(DrawCoverage.frame_size).label("frame_size"),
            func.sum(DrawCoverage.picked).label("picked"),
        )
        .join(Draw, col(Draw.id) == col(DrawCoverage.draw_id))
        .where(col(Draw.period) == period)
        .group_by(col(DrawCoverage.agent_id))
    )
    return frame_of(session, query)


def picks(session: Session, periods: Sequence[str]) -> pd.DataFrame:
    """Return what became of the picks that averages rest on.

    A row per period, agent_id, team_id (at that time) and channel: `picked` without reserves,
    `evaluated`, of these `scored`; `open` ones are assigned and not evaluated, `unassigned`
    ones nobody has.
    """
    pick = _picks(periods)
    key = (pick.c.period, pick.c.agent_id, pick.c.team_id, pick.c.channel)
    is_open = and_(pick.c.evaluations == 0, pick.c.assignments > 0)
    is_nobodys = and_(pick.c.assignments == 0, pick.c.is_reserve.is_(False))
    query = (
        select(
            *key,
            _count_where(pick.c.is_reserve.is_(False)).label("picked"),
            _count_where(pick.c.evaluations > 0).label("evaluated"),
            _count_where(pick.c.scores > 0).label("scored"),
            _count_where(is_open).label("open"),
            _count_where(is_nobodys).label("unassigned"),
        )
        .group_by(*key)
        .order_by(*key)
    )
    return frame_of(session, query)


def _count_where(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _picks(periods: Sequence[str]) -> Any:
    latest = and_(
        col(Evaluation.assignment_id) == col(Assignment.id), col(Evaluation.is_latest).is_(True)
    )
    key = (
        col(Pick.id),
        col(Pick.is_reserve),
        col(Pick.agent_id),
        col(Draw.period),
        col(Interaction.team_id),
        col(Interaction.channel),
    )
    return (
        select(
            *key,
            func.count(col(Assignment.id)).label("assignments"),
            func.count(col(Evaluation.id)).label("evaluations"),
            func.count(col(Evaluation.percent)).label("scores"),
        )
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .join(Interaction, col(Interaction.id) == col(Pick.interaction_id))
        .outerjoin(Assignment, col(Assignment.pick_id) == col(Pick.id))
        .outerjoin(Evaluation, latest)
        .where(col(Draw.period).in_(periods), col(Pick.purpose).in_(SAMPLED))
        .group_by(*key)
        .subquery()
    )


def draws(session: Session, period: str) -> list[Draw]:
    """Return the draws of a period, oldest first."""
    query = select(Draw).where(col(Draw.period) == period).order_by(col(Draw.id))
    return list(session.scalars(query))
