"""Averages and shares with their n and margin; one that cannot be formed says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

Method = Literal["t", "wilson", "none"]
Note = Literal["", "no_data", "one_value", "no_spread", "all_counted"]
Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95

# Far below any difference that means something, far above the rounding noise of floats.
_NOISE = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    `value` is None where nothing was measured. `low` and `high` are None where the data give no
    interval (one value, or values without any spread) and equal to `value` where every
    interaction was counted; `note` says so. `count` is how many of the n, for a share.
    `standard_error` with its degrees of `freedom` is that of the process behind the values, as
    if drawn from endlessly many: what periods are compared by, even where all were counted.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None
    method: Method
    note: Note = ""
    count: int | None = None
    standard_error: float | None = None
    freedom: float | None = None

    @property
    def margin(self) -> float | None:
        """Half the width of the interval, in the unit of the value."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


NOTHING = Estimate(None, 0, None, None, "none", "no_data")


def weighted_mean(
    values: Sequence[float], weights: Sequence[float], strata: Sequence[str]
) -> Estimate:
    """Return the weighted (Hájek) mean Σwy/Σw of a stratified sample with a t interval.

    `weights` say for how many interactions each value stands (N/n of its stratum, or the
    inverse inclusion probability); a stratum whose weights sum to its n was counted whole and
    adds nothing to the margin. Variance by linearisation, with e = w(y − ȳ)/Σw:
    Σ_h (1 − n_h/Σw_h)·n_h/(n_h − 1)·Σ(e − ē_h)², which for weights N_h/n_h is the textbook
    Σ W_h²(1 − n_h/N_h)s_h²/n_h (Lohr, Sampling: Design and Analysis, ch. 3 and 9). Strata with
    one value are collapsed into one; a single such stratum is centred at the overall mean.
    Degrees of freedom by Satterthwaite (Cochran, Sampling Techniques, 1977, §5.4). The interval
    may leave the scale of the values.
    """
    n = len(values)
    if n == 0:
        return NOTHING
    y, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    average = float(np.average(y, weights=w))
    place = _collapsed(strata)
    process = _variances(w * (y - average) / w.sum(), place)
    uncounted = 1 - np.bincount(place) / np.bincount(place, w)
    uncounted[uncounted < _NOISE] = 0
    counted_all = not uncounted.any()
    error = sqrt(float(process.sum()))
    if error < _NOISE:
        low_high = average if counted_all else None
        note: Note = "all_counted" if counted_all else "one_value" if n == 1 else "no_spread"
        return Estimate(average, n, low_high, low_high, "none", note)
    freedom = error**4 / float(np.sum(process**2 / np.maximum(np.bincount(place) - 1, 1)))
    finite_error = sqrt(float(np.sum(uncounted * process)))
    margin = float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2)) * finite_error
    return Estimate(
        average,
        n,
        average - margin,
        average + margin,
        "none" if counted_all else "t",
        "all_counted" if counted_all else "",
        standard_error=error,
        freedom=freedom,
    )


def _collapsed(strata: Sequence[str]) -> npt.NDArray[np.intp]:
    """Number the strata from 0; those with one value share a number."""
    place = np.unique(np.asarray(strata), return_inverse=True)[1]
    alone = np.bincount(place)[place] == 1
    return np.unique(np.where(alone, -1, place), return_inverse=True)[1]


def _variances(deviations: Floats, place: npt.NDArray[np.intp]) -> Floats:
    """Return what each stratum adds to the variance of the mean, without population correction."""
    count = np.bincount(place)
    centre = np.where(count == 1, 0, np.bincount(place, deviations) / count)
    squares = np.bincount(place, (deviations - centre[place]) ** 2)
    scale: Floats = np.where(count == 1, 1, count / np.maximum(count - 1, 1))
    return squares * scale


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
    if uncounted <= _NOISE:
        percent = 100 * share
        return Estimate(percent, n, percent, percent, "none", "all_counted", count)
    low, high = _wilson(share, float(w.sum()) ** 2 / float(np.sum(w**2)) / uncounted)
    return Estimate(100 * share, n, 100 * low, 100 * high, "wilson", "", count)


def _wilson(share: float, n: float) -> tuple[float, float]:
    z = float(special.ndtri((1 + CONFIDENCE) / 2))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
