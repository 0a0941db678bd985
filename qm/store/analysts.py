"""Analysts with what they may be given, and their leave."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from qm.store.tables import AnalystProfile, Leave, User


@dataclass(frozen=True)
class StaffMember:
    """An analyst with their profile, where they have one, and their leave, the earliest first."""

    user: User
    profile: AnalystProfile | None
    leave: tuple[Leave, ...]


def staff(session: Session) -> list[StaffMember]:
    """Return the active analysts by username."""
    users = session.exec(
        select(User)
        .where(col(User.role) == "analyst", col(User.is_active).is_(True))
        .order_by(col(User.username))
    ).all()
    profiles = {row.username: row for row in session.exec(select(AnalystProfile))}
    leave: dict[str, list[Leave]] = {}
    for row in session.exec(select(Leave).order_by(col(Leave.first_day), col(Leave.id))):
        leave.setdefault(row.username, []).append(row)
    return [
        StaffMember(user, profiles.get(user.username), tuple(leave.get(user.username, ())))
        for user in sorted(users, key=lambda user: user.username)
    ]


def profile(session: Session, username: str) -> AnalystProfile:
    """Return the analyst's profile, a new one where there is none."""
    found = session.get(AnalystProfile, username)
    return found or AnalystProfile(username=username)


def leave_that_meets(session: Session, username: str, first: date, last: date) -> list[Leave]:
    """Return the analyst's leave on any day from `first` to `last`."""
    query = select(Leave).where(
        col(Leave.username) == username,
        col(Leave.first_day) <= last,
        col(Leave.last_day) >= first,
    )
    return list(session.exec(query.order_by(col(Leave.first_day))))
