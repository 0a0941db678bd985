"""The people who sign in, as whoever manages them sees them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.text import search_key
from qm.store import invitations, people
from qm.store.engine import transaction
from qm.store.tables import User
from qm.workflow.people import known_user, log_of_user


@dataclass(frozen=True)
class AccountOverview:
    """A user, when they did something last, and what is open for them.

    `sessions` run now; `invited_until` is when the link ends that waits to be used, if any.
    """

    user: User
    last_seen_at: datetime | None
    sessions: int
    invited_until: datetime | None

    @property
    def state(self) -> str:
        """off, invited (no way in yet), or active."""
        if not self.user.is_active:
            return "off"
        return "active" if self.user.password_hash or self.user.openid else "invited"


STATES = ("active", "invited", "off")


def list_accounts(
    engine: Engine, actor: Actor, *, now: datetime, idle: timedelta
) -> tuple[AccountOverview, ...]:
    """Return every user, active or not, by username; a session that was `idle` runs no more."""
    actor.require("manage_people")
    with transaction(engine) as session:
        users = people.all_users(session)
        seen = people.latest_sign_ins(session)
        running = people.running_sign_ins(session, now - idle, now)
        invited = invitations.invited_until(session, now)
    return tuple(
        AccountOverview(
            user,
            seen.get(user.username),
            running.get(user.username, 0) if user.is_active else 0,
            invited.get(user.username),
        )
        for user in users
    )


def matching(
    accounts: tuple[AccountOverview, ...],
    *,
    text: str = "",
    role: str | None = None,
    team_id: str | None = None,
    state: str | None = None,
) -> list[AccountOverview]:
    """Return the accounts that fit all of what is given; `text` is part of a name or address."""
    wanted = search_key(text)
    return [
        each
        for each in accounts
        if wanted in search_key(_said(each.user))
        and role in {None, each.user.role}
        and team_id in {None, each.user.team_id}
        and state in {None, each.state}
    ]


def _said(user: User) -> str:
    return " ".join(filter(None, (user.username, user.name, user.name_fa, user.email)))


def reactivate_user(engine: Engine, actor: Actor, *, username: str, now: datetime) -> None:
    """Let a user who was switched off sign in again, with the password they had."""
    actor.require("manage_people")
    with transaction(engine) as session:
        user = known_user(session, username)
        user.is_active = True
        log_of_user(session, actor, "user_reactivated", user.username, now)


def end_sessions(engine: Engine, actor: Actor, *, username: str, now: datetime) -> None:
    """End all sessions of a user; they may sign in again."""
    actor.require("manage_people")
    with transaction(engine) as session:
        user = known_user(session, username)
        people.end_sign_ins(session, user.username, now)
        log_of_user(session, actor, "sessions_ended", user.username, now)
