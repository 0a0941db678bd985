"""A lost database is waited for: no work ends because of it."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

LOST = (OperationalError, InterfaceError)
"""What SQLAlchemy raises where the database is away, locked, full or may not be written."""

_PAUSE_S = 2.0

T = TypeVar("T")


class Outage:
    """Tells once that the database is away, and once that it is back."""

    def __init__(self, who: str) -> None:
        self._who = who
        self._since: float | None = None

    @property
    def lasts_s(self) -> float:
        """Seconds since the database was lost; 0 while it is there."""
        return 0.0 if self._since is None else time.monotonic() - self._since

    def began(self, error: Exception) -> None:
        """Note that the database cannot be used."""
        if self._since is None:
            self._since = time.monotonic()
            self._say(
                f"the database cannot be used, waiting for it ({reason_of(error)}): check that it "
                "runs, may be written, and has room on its disk; nothing is lost"
            )

    def ended(self) -> None:
        """Note that the database answers."""
        if self._since is not None:
            self._since = None
            self._say("the database is back")

    def outlast(self, action: Callable[[], T], wait: Callable[[float], bool]) -> T:
        """Return what `action` returns; while the database is away, try again.

        `wait` pauses for some seconds; it returns True, or raises, where nothing is to be
        waited for any more: then the database's error is raised.
        """
        while True:
            try:
                result = action()
            except LOST as error:
                self.began(error)
                if wait(_PAUSE_S):
                    raise
            else:
                self.ended()
                return result

    def _say(self, text: str) -> None:
        print(f"{self._who}: {text}", file=sys.stderr, flush=True)


def reason_of(error: Exception) -> str:
    """Return the database's own words in one line."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
