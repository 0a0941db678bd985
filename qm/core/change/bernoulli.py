"""The Bernoulli CUSUM: whether somebody began to fail more often, looked at after every contact.

Each failure adds its log-likelihood ratio log(p₁/p₀) to a sum that never falls below zero, each
pass takes log((1 − p₀)/(1 − p₁)) from it; at h it alarms (Reynolds & Stoumbos, J Quality Technology
31:87, 1999). It needs no monthly counts: with five contacts a month, a p-chart would take years.

The two scores are rounded to whole steps (the larger is fifty or more), so the sum moves on a
lattice, and how long it goes on for is not simulated but solved: a Markov chain of its levels.
"""

from dataclasses import dataclass, replace
from math import ceil, log

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_banded

from qm.core.change.cusum import summed

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ODDS_RATIO = 3.0
"""What is looked for: three times the odds to fail (7 % of contacts becoming 18 %)."""

_FINENESS = 50
_FARTHEST = 30.0  # as a log-likelihood ratio: noise gets there less than once in 10¹⁰


@dataclass(frozen=True)
class BernoulliChart:
    """A chart that asks whether `p0`, the share of failures, has become `p1`.

    A failure adds `rise` steps, a pass takes `fall`; one step is `step` of the log-likelihood
    ratio, so h is `limit` · `step`.
    """

    p0: float
    p1: float
    rise: int
    fall: int
    step: float
    limit: int

    @property
    def h(self) -> float:
        """The limit as a log-likelihood ratio."""
        return self.limit * self.step

    def levels(self, failed: npt.ArrayLike) -> Counts:
        """Return the sum after each contact, in steps, going on beyond the limit."""
        steps = np.where(np.asarray(failed, dtype=bool), self.rise, -self.fall)
        return summed(steps).astype(np.int64)

    def alarms(self, failed: npt.ArrayLike) -> list[int]:
        """Return the places of the alarms; after each the sum begins anew at zero."""
        found, level = list[int](), 0
        for place, has_failed in enumerate(np.asarray(failed, dtype=bool)):
            level = max(0, level + (self.rise if has_failed else -self.fall))
            if level >= self.limit:
                found.append(place)
                level = 0
        return found

    def run_length(self, share: float) -> float:
        """Return after how many contacts, on average, it alarms when `share` of them fail.

        Exact: the mean time that the Markov chain of the levels takes from zero to the limit.
        With p₀ = 0.07, p₁ = 0.20 and h = 3.5: 712 contacts at p₀, 34 at p₁.
        """
        return _run_length(self.rise, self.fall, self.limit, share)

    def chances(self, contacts: npt.ArrayLike, levels: npt.ArrayLike) -> Floats:
        """Return how likely so high a level, or a higher one, is by chance after so many contacts.

        Exact p-values of the last levels of several people, where p₀ of the contacts fail.
        """
        counts, reached = np.asarray(contacts, dtype=int), np.asarray(levels, dtype=int)
        farthest = ceil(_FARTHEST / self.step) + self.rise
        found = np.ones(len(counts))
        at = np.zeros(farthest + 1)
        at[0] = 1.0
        for number in range(1, int(counts.max(initial=0)) + 1):
            at = self._moved(at)
            here = counts == number
            if here.any():
                beyond = np.cumsum(at[::-1])[::-1]
                found[here] = beyond[np.minimum(reached[here], farthest)]
        return np.minimum(found, 1.0)

    def _moved(self, at: Floats) -> Floats:
        """Return the distribution of the level after one more contact."""
        moved = np.zeros_like(at)
        moved[self.rise :] = self.p0 * at[: -self.rise]
        moved[-1] += self.p0 * at[-self.rise :].sum()
        moved[: -self.fall] += (1 - self.p0) * at[self.fall :]
        moved[0] += (1 - self.p0) * at[: self.fall].sum()
        return moved


def bernoulli_chart(p0: float, odds_ratio: float = ODDS_RATIO, *, h: float) -> BernoulliChart:
    """Return the chart with this limit h, a log-likelihood ratio.

    Raises `ValueError` where p0 does not lie between 0 and 1, or the odds ratio is not above 1.
    """
    if not 0 < p0 < 1 or odds_ratio <= 1:
        raise ValueError(f"no chart asks whether {p0:.3g} has {odds_ratio:.3g} times the odds")
    p1 = odds_ratio * p0 / (1 - p0 + odds_ratio * p0)
    failure, success = log(p1 / p0), log((1 - p0) / (1 - p1))
    smaller = min(failure, success)
    step = smaller / ceil(_FINENESS * smaller / max(failure, success))
    limit = max(1, ceil(h / step))
    return BernoulliChart(p0, p1, round(failure / step), round(success / step), step, limit)


def chart_for(
    p0: float, odds_ratio: float = ODDS_RATIO, *, between_false_alarms: float
) -> BernoulliChart:
    """Return the chart with the lowest limit that alarms falsely so seldom.

    `between_false_alarms` is the average number of contacts until a false alarm. Raises as
    `bernoulli_chart` does.
    """
    chart = bernoulli_chart(p0, odds_ratio, h=1.0)
    low, high = 0, chart.rise
    while _run_length(chart.rise, chart.fall, high, p0) < between_false_alarms:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        is_enough = _run_length(chart.rise, chart.fall, middle, p0) >= between_false_alarms
        low, high = (low, middle) if is_enough else (middle, high)
    return replace(chart, limit=high)


def _run_length(rise: int, fall: int, limit: int, share: float) -> float:
    """Solve (I − Q)·L = 1 for the levels below the limit; Q is a band of `fall` and `rise`."""
    above, below = min(rise, limit - 1), min(fall, limit - 1)
    band = np.zeros((above + below + 1, limit))
    band[above] = 1.0
    if rise < limit:
        band[above - rise, rise:] -= share
    if fall < limit:
        band[above + fall, : limit - fall] -= 1 - share
    for level in range(min(fall, limit)):  # at zero and just above it, a pass leads to zero
        band[above + level, 0] -= 1 - share
    return float(solve_banded((below, above), band, np.ones(limit))[0])
