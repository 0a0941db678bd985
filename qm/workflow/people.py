"""The people who sign in: added, given a password, switched off."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import ROLES, Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sign_in import (
    email_key,
    email_problems,
    password_problems,
    username_key,
    username_problems,
)
from qm.core.text import Language
from qm.store import people
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import Agent, Team, User

USERNAME_TAKEN = explain(
    "person.taken",
    N_("There is a user “{username}” already."),
    N_("Choose another username; a user who was switched off keeps theirs."),
)
UNKNOWN_USER = explain(
    "person.unknown",
    N_("There is no user “{username}”."),
    N_("Look up the username: qm user list"),
)
UNKNOWN_ROLE = explain(
    "person.role",
    N_("“{role}” is no role."),
    N_("Use one of: {roles}."),
)
LEAD_WITHOUT_TEAM = explain(
    "person.lead_team",
    N_("A lead needs a team, and there is no team “{team}”."),
    N_("Name a team that an import brought."),
)
AGENT_WITHOUT_ID = explain(
    "person.agent_id",
    N_("A user with the role agent needs their agent id, and there is no agent “{agent}”."),
    N_("Name the agent as the imports do."),
)


NO_NAME = explain(
    "person.name",
    N_("The user has no name."),
    N_("Write the name as pages shall show it."),
)
LAST_ADMIN = explain(
    "person.last_admin",
    N_("“{username}” is the last administrator who can sign in."),
    N_("Make somebody else an administrator first, who then signs in."),
)
EMAIL_TAKEN = explain(
    "person.email_taken",
    N_("The e-mail address belongs to “{username}” already."),
    N_("Give each account an address of its own."),
)


@lru_cache
def password_hasher() -> PasswordHash:
    """The argon2 hasher with the parameters that its library recommends."""
    return PasswordHash.recommended()


@dataclass(frozen=True)
class Account:
    """What an administrator sets of a user.

    `team_id` is required for a lead and `agent_id` for an agent, and must exist.
    """

    name: str
    role: str
    name_fa: str | None = None
    email: str | None = None
    team_id: str | None = None
    agent_id: str | None = None


def add_user(  # noqa: PLR0913 (a user has these properties)
    engine: Engine,
    actor: Actor,
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    now: datetime,
    name_fa: str | None = None,
    email: str | None = None,
    team_id: str | None = None,
    agent_id: str | None = None,
    language: Language = "fa",
) -> User:
    """Add somebody who can sign in, and return the user.

    `team_id` is required for a lead and `agent_id` for an agent, and must exist. Raises
    `BadInput` with everything that is wrong; then nothing was added.
    """
    actor.require("manage_people")
    account = Account(name, role, name_fa, email, team_id, agent_id)
    with transaction(engine) as session:
        problems = password_problems(username_key(username), password)
        user = new_user(session, username, account, language, now, problems)
        user.password_hash = password_hasher().hash(password)
        log_of_user(session, actor, "user_added", user.username, now, role=role)
    return user


def new_user(
    session: Session,
    username: str,
    account: Account,
    language: Language,
    now: datetime,
    problems: Sequence[Problem] = (),
) -> User:
    """Add a user without a password to the session; raises `BadInput` with all that is wrong.

    `problems` are those that were found before.
    """
    user = User(
        username=username_key(username),
        name="",
        role="",
        language=language,
        password_hash="",
        created_at=now,
    )
    for field, value in _columns(account).items():
        setattr(user, field, value)
    found = username_problems(user.username)
    if not found and people.find_user(session, user.username):
        found.append(_about(user, "username", USERNAME_TAKEN, username=user.username))
    if found := [*found, *_problems(session, user), *problems]:
        raise BadInput(found)
    session.add(user)
    session.flush()
    return user


def change_user(
    engine: Engine, actor: Actor, *, username: str, account: Account, now: datetime
) -> User:
    """Change name, role, team and the like of a user; their sessions go on with the new role.

    Raises `BadInput` with everything that is wrong, and where nobody would be left who manages
    people; then nothing was changed.
    """
    actor.require("manage_people")
    with transaction(engine) as session:
        user = known_user(session, username)
        changed = {
            field: [getattr(user, field), value]
            for field, value in _columns(account).items()
            if getattr(user, field) != value
        }
        with an_admin_stays(session, user):
            for field, (_before, value) in changed.items():
                setattr(user, field, value)
            if problems := _problems(session, user):
                raise BadInput(problems)
        if changed:
            log_of_user(session, actor, "user_changed", user.username, now, **changed)
    return user


def _columns(account: Account) -> dict[str, str | None]:
    return {
        "name": account.name.strip(),
        "name_fa": (account.name_fa or "").strip() or None,
        "email": email_key(account.email),
        "role": account.role,
        "team_id": account.team_id,
        "agent_id": account.agent_id,
    }


def _problems(session: Session, user: User) -> list[Problem]:
    problems = []
    if not user.name:
        problems.append(_about(user, "name", NO_NAME))
    if user.role not in ROLES:
        values = {"role": user.role, "roles": ", ".join(ROLES)}
        problems.append(_about(user, "role", UNKNOWN_ROLE, **values))
    with session.no_autoflush:
        team = user.team_id and session.get(Team, user.team_id)
        agent = user.agent_id and session.get(Agent, user.agent_id)
        same = people.find_by_email(session, user.email) if user.email else []
    if (user.role == "lead" or user.team_id is not None) and not team:
        problems.append(_about(user, "team", LEAD_WITHOUT_TEAM, team=user.team_id or ""))
    if (user.role == "agent" or user.agent_id is not None) and not agent:
        problems.append(_about(user, "agent", AGENT_WITHOUT_ID, agent=user.agent_id or ""))
    problems += [
        _about(user, "email", EMAIL_TAKEN, username=other.username)
        for other in same
        if other.username != user.username
    ]
    return problems + email_problems(user.username, user.email)


@contextmanager
def an_admin_stays(session: Session, user: User) -> Iterator[None]:
    """Let the block change a user; raises `BadInput` where the last administrator would be lost.

    Of two who switch each other off, the second one waits and is refused.
    """
    was_admin = user.username in {each.username for each in people.active_admins(session)}
    yield
    session.flush()
    if was_admin and not people.active_admins(session):
        raise BadInput(_about(user, "role", LAST_ADMIN, username=user.username))


def _about(user: User, field: str, code: str, **values: str) -> Problem:
    return Problem(code, user.username, field=field, values=values)


def set_password(
    engine: Engine, actor: Actor, *, username: str, password: str, now: datetime
) -> None:
    """Give a user a new password and end all their sessions."""
    actor.require("manage_people")
    with transaction(engine) as session:
        user = known_user(session, username)
        if problems := password_problems(user.username, password):
            raise BadInput(problems)
        user.password_hash = password_hasher().hash(password)
        people.end_sign_ins(session, user.username, now)
        log_of_user(session, actor, "password_set", user.username, now)


def deactivate_user(engine: Engine, actor: Actor, *, username: str, now: datetime) -> None:
    """Switch a user off and end all their sessions; what they did stays.

    Raises `BadInput` where nobody would be left who manages people.
    """
    actor.require("manage_people")
    with transaction(engine) as session:
        user = known_user(session, username)
        with an_admin_stays(session, user):
            user.is_active = False
        people.end_sign_ins(session, user.username, now)
        log_of_user(session, actor, "user_deactivated", user.username, now)


def set_language(engine: Engine, actor: Actor, language: Language) -> None:
    """Set the language in which the actor sees the pages."""
    with transaction(engine) as session:
        known_user(session, actor.username).language = language


def list_users(engine: Engine, actor: Actor) -> Sequence[User]:
    """Return every user, active or not, by username."""
    actor.require("manage_people")
    with transaction(engine) as session:
        return people.all_users(session)


def find_user(engine: Engine, actor: Actor, username: str) -> User:
    """Return a user; raises `BadInput` where there is none of that name."""
    actor.require("manage_people")
    with transaction(engine) as session:
        return known_user(session, username)


def known_user(session: Session, username: str) -> User:
    """Return the user of that name; raises `BadInput` where there is none."""
    user = people.find_user(session, username_key(username))
    if user is None:
        raise BadInput(Problem(UNKNOWN_USER, "user", values={"username": username}))
    return user


def log_of_user(
    session: Session, actor: Actor, action: str, username: str, now: datetime, **detail: Any
) -> None:
    """Record what was done to a user."""
    record(session, actor=actor.username, action=action, subject=username, at=now, detail=detail)
