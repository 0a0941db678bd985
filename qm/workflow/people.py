"""The people who sign in: added, given a password, switched off."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from pwdlib import PasswordHash
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import ROLES, Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sign_in import password_problems, username_key, username_problems
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


@lru_cache
def password_hasher() -> PasswordHash:
    """The argon2 hasher with the parameters that its library recommends."""
    return PasswordHash.recommended()


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
    team_id: str | None = None,
    agent_id: str | None = None,
    language: Language = "fa",
) -> User:
    """Add somebody who can sign in, and return the user.

    `team_id` is required for a lead and `agent_id` for an agent, and must exist. Raises
    `BadInput` with everything that is wrong; then nothing was added.
    """
    actor.require("manage_people")
    user = User(
        username=username_key(username),
        name=name,
        name_fa=name_fa,
        role=role,
        team_id=team_id,
        agent_id=agent_id,
        language=language,
        password_hash="",
        created_at=now,
    )
    with transaction(engine) as session:
        problems = [*_problems(session, user), *password_problems(user.username, password)]
        if problems:
            raise BadInput(problems)
        user.password_hash = password_hasher().hash(password)
        session.add(user)
        _log(session, actor, "user_added", user.username, now, role=role)
    return user


def _problems(session: Session, user: User) -> list[Problem]:
    problems = username_problems(user.username)
    if not problems and people.find_user(session, user.username):
        problems.append(_about(user, "username", USERNAME_TAKEN, username=user.username))
    if user.role not in ROLES:
        values = {"role": user.role, "roles": ", ".join(ROLES)}
        problems.append(_about(user, "role", UNKNOWN_ROLE, **values))
    team = user.team_id and session.get(Team, user.team_id)
    if (user.role == "lead" or user.team_id is not None) and not team:
        problems.append(_about(user, "team", LEAD_WITHOUT_TEAM, team=user.team_id or ""))
    agent = user.agent_id and session.get(Agent, user.agent_id)
    if (user.role == "agent" or user.agent_id is not None) and not agent:
        problems.append(_about(user, "agent", AGENT_WITHOUT_ID, agent=user.agent_id or ""))
    return problems


def _about(user: User, field: str, code: str, **values: str) -> Problem:
    return Problem(code, user.username, field=field, values=values)


def set_password(
    engine: Engine, actor: Actor, *, username: str, password: str, now: datetime
) -> None:
    """Give a user a new password and end all their sessions."""
    actor.require("manage_people")
    with transaction(engine) as session:
        user = _known(session, username)
        if problems := password_problems(user.username, password):
            raise BadInput(problems)
        user.password_hash = password_hasher().hash(password)
        people.end_sign_ins(session, user.username, now)
        _log(session, actor, "password_set", user.username, now)


def deactivate_user(engine: Engine, actor: Actor, *, username: str, now: datetime) -> None:
    """Switch a user off and end all their sessions; what they did stays."""
    actor.require("manage_people")
    with transaction(engine) as session:
        user = _known(session, username)
        user.is_active = False
        people.end_sign_ins(session, user.username, now)
        _log(session, actor, "user_deactivated", user.username, now)


def set_language(engine: Engine, actor: Actor, language: Language) -> None:
    """Set the language in which the actor sees the pages."""
    with transaction(engine) as session:
        _known(session, actor.username).language = language


def list_users(engine: Engine, actor: Actor) -> Sequence[User]:
    """Return every user, active or not, by username."""
    actor.require("manage_people")
    with transaction(engine) as session:
        return people.all_users(session)


def _known(session: Session, username: str) -> User:
    user = people.find_user(session, username_key(username))
    if user is None:
        raise BadInput(Problem(UNKNOWN_USER, "user", values={"username": username}))
    return user


def _log(
    session: Session, actor: Actor, action: str, username: str, now: datetime, **detail: str
) -> None:
    record(session, actor=actor.username, action=action, subject=username, at=now, detail=detail)
