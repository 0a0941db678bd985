"""The picks that averages rest on, each with the zone that it stands for."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import Assignment, Draw, Evaluation, Interaction, Pick, Replacement

SAMPLED = ("random", "double_scored")


def sampled_picks(
    session: Session, periods: Sequence[str], scope: Scope = EVERYONE
) -> pd.DataFrame:
    """Return every random pick of the draws that picked something of the periods.

    A row per pick in effect, and per pick that no reserve was left for (`is_lost`): pick_id,
    draw_id, period (the month of its interaction), agent_id, team_id, channel, stratum, zone,
    zone_size, inclusion_probability, and how many `assignments`, `evaluations` and `scores`
    it has. Whole draws, and all of an agent's picks: what one stands for depends on the others
    of its zone. `draw_id` is the draw whose zone it is: a top-up's pick that was a reserve of an
    earlier draw belongs there.
    """
    family = _family(session, periods)
    table = frame_of(session, _query(periods, scope, list(family)))
    table["is_lost"] = table["is_lost"].astype(bool)
    of_earlier = _zones_of_earlier_draws(session, family)
    table["draw_id"] = [
        of_earlier.get(pick_id, draw_id)
        for pick_id, draw_id in zip(table["pick_id"], table["draw_id"], strict=True)
    ]
    return table


def _query(periods: Sequence[str], scope: Scope, draws: Sequence[int]) -> Executable:
    is_lost = col(Pick.id).in_(
        select(col(Replacement.pick_id)).where(col(Replacement.reserve_id).is_(None))
    )
    latest = and_(col(Evaluation.assignment_id) == col(Assignment.id), *scope.evaluations())
    key: tuple[Any, ...] = (
        col(Pick.id).label("pick_id"),
        col(Pick.draw_id),
        col(Pick.month).label("period"),
        col(Pick.agent_id),
        col(Pick.team_id),
        col(Interaction.channel),
        col(Pick.stratum),
        col(Pick.zone),
        col(Pick.zone_size),
        col(Pick.inclusion_probability),
    )
    return (
        select(
            *key,
            case((is_lost, 1), else_=0).label("is_lost"),
            func.count(col(Assignment.id)).label("assignments"),
            func.count(col(Evaluation.id)).label("evaluations"),
            func.count(col(Evaluation.percent)).label("scores"),
        )
        .join(Interaction, col(Interaction.id) == col(Pick.interaction_id))
        .outerjoin(
            Assignment,
            and_(
                col(Assignment.pick_id) == col(Pick.id),
                col(Assignment.state) != "withdrawn",
                col(Assignment.kind) == "official",
            ),
        )
        .outerjoin(Evaluation, latest)
        .where(
            col(Pick.draw_id).in_(draws),
            col(Pick.purpose).in_(SAMPLED),
            or_(in_effect(), is_lost),
            *_of_agents(periods, scope),
        )
        .group_by(*key)
        .order_by(col(Pick.id))
    )


def _of_agents(periods: Sequence[str], scope: Scope) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if scope.agent_id is not None:
        wanted.append(col(Pick.agent_id) == scope.agent_id)
    if scope.team_id is not None:
        members = select(col(Pick.agent_id)).where(
            col(Pick.month).in_(periods), col(Pick.team_id) == scope.team_id
        )
        wanted.append(col(Pick.agent_id).in_(members))
    return wanted


def _family(session: Session, periods: Sequence[str]) -> dict[int, int | None]:
    """Return the draws of the periods with those they extend and are extended by.

    Each with the draw that it extends, or None.
    """
    extends = {
        row[0]: row[1] for row in session.execute(select(col(Draw.id), col(Draw.extends_id)))
    }
    of_periods = select(col(Pick.draw_id)).where(col(Pick.month).in_(periods)).distinct()
    roots = {_ancestors(draw_id, extends)[-1] for draw_id in session.scalars(of_periods)}
    return {
        draw_id: earlier
        for draw_id, earlier in extends.items()
        if _ancestors(draw_id, extends)[-1] in roots
    }


def _ancestors(draw_id: int, extends: Mapping[int, int | None]) -> list[int]:
    """Return the draw and those it goes on from, the first one last."""
    chain = [draw_id]
    while (earlier := extends[chain[-1]]) is not None:
        chain.append(earlier)
    return chain


def _zones_of_earlier_draws(
    session: Session, family: Mapping[int, int | None]
) -> Mapping[int, int]:
    """Return, by pick, the first draw of its chain that had the interaction (as a reserve)."""
    earlier: Any = aliased(Pick)
    top_ups = [draw_id for draw_id, extended in family.items() if extended is not None]
    query = (
        select(col(Pick.id), col(Pick.draw_id), earlier.draw_id)
        .join(earlier, earlier.interaction_id == col(Pick.interaction_id))
        .where(
            col(Pick.draw_id).in_(top_ups),
            earlier.draw_id < col(Pick.draw_id),
            earlier.purpose.in_(SAMPLED),
        )
        .order_by(earlier.draw_id.desc())
    )
    return {
        pick_id: earlier_id
        for pick_id, draw_id, earlier_id in session.execute(query)
        if earlier_id in _ancestors(draw_id, family)
    }
