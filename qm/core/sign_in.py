"""Rules of signing in: usernames, passwords, and how many attempts are patience enough."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import latin_digits

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 200
"""Longer ones are refused: hashing a megabyte is work that anybody could order."""

INVITATION_LIFE = timedelta(hours=72)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody did something last."""

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_USERNAME = 5
ATTEMPTS_PER_ADDRESS = 20

Ended = Literal["expired", "idle", "ended"]
"""Why a session is over: its hours, nothing done for long, or somebody ended it."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_EMAIL_LENGTH_MAX = 320

BAD_USERNAME = explain(
    "person.username",
    N_("“{username}” cannot be a username."),
    N_("Use up to 100 Latin letters, digits, dots, hyphens and underscores."),
)
PASSWORD_SHORT = explain(
    "person.password_short",
    N_("The password has {length} characters."),
    N_("Take at least {minimum}; a few unrelated words are easy to remember."),
)
PASSWORD_LONG = explain(
    "person.password_long",
    N_("The password has {length} characters."),
    N_("Take at most {maximum}."),
)
PASSWORD_IS_USERNAME = explain(
    "person.password_is_username",
    N_("The password is the username."),
    N_("Take one that nobody can guess from the name."),
)
BAD_EMAIL = explain(
    "person.email",
    N_("“{email}” is no e-mail address."),
    N_("Write it like sara@example.com, or leave it empty."),
)
INVITATION_OVER = explain(
    "invitation.over",
    N_("This link is not valid: it was used, replaced, or is older than {hours} hours."),
    N_("Ask an administrator for a new one."),
)
PASSWORDS_DIFFER = explain(
    "person.passwords_differ",
    N_("The two passwords are not the same."),
    N_("Type the new password twice."),
)
WRONG = explain(
    "sign_in.wrong",
    N_("The username or the password is not right."),
    N_("Check both and try again; an administrator can set a new password."),
)
TOO_MANY_ATTEMPTS = explain(
    "sign_in.too_many",
    N_("There were too many attempts."),
    N_("Try again in {minutes} minutes."),
)


class SignInRefused(BadInput):
    """Nobody was signed in; `wait_s` says how long no further attempt is heard, if so."""

    def __init__(
        self, code: str, *, wait_s: int | None = None, values: Mapping[str, object] | None = None
    ) -> None:
        self.wait_s = wait_s
        minutes = {} if wait_s is None else {"minutes": math.ceil(wait_s / 60)}
        super().__init__(Problem(code, "sign-in", values={**minutes, **(values or {})}))


def username_key(typed: str) -> str:
    """Return a username as it is stored: lower case, Latin digits, at most 100 characters."""
    return latin_digits(typed).replace("\0", "").strip().casefold()[:100]


def username_problems(username: str) -> list[Problem]:
    """Return what keeps `username` from being one."""
    if _USERNAME.fullmatch(username):
        return []
    return [Problem(BAD_USERNAME, "user", field="username", values={"username": username})]


def email_key(typed: str | None) -> str | None:
    """Return an e-mail address as it is stored and compared, None where it is empty."""
    return (typed or "").strip().casefold() or None


def email_problems(username: str, email: str | None) -> list[Problem]:
    """Return what keeps `email` from being an address; none is no problem."""
    if email is None or (_EMAIL.fullmatch(email) and len(email) <= _EMAIL_LENGTH_MAX):
        return []
    return [Problem(BAD_EMAIL, username, field="email", values={"email": email[:80]})]


def password_problems(username: str, password: str) -> list[Problem]:
    """Return what is wrong with a new password; empty where it may be used."""

    def problem(code: str, **values: int) -> list[Problem]:
        return [Problem(code, username, field="password", values=values)]

    length = len(password)
    if username_key(password) == username:
        return problem(PASSWORD_IS_USERNAME)
    if length < PASSWORD_LENGTH_MIN:
        return problem(PASSWORD_SHORT, length=length, minimum=PASSWORD_LENGTH_MIN)
    if length > PASSWORD_LENGTH_MAX:
        return problem(PASSWORD_LONG, length=length, maximum=PASSWORD_LENGTH_MAX)
    return []


def wait_s(attempts: Sequence[datetime], limit: int, now: datetime) -> int:
    """Return the seconds until another attempt is heard, 0 where it is heard now.

    At most `limit` attempts are heard in any `ATTEMPT_WINDOW`.
    """
    recent = sorted(at for at in attempts if at > now - ATTEMPT_WINDOW)
    if len(recent) < limit:
        return 0
    return math.ceil((recent[-limit] + ATTEMPT_WINDOW - now).total_seconds())


def why_ended(
    *,
    expires_at: datetime,
    ended_at: datetime | None,
    seen_at: datetime,
    idle: timedelta | None,
    now: datetime,
) -> Ended | None:
    """Return why a session is over, None while it runs.

    `seen_at` is when the person did something last, `idle` how long they may do nothing, None:
    as long as the session lasts.
    """
    if ended_at is not None:
        return "ended"
    if expires_at <= now:
        return "expired"
    return "idle" if idle is not None and seen_at + idle <= now else None
