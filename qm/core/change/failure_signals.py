"""Signals on agents' failures: a Bernoulli CUSUM of each, and of all no more false ones than told.

The failures are those of single contacts in order of time, drawn by chance. They count alike: the
weights of the draw, nearly equal within an agent, are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from qm.core.change.bernoulli import BernoulliChart, chart_for
from qm.core.change.cusum import began
from qm.core.change.discoveries import FALSE_SHARE, discoveries
from qm.core.change.signals import Signal, Subject, TooFew
from qm.core.periods import Period
from qm.core.problems import N_, Sentence

BETWEEN_FALSE_ALARMS_MONTHS = 140.0
"""How rarely the chart of one agent alarms by chance: as rarely as that of a team's means."""

LEAST_OF_EACH = 5

_FAILED = N_(
    "{failed} of the last {count} evaluations failed; in the centre {share:.1f} % do. Of all "
    "signals of this kind, {false:.0f} % at most are expected to be false alarms."
)
_RARE = N_(
    "Too few to tell: the centre has {have} failures or passes on this form, whichever is rarer, "
    "and {needed} are needed."
)
_TOO_FEW = N_(
    "Too few to tell: {have} evaluations on this form; even if all failed, {needed} would be "
    "needed."
)


@dataclass(frozen=True)
class Contacts:
    """An agent's evaluated contacts on one form version, in order of time; one at least.

    `failed` tells whether each failed, `periods` the month (a `Period`) that it lies in.
    """

    subject: Subject
    failed: npt.NDArray[np.bool_]
    periods: npt.NDArray[np.object_]
    evaluation_ids: npt.NDArray[np.int64]

    @property
    def last_period(self) -> Period:
        """The month of the last contact."""
        last: Period = self.periods[-1]
        return last

    @property
    def a_month(self) -> float:
        """How many contacts there are in a month that has any."""
        return len(self.failed) / len(set(self.periods))


@dataclass(frozen=True)
class Followed:
    """The contacts of one agent on the chart.

    `levels` are the chart's after each contact, in its steps; `p_value` is how likely so high a
    last level is by chance. `too_few` says why nothing can be told; the other three are None
    where there is no chart at all.
    """

    contacts: Contacts
    chart: BernoulliChart | None = None
    levels: npt.NDArray[np.int64] | None = None
    p_value: float | None = None
    too_few: TooFew | None = None


def followed(agents: Sequence[Contacts]) -> list[Followed]:
    """Return the charts of agents on one form version, together all contacts of the centre.

    p₀ is the centre's share of failures, p₁ has three times its odds; the limit is chosen for an
    agent with the usual number of contacts a month. There is no chart where the centre has fewer
    than five failures, or passes.
    """
    failures = sum(int(agent.failed.sum()) for agent in agents)
    total = sum(len(agent.failed) for agent in agents)
    if (rarer := min(failures, total - failures)) < LEAST_OF_EACH:
        return [
            Followed(each, too_few=_lacks(each, _RARE, rarer, LEAST_OF_EACH)) for each in agents
        ]
    between = BETWEEN_FALSE_ALARMS_MONTHS * float(np.median([each.a_month for each in agents]))
    chart = chart_for(failures / total, between_false_alarms=between)
    levels = [chart.levels(each.failed) for each in agents]
    chances = chart.chances([len(each) for each in levels], [each[-1] for each in levels])
    needed = ceil(chart.limit / chart.rise)
    return [
        Followed(agent, chart, level, float(chance), _too_short(agent, needed))
        for agent, level, chance in zip(agents, levels, chances, strict=True)
    ]


def _too_short(agent: Contacts, needed: int) -> TooFew | None:
    have = len(agent.failed)
    return _lacks(agent, _TOO_FEW, have, needed) if have < needed else None


def _lacks(agent: Contacts, template: str, have: int, needed: int) -> TooFew:
    words = Sentence(template, {"have": have, "needed": needed})
    return TooFew(agent.subject, have, needed, words)


def failure_signals(series: Sequence[Followed]) -> list[Signal]:
    """Return the signals of all agents (and forms) that are looked at together.

    An agent's chart stands at its limit, and of all that are told one in ten at most is expected
    to be false (Benjamini–Hochberg on the exact p-values of the last levels). Among 500 agents
    it takes much to be told: where seven of a hundred contacts fail, an agent of whose contacts
    every second one does is found after 20 of them, nine times in ten.
    """
    kept = discoveries([each.p_value for each in series])
    found = (_signal(each) for each, is_kept in zip(series, kept, strict=True) if is_kept)
    return [signal for signal in found if signal is not None]


def _signal(each: Followed) -> Signal | None:
    contacts, chart, levels = each.contacts, each.chart, each.levels
    if chart is None or levels is None or levels[-1] < chart.limit:
        return None
    start = began(levels, len(levels) - 1)
    failed = int(contacts.failed[start:].sum())
    count = len(contacts.failed) - start
    values = {"failed": failed, "count": count, "share": 100 * chart.p0, "false": 100 * FALSE_SHARE}
    return Signal(
        kind="failures",
        subject=contacts.subject,
        since=contacts.periods[start],
        direction="up",
        size=100 * (failed / count - chart.p0),
        months_between_false_alarms=chart.run_length(chart.p0) / contacts.a_month,
        p_value=each.p_value,
        evaluation_ids=tuple(contacts.evaluation_ids[start:].tolist()),
        words=Sentence(_FAILED, values),
    )
