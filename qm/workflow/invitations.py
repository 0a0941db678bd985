"""Links with which people set their password themselves: the invitation and the reset."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import BadInput, Problem
from qm.core.sign_in import INVITATION_LIFE, INVITATION_OVER, password_problems
from qm.core.text import Language
from qm.store import invitations as store
from qm.store import people
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import Invitation, User
from qm.workflow.people import Account, known_user, new_user, password_hasher
from qm.workflow.sign_in import token_sha256

Purpose = Literal["invite", "reset"]
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Link:
    """A link to be handed to its user once: nobody can read its token again."""

    username: str
    purpose: Purpose
    token: str
    expires_at: datetime


def invite_user(
    engine: Engine,
    actor: Actor,
    *,
    username: str,
    account: Account,
    language: Language,
    now: datetime,
) -> Link:
    """Add somebody without a password and return the link with which they set it.

    Raises `BadInput` with everything that is wrong; then nobody was added.
    """
    actor.require("manage_people")
    with transaction(engine) as session:
        user = new_user(session, username, account, language, now)
        return _give_link(session, actor, user, "invite", now)


def reset_password(engine: Engine, actor: Actor, *, username: str, now: datetime) -> Link:
    """Return a link with which a user sets a new password; the old one works until then.

    Links that they got before are over. Who never set a password is invited again.
    """
    actor.require("manage_people")
    with transaction(engine) as session:
        user = known_user(session, username)
        purpose: Purpose = "reset" if user.password_hash else "invite"
        return _give_link(session, actor, user, purpose, now)


def _give_link(session: Session, actor: Actor, user: User, purpose: Purpose, now: datetime) -> Link:
    store.withdraw_invitations(session, user.username, now)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = Link(user.username, purpose, token, now + INVITATION_LIFE)
    session.add(
        Invitation(
            token_sha256=token_sha256(token),
            username=user.username,
            purpose=purpose,
            created_by=actor.username,
            created_at=now,
            expires_at=link.expires_at,
        )
    )
    action = "user_invited" if purpose == "invite" else "password_reset"
    detail = {"role": user.role} if purpose == "invite" else {}
    record(
        session,
        actor=actor.username,
        action=action,
        subject=user.username,
        at=now,
        detail=detail,
    )
    return link


def invited_user(engine: Engine, token: str, *, now: datetime) -> User:
    """Return whom a link is for; looking at it does not use it up.

    Raises `BadInput` where it is unknown, used, replaced or too old.
    """
    with transaction(engine) as session:
        return _user(session, token, now)


def take_invitation(engine: Engine, token: str, *, password: str, now: datetime) -> User:
    """Set the password of the link's user, use the link up and end all their sessions.

    Raises `BadInput` where the link is over, or the password cannot be taken: then the link can
    be used again.
    """
    with transaction(engine) as session:
        user = _user(session, token, now)
    if problems := password_problems(user.username, password):
        raise BadInput(problems)
    password_hash = password_hasher().hash(password)  # slow: outside of any transaction
    with transaction(engine) as session:
        user = _user(session, token, now)
        if not store.use_invitation(session, token_sha256(token), now):
            raise _over()
        user.password_hash = password_hash
        people.end_sign_ins(session, user.username, now)
        record(
            session, actor=user.username, action="password_chosen", subject=user.username, at=now
        )
    return user


def _user(session: Session, token: str, now: datetime) -> User:
    found = store.open_invitation(session, token_sha256(token), now)
    if found is None:
        raise _over()
    return found[1]


def _over() -> BadInput:
    hours = int(INVITATION_LIFE.total_seconds() // 3600)
    return BadInput(Problem(INVITATION_OVER, "sign-in", values={"hours": hours}))
