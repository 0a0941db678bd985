"""Whether a mean or a share moved from one period to another by more than noise."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy import special

from qm.core.estimates import CONFIDENCE, Estimate
from qm.core.estimates.differences import share_difference

Verdict = Literal["up", "down", "no_change", "too_few"]


@dataclass(frozen=True)
class Change:
    """The difference of two means or shares with its 95 % interval, in points.

    `low` and `high` are None with the verdict "too_few" where one side is a mean without a margin
    of its own (fewer than two values, or values without spread); `difference` is None where one
    side has no value at all.
    """

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict

    @property
    def detectable(self) -> float | None:
        """The smallest difference that would be told from noise, None where nothing could.

        A true change of this size is found every second time.
        """
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


def change(before: Estimate, after: Estimate) -> Change:
    """Return how a mean or a share moved, and whether the interval leaves zero out.

    Means by Welch's interval from the two standard errors and their degrees of freedom, shares of
    evaluations by Newcombe's from the two effective n. It asks about the process behind the
    interactions, so there is no finite-population correction: two months counted whole differ by
    noise, too.
    """
    if before.value is None or after.value is None:
        return Change(None, None, None, "too_few")
    difference = after.value - before.value
    if _is_share(before) and _is_share(after):
        low, high = _of_shares(before, after)
    elif before.standard_error and after.standard_error:
        low, high = _of_means(before, after, difference)
    else:
        return Change(difference, None, None, "too_few")
    verdict: Verdict = "up" if low > 0 else "down" if high < 0 else "no_change"
    return Change(difference, low, high, verdict)


def _is_share(estimate: Estimate) -> bool:
    """Return whether it is one of evaluations: those of their questions have a standard error."""
    return (
        estimate.count is not None
        and estimate.effective_n is not None
        and estimate.standard_error is None
    )


def _of_shares(before: Estimate, after: Estimate) -> tuple[float, float]:
    sides = [(each.value or 0.0) / 100 for each in (before, after)]
    sizes = [each.effective_n or 0.0 for each in (before, after)]
    low, high = share_difference(sides[0], sizes[0], sides[1], sizes[1])
    return 100 * low, 100 * high


def _of_means(before: Estimate, after: Estimate, difference: float) -> tuple[float, float]:
    errors = np.array([before.standard_error, after.standard_error], dtype=float)
    freedoms = np.array([before.freedom, after.freedom], dtype=float)
    parts = np.square(errors)
    freedom = float(parts.sum() ** 2 / np.sum(parts**2 / freedoms))
    margin = _t(freedom) * sqrt(float(parts.sum()))
    return difference - margin, difference + margin


def detectable_change(before_n: int, after_n: int, spread: float) -> float | None:
    """Return the smallest difference of two means that could be told from noise.

    For plans: `spread` is the standard deviation of single scores, alike on both sides; None
    where a side has fewer than two scores. A standard deviation of 10 and five scores a month:
    14.6 points (Student's t with 8 degrees of freedom). A true change of this size is found
    every second time.
    """
    if min(before_n, after_n) < 2:
        return None
    return _t(before_n + after_n - 2) * spread * sqrt(1 / before_n + 1 / after_n)


def _t(freedom: float) -> float:
    return float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2))
