"""What became of the picks of a month, and the draws they come from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Executable, func, or_, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.sampled_picks import SAMPLED
from qm.store.tables import Draw, DrawCoverage, DrawSeed, Pick, Replacement


def frames(session: Session, period: str) -> pd.DataFrame:
    """Return per agent how many interactions of a month its draws could pick from, and picked.

    agent_id, frame_size, picked.
    """
    query = (
        select(
            col(DrawCoverage.agent_id),
            func.sum(DrawCoverage.frame_size).label("frame_size"),
            func.sum(DrawCoverage.picked).label("picked"),
        )
        .where(col(DrawCoverage.month) == period)
        .group_by(col(DrawCoverage.agent_id))
    )
    return frame_of(session, query)


def replaced(session: Session, period: str) -> dict[str, int]:
    """Return how many picks of a month were replaced, by agent."""
    query = (
        select(col(Pick.agent_id), func.count())
        .join(Replacement, col(Replacement.pick_id) == col(Pick.id))
        .where(col(Pick.month) == period, col(Pick.purpose).in_(SAMPLED))
        .group_by(col(Pick.agent_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def replaced_by_reason(session: Session, periods: Sequence[str]) -> pd.DataFrame:
    """Return how many random picks of these months were replaced, or lost without a reserve.

    A row per period, agent_id, team_id and reason: `picks`.
    """
    key = [col(Pick.month), col(Pick.agent_id), col(Pick.team_id), col(Replacement.reason)]
    query: Executable = (
        select(key[0].label("period"), *key[1:], func.count().label("picks"))
        .join(Replacement, col(Replacement.pick_id) == col(Pick.id))
        .where(col(Pick.month).in_(periods), col(Pick.purpose).in_(SAMPLED))
        .group_by(*key)
    )
    return frame_of(session, query)


@dataclass(frozen=True)
class DrawOfMonth:
    """A draw, and the seed of it as far as it may be shown.

    `seed` is None while only its hash is published; `committed_at` is None where the seed was
    never committed to.
    """

    draw: Draw
    seed: str | None
    seed_sha256: str
    committed_at: datetime | None


def draws(session: Session, period: str) -> list[DrawOfMonth]:
    """Return the draws that reach into a month, oldest first."""
    reaching = select(col(DrawCoverage.draw_id)).where(col(DrawCoverage.month) == period)
    query = (
        select(Draw, DrawSeed)
        .outerjoin(DrawSeed, col(DrawSeed.id) == col(Draw.seed_id))
        .where(or_(col(Draw.period) == period, col(Draw.id).in_(reaching)))
        .order_by(col(Draw.id))
    )
    return [_of_month(*row) for row in session.execute(query)]


def _of_month(draw: Draw, committed: DrawSeed | None) -> DrawOfMonth:
    if committed is None:
        return DrawOfMonth(draw, draw.seed, hashlib.sha256(draw.seed.encode()).hexdigest(), None)
    shown = None if committed.revealed_at is None else draw.seed
    return DrawOfMonth(draw, shown, committed.seed_sha256, committed.committed_at)
