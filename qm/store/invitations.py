"""The links with which people set their password."""

from datetime import datetime

from sqlmodel import Session, col, func, select, update

from qm.store.tables import Invitation, User


def open_invitation(
    session: Session, token_sha256: str, now: datetime
) -> tuple[Invitation, User] | None:
    """Return the invitation with this token and whom it is for, held; None where it is over."""
    found = (
        select(Invitation, User)
        .join(User, col(User.username) == Invitation.username)
        .where(
            Invitation.token_sha256 == token_sha256,
            col(Invitation.used_at).is_(None),
            Invitation.expires_at > now,
            col(User.is_active),
        )
        .with_for_update(of=Invitation)
    )
    return session.exec(found).one_or_none()


def use_invitation(session: Session, token_sha256: str, now: datetime) -> bool:
    """Mark the invitation as used; return whether it was not used before."""
    used = update(Invitation).where(
        col(Invitation.token_sha256) == token_sha256, col(Invitation.used_at).is_(None)
    )
    return session.exec(used.values(used_at=now)).rowcount == 1


def withdraw_invitations(session: Session, username: str, now: datetime) -> None:
    """Let the links that were given to a user before end now."""
    open_ones = update(Invitation).where(
        col(Invitation.username) == username,
        col(Invitation.used_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    session.exec(open_ones.values(expires_at=now))


def invited_until(session: Session, now: datetime) -> dict[str, datetime]:
    """Return until when a link waits to be used, by username."""
    found = (
        select(Invitation.username, func.max(Invitation.expires_at))
        .where(col(Invitation.used_at).is_(None), Invitation.expires_at > now)
        .group_by(Invitation.username)
    )
    return dict(session.exec(found).all())
