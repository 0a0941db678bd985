"""Weighted shares in percent, of many groups at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.design import Places
from qm.core.estimates.estimate import CONFIDENCE, NOISE, NOTHING, Estimate

Floats = npt.NDArray[np.float64]


def proportion(hits: Sequence[bool], weights: Sequence[float] | None = None) -> Estimate:
    """Return the share of hits in percent with Wilson's score interval.

    Newcombe (1998), method 3: 81 of 263 gives 25.5–36.6 %. With `weights` (for how many
    interactions each hit or miss stands) the share is weighted, and the interval rests on
    Kish's effective n = (Σw)²/Σw² over 1 − n/Σw, the part that was not counted.
    """
    if not len(hits):
        return NOTHING
    return proportions(hits, weights, np.zeros(len(hits), dtype=np.intp), 1)[0]


def proportions(
    hits: npt.ArrayLike, weights: npt.ArrayLike | None, groups: Places, count: int
) -> list[Estimate]:
    """Return the `proportion` of each of `count` groups, those without values included.

    `groups` numbers each value's group from 0.
    """
    is_hit = np.asarray(hits, dtype=float)
    n, found = (np.bincount(groups, each, minlength=count) for each in (None, is_hit))
    w = np.ones(len(is_hit)) if weights is None else np.asarray(weights, dtype=float)
    size = np.bincount(groups, w, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):  # groups without values: 0/0
        share = np.bincount(groups, w * is_hit, minlength=count) / size
        deff = n * np.bincount(groups, w**2, minlength=count) / size**2
        uncounted = np.ones(count) if weights is None else 1 - n / size
        is_exact = uncounted <= NOISE
        low, high = wilsons(share, n / deff / np.where(is_exact, 1.0, uncounted))
    columns = (n, found.astype(int), share, low, high, deff, is_exact)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_estimate(*row) for row in rows]


def _estimate(
    n: int, found: int, share: float, low: float, high: float, deff: float, is_exact: bool
) -> Estimate:
    if n == 0:
        return NOTHING
    if is_exact:
        exact = 100 * share
        return Estimate(exact, n, exact, exact, "none", "all_counted", found, design_effect=deff)
    return Estimate(100 * share, n, 100 * low, 100 * high, "wilson", "", found, design_effect=deff)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return Wilson's score interval of a share from 0 to 1; `n` may be an effective one."""
    low, high = wilsons(np.array([share]), np.array([n], dtype=float))
    return float(low[0]), float(high[0])


def wilsons(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return the `wilson` interval of each of many shares."""
    z = float(special.ndtri((1 + CONFIDENCE) / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
