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
    SEEN_EVERY,
    TOO_MANY_ATTEMPTS,
    WRONG,
    Ended,
    SignInRefused,
    username_key,
    wait_s,
    why_ended,
)
from qm.core.text import Language
from qm.store import people
from qm.store.audit import record
from qm.store.engine import transaction, transaction_if_free
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
    count_attempt(engine, username, address, now)
    user = _user_with_password(engine, username, password)
    with transaction(engine) as session:
        if user is None:
            _log(session, "anonymous", "sign_in_refused", username, now, address)
        else:
            people.forget_attempts(session, username, address)
            token = start_session(session, username, now, hours)
            _log(session, username, "signed_in", username, now, address)
    if user is None:
        raise SignInRefused(WRONG)
    return token


def count_attempt(engine: Engine, username: str, address: str, now: datetime) -> None:
    """Count an attempt; raises `SignInRefused` where there were too many."""
    # Counted before the password is looked at: guesses sent side by side count as well.
    with transaction(engine) as session:
        people.count_in_turn(session)
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
    stored = (user.password_hash if user else "") or _hash_of_nobody()
    is_right = password_hasher().verify(password, stored)
    return user if user is not None and user.is_active and is_right else None


@lru_cache
def _hash_of_nobody() -> str:
    return password_hasher().hash(secrets.token_urlsafe())


def start_session(session: Session, username: str, now: datetime, hours: int) -> str:
    """Add a session of `hours` and return its token, of which the database keeps the hash."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        SignIn(
            token_sha256=token_sha256(token),
            username=username,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def sign_out(engine: Engine, token: str, *, now: datetime) -> None:
    """End the session of this token; nothing happens where it is not running."""
    with transaction(engine) as session:
        username = people.end_sign_in(session, token_sha256(token), now)
        if username is not None:
            record(session, actor=username, action="signed_out", subject=username, at=now)


def user_of(
    engine: Engine,
    token: str,
    *,
    now: datetime,
    idle: timedelta | None = None,
    is_doing_something: bool = True,
) -> tuple[User, Actor] | None:
    """Return whose session this is, as of now: role, team and state are read anew.

    None where the session is unknown or over, or the user is switched off. It is over when
    nothing was done for `idle`; a page that asks by itself must say so (`is_doing_something`).
    """
    with transaction(engine) as session:
        found = people.sign_in_of_token(session, token_sha256(token))
    if found is None or not found[1].is_active or _why_ended(found[0], idle, now):
        return None
    row, user = found
    if is_doing_something and _seen_at(row) + SEEN_EVERY <= now:
        with transaction_if_free(engine) as session:
            people.note_seen(session, row.token_sha256, now)
    return user, Actor(user.username, cast("Role", user.role), user.team_id, user.agent_id)


def why_out(engine: Engine, token: str, *, now: datetime, idle: timedelta | None) -> Ended | None:
    """Return why the session of this token is over; None where it runs or never was."""
    with transaction(engine) as session:
        found = people.sign_in_of_token(session, token_sha256(token))
    if found is None:
        return None
    return _why_ended(found[0], idle, now) or (None if found[1].is_active else "ended")


def language_of_session(engine: Engine, token: str) -> Language | None:
    """Return the language of whose session this is or was; None where it never was."""
    with transaction(engine) as session:
        found = people.sign_in_of_token(session, token_sha256(token))
    return cast("Language", found[1].language) if found else None


def _why_ended(row: SignIn, idle: timedelta | None, now: datetime) -> Ended | None:
    return why_ended(
        expires_at=row.expires_at, ended_at=row.ended_at, seen_at=_seen_at(row), idle=idle, now=now
    )


def _seen_at(row: SignIn) -> datetime:
    return row.seen_at or row.created_at


def token_sha256(token: str) -> str:
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _log(
    session: Session, actor: str, action: str, username: str, now: datetime, address: str
) -> None:
    detail = {"address": address}
    record(session, actor=actor, action=action, subject=username, at=now, detail=detail)
