"""What the steps of the demo share: settings, months, people."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Engine

from qm.config import Settings
from qm.core.access import Actor
from qm.core.periods import Period
from qm.core.sampling.policy import Policy
from qm.demo.cast import EARLIEST_MONTH, PERIODS, USERS, period_of
from qm.demo.interactions import (
    INTERACTIONS_PER_AGENT_AND_MONTH,
    DemoInteraction,
    interactions_of,
)
from qm.intake.policy_files import POLICY_FILE, read_policy

Progress = Callable[[int, int], None]
_T = TypeVar("_T")

ACTORS = {u.username: Actor(u.username, u.role, u.team_id, u.agent_id) for u in USERS}
MANAGER = ACTORS["manager"]


@dataclass(frozen=True)
class Story:
    """What the steps share; `now` is the real time, `per_agent` the interactions a month.

    `since` is the first month that is played (see `qm.demo.cast.period_of`).
    """

    settings: Settings
    engine: Engine
    now: datetime
    per_agent: int = INTERACTIONS_PER_AGENT_AND_MONTH
    since: int = EARLIEST_MONTH

    @cached_property
    def policy(self) -> Policy:
        """The sampling policy of the forms folder."""
        return read_policy(self.settings.forms_folder / POLICY_FILE)

    @property
    def numbers(self) -> range:
        """The months by number, the last one the newest."""
        return range(self.since, len(PERIODS))

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The months in order."""
        return tuple(map(period_of, self.numbers))

    @cached_property
    def months(self) -> dict[int, list[DemoInteraction]]:
        """The interactions of every month, by its number."""
        return {month: interactions_of(month, self.per_agent) for month in self.numbers}

    def start_of(self, period: Period) -> datetime:
        """The midnight with which the month begins."""
        return period.bounds(self.settings.centre.zone)[0]

    def end_of(self, period: Period) -> datetime:
        """The midnight after the month: then it is imported, drawn and assigned."""
        return period.bounds(self.settings.centre.zone)[1]


Step = Callable[[Story, Progress], str | None]
"""A step returns what it did in words, or None where there was nothing to do."""


def counted(items: Sequence[_T], progress: Progress) -> Iterable[_T]:
    """Yield the items and tell after each how far it is."""
    for done, item in enumerate(items, start=1):
        yield item
        progress(done, len(items))
