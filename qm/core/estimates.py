"""Averages with their n and margin; an average that cannot be formed says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy import stats

Method = Literal["t", "wilson", "none"]
Note = Literal["", "no_data", "one_value", "all_counted"]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    `value` is None where nothing was measured; `low` and `high` are None where n is too small
    for an interval (a mean of one value), and `note` says so.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None
    method: Method
    note: Note = ""

    @property
    def margin(self) -> float | None:
        """Half the width of the interval, in the unit of the value."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


def mean(values: Sequence[float], population: int | None = None) -> Estimate:
    """Return the mean of a simple random sample with a t interval.

    `population` is the size of the frame the values were drawn from; it brings the finite
    population correction √(1 − n/N), and an interval of no width once all were evaluated.
    t·s/√n·√(1 − n/N): Cochran, Sampling Techniques (1977), ch. 2.
    """
    n = len(values)
    if n == 0:
        return Estimate(None, 0, None, None, "none", "no_data")
    average = float(np.mean(values))
    if population is not None and n >= population:
        return Estimate(average, n, average, average, "t", "all_counted")
    if n == 1:
        return Estimate(average, 1, None, None, "none", "one_value")
    correction = 1 - n / population if population else 1.0
    error = float(np.std(values, ddof=1)) / sqrt(n) * sqrt(correction)
    margin = float(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1)) * error
    return Estimate(average, n, average - margin, average + margin, "t")


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> Estimate:
    """Return the weighted (Hájek) mean Σwy/Σw with a t interval by linearisation.

    Weights are inverse inclusion probabilities, so agents drawn at different rates count as
    their interactions do. Variance n/(n−1)·Σw²(y−ȳ)²/(Σw)² (Lohr, Sampling, 2nd ed., ch. 4),
    degrees of freedom from Kish's effective n = (Σw)²/Σw²; no finite-population correction,
    which errs towards a wider interval.
    """
    y, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    n = len(y)
    if n == 0:
        return Estimate(None, 0, None, None, "none", "no_data")
    average = float(np.average(y, weights=w))
    if n == 1:
        return Estimate(average, 1, None, None, "none", "one_value")
    variance = n / (n - 1) * float(np.sum((w * (y - average)) ** 2)) / float(w.sum()) ** 2
    effective_n = float(w.sum()) ** 2 / float(np.sum(w**2))
    margin = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(effective_n - 1, 1))) * sqrt(variance)
    return Estimate(average, n, average - margin, average + margin, "t")


def proportion(successes: int, n: int) -> Estimate:
    """Return a share in percent with Wilson's score interval.

    Newcombe (1998), method 3: 81 of 263 gives 25.5–36.6 %.
    """
    if n == 0:
        return Estimate(None, 0, None, None, "none", "no_data")
    low, high = stats.binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(100 * successes / n, n, 100 * float(low), 100 * float(high), "wilson")
