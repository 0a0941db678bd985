"""The picks that averages rest on, each with the zone that it stands for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.store.columns import FLAG, NAME, NUMBER, WHOLE, columns_of, frame_of_columns
from qm.store.picks import in_effect
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import Draw, Pick, Replacement

SAMPLED = ("random", "double_scored")

_IS_LOST = col(Pick.id).in_(
    select(col(Replacement.pick_id)).where(col(Replacement.reserve_id).is_(None))
)
_COLUMNS: dict[str, tuple[Any, pa.DataType]] = {
    "pick_id": (col(Pick.id), WHOLE),
    "draw_id": (col(Pick.draw_id), WHOLE),
    "period": (col(Pick.month), NAME),
    "agent_id": (col(Pick.agent_id), NAME),
    "team_id": (col(Pick.team_id), NAME),
    "stratum": (col(Pick.stratum), NAME),
    "zone": (col(Pick.zone), WHOLE),
    "zone_size": (col(Pick.zone_size), WHOLE),
    "inclusion_probability": (col(Pick.inclusion_probability), NUMBER),
    "is_lost": (_IS_LOST, FLAG),
}


def sampled_picks(
    session: Session, periods: Sequence[str], scope: Scope = EVERYONE
) -> pd.DataFrame:
    """Return every random pick of the draws that picked something of the periods, by pick_id.

    A row per pick in effect, and per pick that no reserve was left for (`is_lost`): pick_id,
    draw_id, period (the month of its interaction), agent_id, team_id, stratum, zone, zone_size
    and inclusion_probability; names are categories. Whole draws, and all of an agent's picks:
    what one stands for depends on the others of its zone. `draw_id` is the draw whose zone it
    is: a top-up's pick that was a reserve of an earlier draw belongs there.
    """
    family: dict[int, int | None] = {}
    for draws in families(session, periods).values():
        family |= draws
    query = select(*(source for source, _ in _COLUMNS.values())).where(
        col(Pick.purpose).in_(SAMPLED), or_(in_effect(), _IS_LOST)
    )
    types = {name: kind for name, (_, kind) in _COLUMNS.items()}
    parts = [
        columns_of(session, query.where(*condition), types)
        for condition in _conditions(session, periods, scope, family)
    ]
    found = pa.concat_tables(parts) if parts else pa.schema(types.items()).empty_table()
    table = frame_of_columns(found)
    of_family = np.isin(table["draw_id"], list(family))
    table = table[of_family].sort_values("pick_id", ignore_index=True)
    of_earlier = _zones_of_earlier_draws(session, family)
    if of_earlier:
        table["draw_id"] = table["pick_id"].map(of_earlier).fillna(table["draw_id"]).astype(int)
    return table


def _conditions(
    session: Session, periods: Sequence[str], scope: Scope, family: Iterable[int]
) -> list[list[ColumnElement[bool]]]:
    """Return what to ask for, query by query.

    Of everyone draw by draw, in SQLite in the order in which picks are stored: those of a draw
    have ids in a row, and looking each of them up by its draw took it three times as long.
    PostgreSQL does so by itself, and takes seconds to find the last id of an early draw.
    """
    wanted: list[ColumnElement[bool]] = []
    if scope.agent_id is not None:
        wanted.append(col(Pick.agent_id) == scope.agent_id)
    if scope.team_id is not None:
        members = select(col(Pick.agent_id)).where(
            col(Pick.month).in_(periods), col(Pick.team_id) == scope.team_id
        )
        wanted.append(col(Pick.agent_id).in_(members))
    if wanted:
        return [wanted]
    if session.connection().dialect.name == "postgresql":
        return [[col(Pick.draw_id).in_(family)]] if family else []
    ids = select(func.min(Pick.id), func.max(Pick.id))
    bounds = [session.execute(ids.where(col(Pick.draw_id) == draw_id)).one() for draw_id in family]
    return [[col(Pick.id).between(low, high)] for low, high in _apart(bounds)]


def _apart(bounds: Iterable[Any]) -> list[tuple[int, int]]:
    """Return ranges as few that do not overlap; a draw without picks has none."""
    apart: list[tuple[int, int]] = []
    for low, high in sorted((low, high) for low, high in bounds if low is not None):
        if apart and low <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(high, apart[-1][1])
        else:
            apart.append((low, high))
    return apart


def families(session: Session, periods: Iterable[str]) -> dict[str, dict[int, int | None]]:
    """Return, by period, its draws with those they extend and are extended by.

    Each with the draw that it extends, or None.
    """
    extends = {
        row[0]: row[1] for row in session.execute(select(col(Draw.id), col(Draw.extends_id)))
    }
    first = {draw_id: _ancestors(draw_id, extends)[-1] for draw_id in extends}
    found = {}
    for period in periods:
        picked = select(col(Pick.id)).where(
            col(Pick.draw_id) == col(Draw.id), col(Pick.month) == period
        )
        of_period = session.scalars(select(col(Draw.id)).where(picked.exists()))
        roots = {first[draw_id] for draw_id in of_period}
        found[period] = {
            draw_id: earlier for draw_id, earlier in extends.items() if first[draw_id] in roots
        }
    return found


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
    if not top_ups:
        return {}
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
