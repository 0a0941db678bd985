"""Unweighted samples of a process: mean and standard deviation with their intervals."""

from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.estimate import CONFIDENCE, NOISE, NOTHING, Estimate, Note

_TAIL = (1 - CONFIDENCE) / 2


def t_estimate(value: float, n: int, error: float, freedom: float) -> Estimate:
    """Return a value with Student's interval from its standard error."""
    reach = float(special.stdtrit(freedom, 1 - _TAIL)) * error
    low, high = value - reach, value + reach
    return Estimate(value, n, low, high, "t", standard_error=error, freedom=freedom)


def mean(values: Sequence[float] | npt.NDArray[np.float64]) -> Estimate:
    """Return the mean with Student's interval."""
    y = np.asarray(values, dtype=float)
    n = len(y)
    if n == 0:
        return NOTHING
    average = float(y.mean())
    spread = float(y.std(ddof=1)) if n > 1 else 0.0
    if spread < NOISE:
        return Estimate(average, n, None, None, "none", "one_value" if n == 1 else "no_spread")
    return t_estimate(average, n, spread / sqrt(n), n - 1)


def standard_deviation(values: Sequence[float] | npt.NDArray[np.float64]) -> Estimate:
    """Return the standard deviation with Bonett's interval, which bears skewed values.

    Bonett, Computational Statistics & Data Analysis 50:775, 2006; it takes five values or more.
    """
    y = np.asarray(values, dtype=float)
    n = len(y)
    if n < 2:
        return Estimate(None, n, None, None, "none", "one_value" if n else "no_data")
    spread = float(y.std(ddof=1))
    if n < 5 or spread < NOISE:
        note: Note = "no_spread" if spread < NOISE else "too_few_values"
        return Estimate(spread, n, None, None, "none", note)
    z = float(special.ndtri(1 - _TAIL))
    trimmed = int(n / (2 * sqrt(n - 4)))
    around = np.sort(y)[trimmed : n - trimmed].mean() if 2 * trimmed < n else np.median(y)
    kurtosis = n * np.sum((y - around) ** 4) / np.sum((y - y.mean()) ** 2) ** 2
    factor = n / (n - z)
    error = factor * sqrt(max(0.0, float(kurtosis) - (n - 3) / n) / (n - 1))
    middle = log(factor * spread**2)
    low, high = (sqrt(exp(middle + side * z * error)) for side in (-1, 1))
    return Estimate(spread, n, low, high, "bonett")
