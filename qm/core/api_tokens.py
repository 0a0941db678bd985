"""The keys of other systems: what they look like, what each may import, and how often."""

import hashlib
import re
import secrets
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from qm.core.problems import N_, Problem, explain

Scope = Literal["interactions", "transcripts"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

DAYS_MOST = 3650
_NAME_LENGTH_MAX = 80
_PREFIX = "qm_"  # what finds a key that somebody left in a repository or a log
_KEY = re.compile(r"qm_[A-Za-z0-9_-]{43}")

BAD_NAME = explain(
    "token.name",
    N_("A token needs a name of at most {most} characters."),
    N_("Name the system that imports, such as “telephone exchange”."),
)
NAME_TAKEN = explain(
    "token.name_taken",
    N_("There is a valid token “{name}” already."),
    N_("Revoke it first, or choose another name: the log tells tokens apart by it."),
)
NO_SCOPE = explain(
    "token.no_scope",
    N_("The token may not import anything."),
    N_("Choose at least one of: {scopes}."),
)
BAD_DAYS = explain(
    "token.days",
    N_("A token cannot be valid for {days} days."),
    N_("Take 1 to {most} days."),
)
UNKNOWN_TOKEN = explain(
    "token.unknown",
    N_("There is no valid token {id}."),
    N_("Look up its number: qm token list"),
)


def new_key() -> str:
    """Return a key that nobody can guess: 256 random bits behind a prefix."""
    return _PREFIX + secrets.token_urlsafe(32)


def key_sha256(key: str) -> str | None:
    """Return the hash under which a key is stored, None where `key` cannot be one."""
    return hashlib.sha256(key.encode()).hexdigest() if _KEY.fullmatch(key) else None


def token_problems(name: str, scopes: Collection[str], days: int | None) -> list[Problem]:
    """Return what is wrong with a token to be made; `days` None: it does not expire."""
    problems = []
    if not 0 < len(name) <= _NAME_LENGTH_MAX:
        problems.append(Problem(BAD_NAME, "token", field="name", values={"most": _NAME_LENGTH_MAX}))
    if not scopes or not set(scopes) <= set(SCOPES):
        values = {"scopes": ", ".join(SCOPES)}
        problems.append(Problem(NO_SCOPE, "token", field="scopes", values=values))
    if days is not None and not 1 <= days <= DAYS_MOST:
        problem = Problem(BAD_DAYS, "token", field="days", values={"days": days, "most": DAYS_MOST})
        problems.append(problem)
    return problems


@dataclass
class Rate:
    """At most `most` requests in any `window`, counted apart for each caller."""

    most: int
    window: timedelta
    _heard: dict[str, deque[datetime]] = field(default_factory=dict)

    def wait_s(self, caller: str, now: datetime) -> float:
        """Count a request; return 0 where it is heard, else the seconds until one would be."""
        self._forget(now)
        heard = self._heard.setdefault(caller, deque())
        if len(heard) >= self.most:
            return (heard[0] + self.window - now).total_seconds()
        heard.append(now)
        return 0.0

    def _forget(self, now: datetime) -> None:
        for caller, heard in list(self._heard.items()):
            while heard and heard[0] + self.window <= now:
                heard.popleft()
            if not heard:
                del self._heard[caller]
