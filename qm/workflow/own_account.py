"""What everybody may do with their own account."""

from datetime import datetime

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sign_in import PASSWORD_LENGTH_MAX, password_problems
from qm.store import people
from qm.store.audit import record
from qm.store.engine import transaction
from qm.workflow.people import known_user, password_hasher
from qm.workflow.sign_in import count_attempt, token_sha256

PASSWORD_WRONG = explain(
    "person.password_wrong",
    N_("The present password is not right."),
    N_("Type it again; an administrator can give you a link for a new one."),
)


def has_password(engine: Engine, actor: Actor) -> bool:
    """Return whether the actor signs in with a password, or only through the company."""
    with transaction(engine) as session:
        return bool(known_user(session, actor.username).password_hash)


def change_own_password(
    engine: Engine, actor: Actor, *, present: str, new: str, token: str | None, now: datetime
) -> None:
    """Give the actor a new password and end their sessions but the one of `token`.

    Raises `BadInput` where the present password is wrong or the new one cannot be taken, and
    `SignInRefused` after too many guesses: a page that was left open is no way to try passwords.
    """
    if problems := password_problems(actor.username, new):
        raise BadInput(problems)
    place = f"own account of {actor.username}"[:100]
    count_attempt(engine, actor.username, place, now)
    with transaction(engine) as session:
        stored = known_user(session, actor.username).password_hash
    is_right = len(present) <= PASSWORD_LENGTH_MAX and bool(stored)
    if not (is_right and password_hasher().verify(present, stored)):
        raise BadInput(Problem(PASSWORD_WRONG, actor.username, field="password"))
    new_hash = password_hasher().hash(new)
    with transaction(engine) as session:
        known_user(session, actor.username).password_hash = new_hash
        people.forget_attempts(session, actor.username, place)
        but = token and token_sha256(token)
        people.end_sign_ins(session, actor.username, now, but=but or None)
        record(
            session,
            actor=actor.username,
            action="password_changed",
            subject=actor.username,
            at=now,
        )


def end_own_sessions(engine: Engine, actor: Actor, *, token: str | None, now: datetime) -> None:
    """End the actor's sessions on other devices: all but the one of `token`."""
    with transaction(engine) as session:
        but = token and token_sha256(token)
        people.end_sign_ins(session, actor.username, now, but=but or None)
        record(
            session,
            actor=actor.username,
            action="sessions_ended",
            subject=actor.username,
            at=now,
        )
