"""Signing in and out, and whose session a token is."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor, Role
from qm.core.sign_in import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_USERNAME,
    PASSWORD_LENGTH_MAX,
    TOO_MANY_ATTEMPTS,
    WRONG,
    SignInRefused,
    username_key,
    wait_s,
)
from qm.store import people
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import SignIn, SignInFailure, User
from qm.workflow.people import password_hasher

_TOKEN_BYTES = 32


def sign_in(
    engine: Engine, *, username: str, password: str, address: str, now: datetime, hours: int
) -> str:
    """Start a session of `hours` and return its token, of which the database keeps the hash.

    Raises `SignInRefused` for a wrong username or password (it does not tell which) and after
    too many attempts for the username or from the address.
    """
    username = username_key(username)
    address = address[:100]
    _count_attempt(engine, username, address, now)
    user = _user_with_password(engine, username, password)
    with transaction(engine) as session:
        if user is None:
            _log(session, "anonymous", "sign_in_refused", username, now, address)
        else:
            people.forget_attempts(session, username, address)
            token = _start(session, username, now, hours)
            _log(session, username, "signed_in", username, now, address)
    if user is None:
        raise SignInRefused(WRONG)
    return token


def _count_attempt(engine: Engine, username: str, address: str, now: datetime) -> None:
    # Counted before the password is looked at: guesses sent side by side count as well.
    with transaction(engine) as session:
        people.forget_attempts_before(session, now - ATTEMPT_WINDOW)
        wait = max(
            wait_s(people.attempts_for(session, username), ATTEMPTS_PER_USERNAME, now),
            wait_s(people.attempts_from(session, address), ATTEMPTS_PER_ADDRESS, now),
        )
        if wait > 0:
            raise SignInRefused(TOO_MANY_ATTEMPTS, wait_s=wait)
        session.add(SignInFailure(username=username, address=address, at=now))


def _user_with_password(engine: Engine, username: str, password: str) -> User | None:
    with transaction(engine) as session:
        user = people.find_user(session, username)
    if len(password) > PASSWORD_LENGTH_MAX:
        return None
    # An unknown name costs as much time as a known one: the clock must not tell them apart.
    stored = user.password_hash if user else _hash_of_nobody()
    is_right = password_hasher().verify(password, stored)
    return user if user is not None and user.is_active and is_right else None


@lru_cache
def _hash_of_nobody() -> str:
    return password_hasher().hash(secrets.token_urlsafe())


def _start(session: Session, username: str, now: datetime, hours: int) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        SignIn(
            token_sha256=_sha256(token),
            username=username,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def sign_out(engine: Engine, token: str, *, now: datetime) -> None:
    """End the session of this token; nothing happens where it is not running."""
    with transaction(engine) as session:
        username = people.end_sign_in(session, _sha256(token), now)
        if username is not None:
            record(session, actor=username, action="signed_out", subject=username, at=now)


def user_of(engine: Engine, token: str, *, now: datetime) -> tuple[User, Actor] | None:
    """Return whose session this is, as of now: role, team and state are read anew.

    None where the session is unknown, ended or expired, or the user is switched off.
    """
    with transaction(engine) as session:
        user = people.user_of_token(session, _sha256(token), now)
    if user is None:
        return None
    return user, Actor(user.username, cast("Role", user.role), user.team_id, user.agent_id)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _log(
    session: Session, actor: str, action: str, username: str, now: datetime, address: str
) -> None:
    detail = {"address": address}
    record(session, actor=actor, action=action, subject=username, at=now, detail=detail)
