"""Writing and dropping drafts, so that of two windows at once one is refused."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from qm.store.tables import Draft


def write_draft(
    session: Session, assignment_id: int, values: dict[str, Any], *, saved: int
) -> bool:
    """Write what was entered as the save after `saved`; False where another save came first.

    One statement reads the count and writes: nothing can come between.
    """
    counted = {**values, "saved": saved + 1}
    mine = (col(Draft.assignment_id) == assignment_id, col(Draft.saved) == saved)
    query = update(Draft).where(*mine).values(counted).returning(col(Draft.saved))
    if session.execute(query).first() is not None:
        return True
    known = select(col(Draft.saved)).where(col(Draft.assignment_id) == assignment_id)
    if saved != 0 or session.execute(known).first() is not None:
        return False
    first = {"coaching": "", "notes": [], "active_s": 0.0, "assignment_id": assignment_id}
    try:
        with session.begin_nested():
            session.execute(insert(Draft).values({**first, **counted}))
    except IntegrityError:  # at this very moment
        return False
    return True


def drop_draft(session: Session, assignment_id: int, *, saved: int) -> bool:
    """Delete the draft as it was after `saved` saves; False where another save came first."""
    mine = (col(Draft.assignment_id) == assignment_id, col(Draft.saved) == saved)
    query = delete(Draft).where(*mine).returning(col(Draft.saved))
    return session.execute(query).first() is not None
