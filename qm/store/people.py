"""Who signs in, their sessions, and the attempts that are counted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from qm.store.tables import SignIn, SignInFailure, User


def find_user(session: Session, username: str) -> User | None:
    """Return the user of that name, active or not."""
    return session.get(User, username)


def all_users(session: Session) -> Sequence[User]:
    """Return every user, active or not, by name."""
    return session.exec(select(User).order_by(User.username)).all()


def user_of_token(session: Session, token_sha256: str, now: datetime) -> User | None:
    """Return the active user whose session has this token and is neither ended nor expired."""
    found = (
        select(User)
        .join(SignIn, col(SignIn.username) == User.username)
        .where(
            SignIn.token_sha256 == token_sha256,
            col(SignIn.ended_at).is_(None),
            SignIn.expires_at > now,
            col(User.is_active),
        )
    )
    return session.exec(found).one_or_none()


def end_sign_in(session: Session, token_sha256: str, now: datetime) -> str | None:
    """End one session; return whose it was, None where there was none to end."""
    row = session.get(SignIn, token_sha256)
    if row is None or row.ended_at is not None:
        return None
    row.ended_at = now
    return row.username


def end_sign_ins(session: Session, username: str, now: datetime) -> None:
    """End all sessions of a user."""
    ended = update(SignIn).where(col(SignIn.username) == username, col(SignIn.ended_at).is_(None))
    session.exec(ended.values(ended_at=now))


def attempts_for(session: Session, username: str) -> list[datetime]:
    """Return when an attempt to sign in with this name was counted."""
    return _attempts(session, col(SignInFailure.username) == username)


def attempts_from(session: Session, address: str) -> list[datetime]:
    """Return when an attempt to sign in from this address was counted."""
    return _attempts(session, col(SignInFailure.address) == address)


def _attempts(session: Session, which: ColumnElement[bool]) -> list[datetime]:
    return list(session.exec(select(SignInFailure.at).where(which)).all())


def forget_attempts(session: Session, username: str, address: str) -> None:
    """Forget what was counted for this name from this address."""
    session.exec(
        delete(SignInFailure).where(
            col(SignInFailure.username) == username, col(SignInFailure.address) == address
        )
    )


def forget_attempts_before(session: Session, at: datetime) -> None:
    """Forget attempts that are too old to count."""
    session.exec(delete(SignInFailure).where(col(SignInFailure.at) <= at))
