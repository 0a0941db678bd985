"""Draws, their picks and their coverage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import case, func, select
from sqlmodel import Session, col

from qm.core.sampling.given import PICK_COLUMNS
from qm.store.bulk import insert_frame
from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.tables import (
    Assignment,
    Draw,
    DrawCoverage,
    DrawSeed,
    Pick,
    Replacement,
    metadata,
)


def draw(session: Session, draw_id: int) -> Draw | None:
    """Return the draw with this id, or None."""
    return session.get(Draw, draw_id)


def draw_of(session: Session, period: str) -> Draw | None:
    """Return the latest draw of a period, or None."""
    newest = select(Draw).where(col(Draw.period) == period).order_by(col(Draw.id).desc())
    return session.scalars(newest.limit(1)).first()


def chain(session: Session, draw_id: int) -> list[int]:
    """Return the id of a draw after those of the draws that it extends, the first draw first."""
    ids = [draw_id]
    while (extends_id := session.get_one(Draw, ids[0]).extends_id) is not None:
        ids.insert(0, extends_id)
    return ids


def add_draw(session: Session, draw: Draw, picks: pd.DataFrame, coverage: pd.DataFrame) -> Draw:
    """Store a draw with its picks and reserves (`PICK_COLUMNS`) and its coverage."""
    session.add(draw)
    session.flush()
    # In the order of the index that has most to find: half the time on SQLite.
    picks = picks.sort_values("interaction_id", kind="stable")
    for table, frame in (("pick", picks), ("draw_coverage", coverage)):
        insert_frame(session, metadata.tables[table], frame.assign(draw_id=draw.id))
    return draw


def picks_of(
    session: Session, draw_ids: Sequence[int], *, at: datetime | None = None
) -> pd.DataFrame:
    """Return the picks and reserves of draws, by draw and interaction.

    `PICK_COLUMNS`, draw_id, pick_id, is_in_effect (to be evaluated) and is_replaced; with `at`
    as they were then.
    """
    replaced = select(col(Replacement.pick_id))
    if at is not None:
        replaced = replaced.where(col(Replacement.at) < at)
    query = (
        select(
            *(col(getattr(Pick, name)) for name in PICK_COLUMNS),
            col(Pick.draw_id),
            col(Pick.id).label("pick_id"),
            in_effect(at).label("is_in_effect"),
            col(Pick.id).in_(replaced).label("is_replaced"),
        )
        .where(col(Pick.draw_id).in_(draw_ids))
        .order_by(col(Pick.id))
    )
    result = session.execute(query)
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))


def coverage_of(session: Session, draw_id: int) -> pd.DataFrame:
    """Return a draw's coverage: agent_id, month, frame_size, picked."""
    columns = (DrawCoverage.agent_id, DrawCoverage.month)
    query = (
        select(*map(col, columns), col(DrawCoverage.frame_size), col(DrawCoverage.picked))
        .where(col(DrawCoverage.draw_id) == draw_id)
        .order_by(*map(col, columns))
    )
    result = session.execute(query)
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))


def draws(session: Session) -> pd.DataFrame:
    """Return a row per draw, newest first, with its numbers of picks and assignments.

    `seed` is None while it is committed to and not revealed; `seed_sha256`, `committed_at` and
    `revealed_at` are None for draws from before seeds were committed to.
    """
    picked = _count_by_draw(select(col(Pick.draw_id)).where(col(Pick.is_reserve).is_(False)))
    assigned = _count_by_draw(
        select(col(Pick.draw_id)).join(Assignment, col(Assignment.pick_id) == col(Pick.id))
    )
    is_secret = col(DrawSeed.id).is_not(None) & col(DrawSeed.revealed_at).is_(None)
    query = (
        select(
            col(Draw.id).label("draw_id"),
            col(Draw.period),
            col(Draw.at),
            col(Draw.by),
            col(Draw.frame_size),
            func.coalesce(picked.c.n, 0).label("picks"),
            func.coalesce(assigned.c.n, 0).label("assigned"),
            case((is_secret, None), else_=col(Draw.seed)).label("seed"),
            col(DrawSeed.seed_sha256),
            col(DrawSeed.committed_at),
            col(DrawSeed.revealed_at),
            col(Draw.extends_id),
            col(Draw.frame_sha256),
            col(Draw.policy_sha256),
        )
        .outerjoin(DrawSeed, col(DrawSeed.id) == col(Draw.seed_id))
        .outerjoin(picked, picked.c.draw_id == col(Draw.id))
        .outerjoin(assigned, assigned.c.draw_id == col(Draw.id))
        .order_by(col(Draw.at).desc(), col(Draw.id).desc())
    )
    return frame_of(session, query)


def _count_by_draw(query: Any) -> Any:
    inner = query.subquery()
    return select(inner.c.draw_id, func.count().label("n")).group_by(inner.c.draw_id).subquery()
