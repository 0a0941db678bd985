"""What changed beyond noise, in the series of those whom the person may see."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, Pool

from qm.core.access import Actor
from qm.core.change.failure_signals import Followed, failure_signals, followed
from qm.core.change.funnel_signals import Placed, funnel_signals, placed
from qm.core.change.mean_signals import Watched, watched
from qm.core.change.series import SERIES, contacts_by_form, last_runs
from qm.core.change.signals import Signal, Subject, TooFew
from qm.core.periods import Period
from qm.core.quality.facts import Facts
from qm.core.quality.groups import grouped
from qm.store.engine import transaction
from qm.store.month_figures import Mark, marks
from qm.store.scopes import EVERYONE, EVERYONE_PUBLISHED
from qm.workflow.quality_facts import counted_evaluations

MONTHS = 12

_MOST_REMEMBERED = 4
"""Each takes some 30 MiB at 100,000 evaluations a month: all of them are on charts."""

_IN_MEMORY = ""
"""The version of the marks: what is remembered ends with the process, and so with its methods."""


@dataclass(frozen=True)
class Signals:
    """What the series up to a month tell of it.

    `charts` are those of the centre's and the teams' means; `followed` and `places` those of the
    agents' failures, each on a form version, over all months and in the funnel of the last one.
    `signals` and `too_few` are of all. Who has nothing evaluated in the month is in none.
    """

    period: Period
    charts: tuple[Watched, ...]
    followed: tuple[Followed, ...]
    places: tuple[Placed, ...]
    signals: tuple[Signal, ...]
    too_few: tuple[TooFew, ...]


class _Asked(NamedTuple):
    """What tells one person's signals from another's: all that `Actor.sees` looks at, and when."""

    role: str
    team_id: str | None
    agent_id: str | None
    period: Period
    months: int


class _Remembered:
    """The signals that were asked for last, each with the marks of the months behind them."""

    def __init__(self) -> None:
        self._found: OrderedDict[_Asked, tuple[Mapping[str, Mark], Signals]] = OrderedDict()
        self._lock = Lock()

    def find(self, asked: _Asked, of_months: Mapping[str, Mark]) -> Signals | None:
        with self._lock:
            known = self._found.get(asked)
            if known is None or known[0] != of_months:
                return None
            self._found.move_to_end(asked)
            return known[1]

    def add(self, asked: _Asked, of_months: Mapping[str, Mark], found: Signals) -> None:
        with self._lock:
            self._found[asked] = (of_months, found)
            self._found.move_to_end(asked)
            while len(self._found) > _MOST_REMEMBERED:
                self._found.popitem(last=False)


_remembered: WeakKeyDictionary[Pool, _Remembered] = WeakKeyDictionary()


def signals(engine: Engine, actor: Actor, period: Period, *, months: int = MONTHS) -> Signals:
    """Return what changed in a month, beyond noise, by charts over the `months` up to it.

    Everything rests on evaluations that averages may rest on. Teams and agents are those that
    the person may see, in the evaluations that they may see; what an agent is compared with is
    the centre, and false discoveries are counted over all its agents. What was found last is
    remembered until one of the months changes; it is not to be written to. Raises `NotAllowed`
    without the right to see quality.
    """
    actor.require("see_quality")
    names = [str(period.shift(-back)) for back in range(months)]
    if actor.role == "agent":  # What is published of the evaluations stands in no mark.
        with transaction(engine) as session:
            facts = counted_evaluations(session, names, SERIES, EVERYONE_PUBLISHED)
        return _signals(facts, actor, period)
    asked = _Asked(actor.role, actor.team_id, actor.agent_id, period, months)
    remembered = _remembered.setdefault(engine.pool, _Remembered())
    with transaction(engine) as session:
        # Before the evaluations: what is added in between makes the marks old, not the signals.
        of_months = marks(session, names, _IN_MEMORY)
        known = remembered.find(asked, of_months)
        if known is not None:
            return known
        facts = counted_evaluations(session, names, SERIES, EVERYONE)
    found = _signals(facts, actor, period)
    remembered.add(asked, of_months, found)
    return found


def _signals(facts: Facts, actor: Actor, period: Period) -> Signals:
    charts = tuple(_charts(facts, actor, period))
    sees = _sees(facts, actor)
    seen = set(facts.evaluations.loc[sees, "evaluation_id"])
    series: list[Followed] = []
    places: list[Placed] = []
    for agents in contacts_by_form(facts, apart=sees):
        series += [each for each in followed(agents) if each.contacts.last_period == period]
        places += placed(agents, period)
    found = [signal for chart in charts for signal in chart.signals]
    of_agents = [*failure_signals(series), *funnel_signals(places)]
    found += [each for each in of_agents if each.evaluation_ids[0] in seen]
    in_sight = tuple(each for each in series if each.contacts.evaluation_ids[0] in seen)
    silent = [*(each.too_few for each in charts), *(each.too_few for each in in_sight)]
    lacking = tuple(each for each in silent if each is not None)
    own = tuple(each for each in places if each.contacts.evaluation_ids[0] in seen)
    return Signals(period, charts, in_sight, own, tuple(found), lacking)


def _sees(facts: Facts, actor: Actor) -> npt.NDArray[np.bool_]:
    """Return which evaluations are within the person's limits."""
    place, owners = grouped(facts.evaluations, ["team_id", "agent_id"])
    sees = [actor.sees(team_id=str(team), agent_id=str(agent)) for team, agent in owners]
    return np.array(sees, dtype=bool)[place]


def _charts(facts: Facts, actor: Actor, period: Period) -> Iterator[Watched]:
    """Yield the charts of the centre and of the teams that the person may see."""
    if actor.sees(team_id=None, agent_id=None):
        for run in last_runs(facts, period).values():
            yield watched(Subject("centre"), run)
    for (team,), run in last_runs(facts, period, "team_id").items():
        if actor.sees(team_id=str(team), agent_id=None):
            yield watched(Subject("team", str(team)), run)
