"""Picks that were replaced, the reserves in their places, and who had them."""

from typing import Any

import pandas as pd
from sqlalchemy import Executable, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.tables import Assignment, Draft, Draw, Pick, Replacement, User


def lock_period(session: Session, period: str) -> None:
    """Let nobody else replace a pick of the period until this transaction ends."""
    # An update that changes nothing locks on SQLite and PostgreSQL alike.
    session.execute(
        update(Draw).where(col(Draw.period) == period).values(frame_size=col(Draw.frame_size))
    )


def replaced_by(session: Session, reserve_id: int) -> Replacement | None:
    """Return the replacement that put this reserve in, None where it waits."""
    query = select(Replacement).where(col(Replacement.reserve_id) == reserve_id)
    return session.scalars(query).first()


def took_place_of(session: Session, draw_id: int, interaction_id: str) -> tuple[str, str] | None:
    """Return which interaction this one replaced in a draw, and for which reason; or None."""
    replaced, reserve = aliased(Pick), aliased(Pick)
    query = (
        select(col(replaced.interaction_id), col(Replacement.reason))
        .join(replaced, col(replaced.id) == col(Replacement.pick_id))
        .join(reserve, col(reserve.id) == col(Replacement.reserve_id))
        .where(col(reserve.draw_id) == draw_id, col(reserve.interaction_id) == interaction_id)
    )
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1])


def origin_of(session: Session, pick: Pick) -> Pick:
    """Return the draw's own pick whose place this one took, at last; itself where it took none."""
    while pick.is_reserve and (replacement := replaced_by(session, pick.id or 0)):
        pick = session.get_one(Pick, replacement.pick_id)
    return pick


def next_reserve(session: Session, pick: Pick) -> Pick | None:
    """Return the first unused reserve of a pick's zone, or None.

    Used is what replaced another pick, and what a later draw picked.
    """
    used = select(col(Replacement.reserve_id)).where(col(Replacement.reserve_id).is_not(None))
    picked = select(col(Pick.interaction_id)).where(col(Pick.is_reserve).is_(False))
    query = (
        select(Pick)
        .where(
            col(Pick.draw_id) == pick.draw_id,
            col(Pick.agent_id) == pick.agent_id,
            col(Pick.stratum) == pick.stratum,
            col(Pick.zone) == pick.zone,
            col(Pick.quota).is_not_distinct_from(pick.quota),
            col(Pick.is_reserve).is_(True),
            col(Pick.id).not_in(used),
            col(Pick.interaction_id).not_in(picked),
        )
        .order_by(col(Pick.rank), col(Pick.number), col(Pick.id))
    )
    return session.scalars(query).first()


def assignments_of(session: Session, pick_id: int) -> list[Assignment]:
    """Return the assignments of a pick that are not withdrawn, as the database has them now.

    Official ones: agents' own evaluations are of no concern to a draw.
    """
    query = (
        select(Assignment)
        .where(
            col(Assignment.pick_id) == pick_id,
            col(Assignment.state) != "withdrawn",
            col(Assignment.kind) == "official",
        )
        .order_by(col(Assignment.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def drafts_of(session: Session, assignments: list[Assignment]) -> list[Draft]:
    """Return what was entered in these assignments so far."""
    ids = [assignment.id for assignment in assignments]
    return list(session.scalars(select(Draft).where(col(Draft.assignment_id).in_(ids))))


def replacements_by(session: Session, period: str, evaluator: str) -> int:
    """Return how many picks of the period's draws somebody has replaced."""
    query = (
        select(func.count())
        .select_from(Replacement)
        .join(Pick, col(Pick.id) == col(Replacement.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(col(Draw.period) == period, col(Replacement.by) == evaluator)
    )
    return int(session.scalars(query).one())


def assigned_to(session: Session, period: str, evaluator: str) -> int:
    """Return how many of the period's own picks an evaluator was given; see `_own_picks`."""
    own = _own_picks(period).subquery()
    query = select(func.count()).select_from(own).where(own.c.evaluator == evaluator)
    return int(session.scalars(query).one())


def rates(session: Session, period: str) -> pd.DataFrame:
    """Return per analyst how many picks of the period they were given and have replaced.

    evaluator, evaluator_name, evaluator_name_fa, assigned, replaced, exhausted (without a
    reserve).
    """
    own = _own_picks(period).subquery()
    given = (
        select(own.c.evaluator, func.count().label("assigned")).group_by(own.c.evaluator).subquery()
    )
    used = (
        select(
            col(Replacement.by).label("evaluator"),
            func.count().label("replaced"),
            (func.count() - func.count(col(Replacement.reserve_id))).label("exhausted"),
        )
        .join(Pick, col(Pick.id) == col(Replacement.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(col(Draw.period) == period)
        .group_by(col(Replacement.by))
        .subquery()
    )
    query: Executable = (
        select(
            col(User.username).label("evaluator"),
            col(User.name).label("evaluator_name"),
            col(User.name_fa).label("evaluator_name_fa"),
            func.coalesce(given.c.assigned, 0).label("assigned"),
            func.coalesce(used.c.replaced, 0).label("replaced"),
            func.coalesce(used.c.exhausted, 0).label("exhausted"),
        )
        .outerjoin(given, given.c.evaluator == col(User.username))
        .outerjoin(used, used.c.evaluator == col(User.username))
        .where(or_(given.c.evaluator.is_not(None), used.c.evaluator.is_not(None)))
        .order_by(col(User.username))
    )
    return frame_of(session, query)


def replacements(session: Session, period: str) -> pd.DataFrame:
    """Return the period's replacements, the newest first.

    draw_id, interaction_id, substitute (None: there was no reserve), agent_id, reason, comment,
    at, by.
    """
    reserve: Any = select(col(Pick.id), col(Pick.interaction_id)).subquery()
    query = (
        select(
            col(Pick.draw_id),
            col(Pick.interaction_id),
            reserve.c.interaction_id.label("substitute"),
            col(Pick.agent_id),
            col(Replacement.reason),
            col(Replacement.comment),
            col(Replacement.at),
            col(Replacement.by),
        )
        .select_from(Replacement)
        .join(Pick, col(Pick.id) == col(Replacement.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .outerjoin(reserve, reserve.c.id == col(Replacement.reserve_id))
        .where(col(Draw.period) == period)
        .order_by(col(Replacement.at).desc(), col(Replacement.id).desc())
    )
    return frame_of(session, query)


def _own_picks(period: str) -> Any:
    """Select who was given which of the draws' own picks: no substitutes, or every replacement
    would allow further ones; nothing that was withdrawn to be given to somebody else.
    """
    replaced = select(col(Replacement.pick_id))
    return (
        select(col(Assignment.evaluator))
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(
            col(Draw.period) == period,
            col(Pick.is_reserve).is_(False),
            or_(col(Assignment.state) != "withdrawn", col(Pick.id).in_(replaced)),
            col(Assignment.kind) == "official",
        )
    )
