"""Whether a month differs from the one before by more than noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from qm.core.estimates import CONFIDENCE

Verdict = Literal["up", "down", "no_change", "too_few"]


@dataclass(frozen=True)
class Change:
    """The difference of two means with its 95 % interval, in points of the score.

    All None with the verdict "too_few" where one side has fewer than two values.
    """

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def change(before: Sequence[float], after: Sequence[float]) -> Change:
    """Return how the mean moved, and whether the interval leaves zero out (Welch's t)."""
    if len(before) < 2 or len(after) < 2:
        return Change(None, None, None, "too_few")
    difference = float(np.mean(after) - np.mean(before))
    if np.ptp(before) == 0 and np.ptp(after) == 0:
        # Without any spread Welch's t is undefined; equal values then say nothing of noise.
        verdict: Verdict = "no_change" if difference == 0 else "too_few"
        return Change(difference, None, None, verdict)
    interval = stats.ttest_ind(after, before, equal_var=False).confidence_interval(CONFIDENCE)
    low, high = float(interval.low), float(interval.high)
    verdict = "up" if low > 0 else "down" if high < 0 else "no_change"
    return Change(difference, low, high, verdict)
