"""Medians, for what has a long tail: times."""

from collections.abc import Sequence

import numpy as np
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.estimate import CONFIDENCE, NOTHING, Estimate


def median(values: Sequence[float]) -> Estimate:
    """Return the median with the interval between two of the values, in their unit.

    The k-th least and k-th greatest, k being the greatest with P(B < k) at most 2.5 % for B of n
    coin tosses: it holds whatever the distribution (Conover, Practical Nonparametric Statistics,
    3rd ed., 1999, §3.2). Ten values have their 2nd and 9th. Below six values there is none.
    """
    n = len(values)
    if not n:
        return NOTHING
    ordered = np.sort(np.asarray(values, dtype=float))
    middle = float(np.median(ordered))
    # P(B < k) for every k from 1 on that is below the middle.
    tails = special.bdtr(np.arange(n // 2), n, 0.5)
    k = int(np.sum(tails <= (1 - CONFIDENCE) / 2))
    if not k:
        return Estimate(middle, n, None, None, "none", "too_few_values")
    low, high = float(ordered[k - 1]), float(ordered[n - k])
    return Estimate(middle, n, low, high, "order_statistics")
