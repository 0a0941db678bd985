"""Control charts: points, a centre line, and the limits that noise alone rarely leaves.

Sources: NIST/SEMATECH e-Handbook of Statistical Methods §6.3.2–6.3.3; Montgomery, Introduction to
Statistical Quality Control. d₂ is taken with the three decimals that published tables, NIST and
the R package qcc use (1.128 for moving ranges of two, exactly 2/√π = 1.128379), so that their
printed limits come out; the exact value changes the fourth digit of a limit.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WIDTH = 3.0
"""Standard deviations from the centre to a limit: 0.27 % of normal noise lies beyond."""

EWMA_WEIGHT, EWMA_WIDTH = 0.2, 2.962
"""A false alarm every 500 points (Lucas & Saccucci, Technometrics 32:1, 1990)."""

MOVING_RANGE = 1.128
_D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
_D3 = {2: 0.8525, 3: 0.8884, 4: 0.8798, 5: 0.8641, 6: 0.8480, 7: 0.8332, 8: 0.8198, 9: 0.8078,
       10: 0.7971}  # fmt: skip


@dataclass(frozen=True)
class ControlChart:
    """What is drawn: `points` in order of time with the limits at each, and the centre line.

    `sigma` is the standard deviation that noise gives each point; the limits lie `width` of them
    from the centre, cut at what the points can be (a share: 0 to 1). All in the unit of the
    points, but those of an EWMA, whose `points` are averages.
    """

    points: Floats
    centre: float
    sigma: Floats
    low: Floats
    high: Floats

    @property
    def standardised(self) -> Floats:
        """How many of its standard deviations each point lies from the centre: for `rules`."""
        return (self.points - self.centre) / self.sigma

    @property
    def beyond(self) -> list[int]:
        """The places, from 0, of the points outside the limits."""
        return [
            int(k) for k in np.flatnonzero((self.points < self.low) | (self.points > self.high))
        ]


def xmr_chart(points: npt.ArrayLike, errors: npt.ArrayLike | None = None) -> ControlChart:
    """Return the chart of individual values: x̄ ± 3·MR̄/1.128, that is x̄ ± 2.66·MR̄.

    NIST §6.3.2.2: ten flow rates with the mean 50.81 and moving ranges of 1.8778 have the limits
    45.8159 and 55.8041. `errors` are the standard errors of points that are means of unlike
    numbers of values: then the moving ranges are those of the points in units of their errors,
    each point has limits in proportion to its error, and the centre is weighted by 1/error²
    (Laney's p′, Quality Engineering 14:531, 2002, for means). The limits are then never closer
    than sampling error alone makes them: one cannot vary less than that but by luck.
    Raises `ValueError` for fewer than two points, and where all are alike without any error.
    """
    x = np.asarray(points, dtype=float)
    if len(x) < 2:
        raise ValueError("a moving range needs two points")
    if errors is None:
        return _chart(x, float(x.mean()), np.full(len(x), moving_sigma(x)))
    error = np.asarray(errors, dtype=float)
    centre = float(np.average(x, weights=1 / error**2))
    spread = max(1.0, moving_sigma((x - centre) / error))
    return _chart(x, centre, spread * error)


def moving_sigma(points: Floats) -> float:
    """Return the standard deviation that the mean moving range of two tells of."""
    return float(np.abs(np.diff(points)).mean()) / MOVING_RANGE


def xbar_chart(samples: npt.ArrayLike) -> ControlChart:
    """Return the X̄ chart of samples of equal size (a row each): X̄ ± 3·R̄/(d₂√n), 2 to 10 a row."""
    x = np.asarray(samples, dtype=float)
    size = x.shape[1]
    sigma = float(np.ptp(x, axis=1).mean()) / _D2[size] / sqrt(size)
    return _chart(x.mean(axis=1), float(x.mean()), np.full(len(x), sigma))


def range_chart(samples: npt.ArrayLike) -> ControlChart:
    """Return the R chart of the same samples: R̄ ± 3·R̄·d₃/d₂, from 0."""
    x = np.asarray(samples, dtype=float)
    ranges = np.ptp(x, axis=1)
    centre, size = float(ranges.mean()), x.shape[1]
    sigma = centre * _D3[size] / _D2[size]
    return _chart(ranges, centre, np.full(len(x), sigma), least=0)


def p_chart(hits: npt.ArrayLike, sizes: npt.ArrayLike) -> ControlChart:
    """Return the chart of shares (0 to 1): p̄ ± 3√(p̄(1 − p̄)/n).

    For counts of hundreds: with n = 5 and 7 % it takes three hits to alarm (see `bernoulli`).
    NIST §6.3.3.2: 30 samples of 50 cans have p̄ = 0.2313 and the limits 0.0524 and 0.4102.
    """
    x, n = np.broadcast_arrays(np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float))
    centre = float(x.sum() / n.sum())
    return _chart(x / n, centre, np.sqrt(centre * (1 - centre) / n), least=0, most=1)


def u_chart(defects: npt.ArrayLike, sizes: npt.ArrayLike) -> ControlChart:
    """Return the chart of defects per unit: ū ± 3√(ū/n), from 0; with sizes of 1 the c chart."""
    x, n = np.broadcast_arrays(np.asarray(defects, dtype=float), np.asarray(sizes, dtype=float))
    centre = float(x.sum() / n.sum())
    return _chart(x / n, centre, np.sqrt(centre / n), least=0)


def ewma_chart(
    points: npt.ArrayLike,
    centre: float,
    sigma: npt.ArrayLike,
    *,
    weight: float = EWMA_WEIGHT,
    width: float = EWMA_WIDTH,
    steady: bool = False,
) -> ControlChart:
    """Return the chart of exponentially weighted moving averages z = λx + (1 − λ)z, from `centre`.

    `weight` is λ; `sigma` is that of the points, one for all or one each. The variance of each
    average is exact, λ²σ² + (1 − λ)² that of the one before, which for one σ is
    σ²·λ/(2 − λ)·(1 − (1 − λ)²ⁱ); `steady` leaves the last factor out, as NIST §6.3.2.4 does: with
    λ = 0.3, σ = 2.0539 and target 50 the limits are 47.4115 and 52.5884.
    """
    x = np.asarray(points, dtype=float)
    spread = np.broadcast_to(np.asarray(sigma, dtype=float), x.shape)
    average, variance = np.empty(len(x)), np.empty(len(x))
    mean, noise = centre, 0.0
    for i, (value, error) in enumerate(zip(x, spread, strict=True)):
        mean = average[i] = weight * value + (1 - weight) * mean
        noise = variance[i] = (weight * error) ** 2 + (1 - weight) ** 2 * noise
    if steady:
        variance = spread**2 * weight / (2 - weight)
    return _chart(average, centre, np.sqrt(variance), width=width)


def _chart(
    points: Floats,
    centre: float,
    sigma: Floats,
    *,
    width: float = WIDTH,
    least: float = -np.inf,
    most: float = np.inf,
) -> ControlChart:
    if not (sigma > 0).all():
        raise ValueError("points without any spread have no limits")
    low = np.maximum(centre - width * sigma, least)
    high = np.minimum(centre + width * sigma, most)
    return ControlChart(points, centre, sigma, low, high)
