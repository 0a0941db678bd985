"""Who signs in, their sessions, and the attempts that are counted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, or_, select, update

from qm.store.locking import become_writer
from qm.store.tables import SignIn, SignInFailure, User

_COUNTING = 0x716D_7369_676E_696E  # "qmsignin"


def find_user(session: Session, username: str) -> User | None:
    """Return the user of that name, active or not."""
    return session.get(User, username)


def all_users(session: Session) -> Sequence[User]:
    """Return every user, active or not, by name."""
    return session.exec(select(User).order_by(User.username)).all()


def find_by_email(session: Session, email: str) -> Sequence[User]:
    """Return the users with this address, active or not."""
    return session.exec(select(User).where(User.email == email)).all()


def find_by_openid(session: Session, openid: str) -> User | None:
    """Return the user whom the identity provider calls so."""
    return session.exec(select(User).where(User.openid == openid)).one_or_none()


def active_admins(session: Session) -> Sequence[User]:
    """Return the administrators who can sign in, held until the end of the transaction."""
    can_enter = or_(col(User.password_hash) != "", col(User.openid).is_not(None))
    found = select(User).where(User.role == "admin", col(User.is_active), can_enter)
    return session.exec(found.order_by(User.username).with_for_update()).all()


def sign_in_of_token(session: Session, token_sha256: str) -> tuple[SignIn, User] | None:
    """Return the session with this token, running or over, and whose it is."""
    found = select(SignIn, User).join(User, col(SignIn.username) == User.username)
    return session.exec(found.where(SignIn.token_sha256 == token_sha256)).one_or_none()


def note_seen(session: Session, token_sha256: str, now: datetime) -> None:
    """Note that the person of this session did something."""
    seen = update(SignIn).where(col(SignIn.token_sha256) == token_sha256)
    session.exec(seen.values(seen_at=now))


def latest_sign_ins(session: Session) -> dict[str, datetime]:
    """Return when each user signed in or did something last."""
    last = func.max(func.coalesce(SignIn.seen_at, SignIn.created_at))
    return dict(session.exec(select(SignIn.username, last).group_by(SignIn.username)).all())


def running_sign_ins(session: Session, since: datetime, now: datetime) -> dict[str, int]:
    """Return how many sessions of each user run and did something since then."""
    seen = func.coalesce(SignIn.seen_at, SignIn.created_at)
    found = (
        select(SignIn.username, func.count())
        .where(col(SignIn.ended_at).is_(None), SignIn.expires_at > now, seen > since)
        .group_by(SignIn.username)
    )
    return dict(session.exec(found).all())


def end_sign_in(session: Session, token_sha256: str, now: datetime) -> str | None:
    """End one session; return whose it was, None where there was none to end."""
    row = session.get(SignIn, token_sha256)
    if row is None or row.ended_at is not None:
        return None
    row.ended_at = now
    return row.username


def end_sign_ins(session: Session, username: str, now: datetime, *, but: str | None = None) -> None:
    """End all sessions of a user, except the one whose token has the hash `but`."""
    ended = update(SignIn).where(col(SignIn.username) == username, col(SignIn.ended_at).is_(None))
    if but is not None:
        ended = ended.where(col(SignIn.token_sha256) != but)
    session.exec(ended.values(ended_at=now))


def count_in_turn(session: Session) -> None:
    """Let nobody else count attempts until this transaction ends, whatever process they are in."""
    if session.get_bind().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(_COUNTING)))
    else:
        become_writer(session)


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
