"""Which picks are in effect: the draw's own, and the reserves that replaced some of them."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlmodel import col

from qm.store.tables import Pick, Replacement


def in_effect(at: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition on `Pick` that holds for those to be evaluated.

    Picks and reserves never change; a replacement takes one out and puts a reserve in. With `at`
    replacements from that moment on do not count.
    """
    made = true() if at is None else col(Replacement.at) < at
    reserves = select(col(Replacement.reserve_id)).where(
        col(Replacement.reserve_id).is_not(None), made
    )
    return and_(
        or_(col(Pick.is_reserve).is_(False), col(Pick.id).in_(reserves)),
        col(Pick.id).not_in(select(col(Replacement.pick_id)).where(made)),
    )
