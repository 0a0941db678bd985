"""Weighted shares in percent."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.design import design_effect
from qm.core.estimates.estimate import CONFIDENCE, NOISE, NOTHING, Estimate


def proportion(hits: Sequence[bool], weights: Sequence[float] | None = None) -> Estimate:
    """Return the share of hits in percent with Wilson's score interval.

    Newcombe (1998), method 3: 81 of 263 gives 25.5–36.6 %. With `weights` (for how many
    interactions each hit or miss stands) the share is weighted, and the interval rests on
    Kish's effective n = (Σw)²/Σw² over 1 − n/Σw, the part that was not counted.
    """
    n = len(hits)
    if n == 0:
        return NOTHING
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    share, count = float(np.average(np.asarray(hits, dtype=float), weights=w)), sum(map(bool, hits))
    uncounted = 1.0 if weights is None else 1 - n / float(w.sum())
    deff = design_effect(w)
    if uncounted <= NOISE:
        exact = 100 * share
        return Estimate(exact, n, exact, exact, "none", "all_counted", count, design_effect=deff)
    low, high = wilson(share, n / deff / uncounted)
    return Estimate(100 * share, n, 100 * low, 100 * high, "wilson", "", count, design_effect=deff)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return Wilson's score interval of a share from 0 to 1; `n` may be an effective one."""
    z = float(special.ndtri((1 + CONFIDENCE) / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
