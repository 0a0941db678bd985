"""What became of a period's draws: per agent what was planned and what is achieved."""

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, and_, case, func, not_, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.tables import (
    Agent,
    Assignment,
    Draw,
    DrawCoverage,
    Evaluation,
    Pick,
    Replacement,
    Team,
)


def progress(session: Session, period: str) -> pd.DataFrame:
    """Return a row per agent of whom anything was drawn or could have been, by team and agent.

    agent_id, agent_name, agent_name_fa, the present team (team_id, team_name, team_name_fa),
    frame_size; of the random picks: planned, evaluated, replaced, lost (replaced without a
    reserve), unassigned; of the targeted ones: targeted, targeted_evaluated.
    """
    frames = (
        select(col(DrawCoverage.agent_id), func.sum(DrawCoverage.frame_size).label("frame_size"))
        .join(Draw, col(Draw.id) == col(DrawCoverage.draw_id))
        .where(col(Draw.period) == period)
        .group_by(col(DrawCoverage.agent_id))
        .subquery()
    )
    picks = _picks(period)
    query: Executable = (
        select(
            col(Agent.id).label("agent_id"),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Agent.team_id),
            col(Team.name).label("team_name"),
            col(Team.name_fa).label("team_name_fa"),
            func.coalesce(frames.c.frame_size, 0).label("frame_size"),
            *(func.coalesce(picks.c[name], 0).label(name) for name in _COUNTED),
        )
        .join(Team, col(Team.id) == col(Agent.team_id))
        .outerjoin(frames, frames.c.agent_id == col(Agent.id))
        .outerjoin(picks, picks.c.agent_id == col(Agent.id))
        .where(frames.c.agent_id.is_not(None) | picks.c.agent_id.is_not(None))
        .order_by(col(Agent.team_id), col(Agent.name), col(Agent.id))
    )
    return frame_of(session, query)


def draws_of(session: Session, period: str) -> list[Draw]:
    """Return the draws of a period, the first one first."""
    query = select(Draw).where(col(Draw.period) == period).order_by(col(Draw.id))
    return list(session.scalars(query))


_COUNTED = (
    "planned",
    "evaluated",
    "replaced",
    "lost",
    "unassigned",
    "targeted",
    "targeted_evaluated",
)


def _picks(period: str) -> Any:
    own = col(Pick.is_reserve).is_(False)
    is_targeted = col(Pick.purpose) == "targeted"
    random = not_(is_targeted)
    official = select(col(Assignment.pick_id)).where(col(Assignment.kind) == "official")
    given = official.where(col(Assignment.state) != "withdrawn")
    done = official.join(Evaluation, col(Evaluation.assignment_id) == col(Assignment.id))
    replaced = select(col(Replacement.pick_id))
    lost = replaced.where(col(Replacement.reserve_id).is_(None))
    is_done = and_(in_effect(), col(Pick.id).in_(done))
    counts: dict[str, ColumnElement[bool]] = {
        "planned": and_(random, own),
        "evaluated": and_(random, is_done),
        "replaced": and_(random, col(Pick.id).in_(replaced)),
        "lost": and_(random, col(Pick.id).in_(lost)),
        "unassigned": and_(random, in_effect(), col(Pick.id).not_in(given)),
        "targeted": and_(is_targeted, own),
        "targeted_evaluated": and_(is_targeted, is_done),
    }
    return (
        select(
            col(Pick.agent_id),
            *(
                func.sum(case((condition, 1), else_=0)).label(name)
                for name, condition in counts.items()
            ),
        )
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(col(Draw.period) == period)
        .group_by(col(Pick.agent_id))
        .subquery()
    )
