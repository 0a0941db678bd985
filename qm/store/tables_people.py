"""Teams, agents, the people who sign in, and the log of what they did."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from qm.store.base import Base


class Team(Base, table=True):
    """A team of agents; `id` is the name the imports use."""

    __tablename__ = "team"

    id: str = Field(primary_key=True, max_length=100)
    name: str = Field(max_length=200)
    name_fa: str | None = Field(default=None, max_length=200)


class Agent(Base, table=True):
    """A person whose interactions are evaluated; `team_id` is the present team.

    `first_at` is the start of the earliest interaction that was imported.
    """

    __tablename__ = "agent"

    id: str = Field(primary_key=True, max_length=100)
    name: str = Field(max_length=200)
    name_fa: str | None = Field(default=None, max_length=200)
    team_id: str = Field(foreign_key="team.id", index=True, max_length=100)
    first_at: datetime | None = None


class TeamMembership(Base, table=True):
    """An agent's time in a team, from `from_at` to before `to_at`, None: still there."""

    __tablename__ = "team_membership"

    id: int | None = Field(default=None, primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", index=True, max_length=100)
    team_id: str = Field(foreign_key="team.id", max_length=100)
    from_at: datetime
    to_at: datetime | None = None


class User(Base, table=True):
    """Somebody who signs in; `password_hash` is argon2, empty before an invitation is taken up.

    `openid` is who the company's identity provider says they are: issuer and subject.
    """

    __tablename__ = "user_account"
    __table_args__ = (Index("uq_user_account_openid", "openid", unique=True),)

    username: str = Field(primary_key=True, max_length=100)
    name: str = Field(max_length=200)
    name_fa: str | None = Field(default=None, max_length=200)
    role: str = Field(max_length=20)
    team_id: str | None = Field(default=None, foreign_key="team.id", max_length=100)
    agent_id: str | None = Field(default=None, foreign_key="agent.id", max_length=100)
    password_hash: str = Field(max_length=500)
    email: str | None = Field(default=None, max_length=320)
    openid: str | None = Field(default=None, max_length=500)
    language: str = Field(default="fa", max_length=2)
    is_active: bool = True
    created_at: datetime


class AnalystProfile(Base, table=True):
    """What an analyst may be given: without a row everything, as much as is fair.

    `capacity` is the most evaluations in a period; `languages` and `channels` those the analyst
    may score, None: all. The own team, never evaluated, is the user's `team_id`.
    """

    __tablename__ = "analyst_profile"

    username: str = Field(primary_key=True, foreign_key="user_account.username", max_length=100)
    capacity: int | None = None
    hours_per_week: float | None = None
    languages: list[str] | None = Field(default=None, sa_type=JSON)
    channels: list[str] | None = Field(default=None, sa_type=JSON)


class Leave(Base, table=True):
    """Days on which an analyst evaluates nothing, both included."""

    __tablename__ = "leave"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(foreign_key="user_account.username", index=True, max_length=100)
    first_day: date
    last_day: date


class SignIn(Base, table=True):
    """A signed-in session; the cookie holds the token, the table only its hash."""

    __tablename__ = "sign_in"

    token_sha256: str = Field(primary_key=True, max_length=64)
    username: str = Field(foreign_key="user_account.username", index=True, max_length=100)
    created_at: datetime
    seen_at: datetime | None = None
    expires_at: datetime
    ended_at: datetime | None = None


class SignInFailure(Base, table=True):
    """A refused attempt, counted to slow down guessing."""

    __tablename__ = "sign_in_failure"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(index=True, max_length=100)
    address: str = Field(index=True, max_length=100)
    at: datetime = Field(index=True)


class Invitation(Base, table=True):
    """A link with which somebody sets their password, once; the table holds only its hash.

    `purpose` is invite or reset.
    """

    __tablename__ = "invitation"

    token_sha256: str = Field(primary_key=True, max_length=64)
    username: str = Field(foreign_key="user_account.username", index=True, max_length=100)
    purpose: str = Field(max_length=10)
    created_by: str = Field(max_length=100)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class ApiToken(Base, table=True):
    """A key with which another system imports; the table holds only its hash.

    `scopes` says what it may import (`qm.core.api_tokens.SCOPES`).
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    token_sha256: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(sa_type=JSON)
    created_by: str = Field(max_length=100)
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = Field(default=None, max_length=100)


class AuditEvent(Base, table=True):
    """Something that was done, by whom and when; rows are only ever added.

    `sha256` is of the event and of the hash of the one before (`qm.core.audit`).
    """

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor: str = Field(index=True, max_length=100)
    action: str = Field(max_length=60, index=True)
    subject: str = Field(max_length=200, index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    sha256: str = Field(default="", max_length=64)
