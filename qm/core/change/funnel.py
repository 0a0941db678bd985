"""Funnel plots: how far figures of agents may lie from the centre's by chance, given their n.

A point inside the funnel is no news, whatever its rank; limits at 95 and 99.8 % (Spiegelhalter,
Statistics in Medicine 24:1185, 2005).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates import Estimate
from qm.core.estimates.between import Floats, pooled_noise

Zone = Literal["inside", "low", "high", "very_low", "very_high"]

LEVELS = (0.95, 0.998)

_WINSORISED = 0.1
_LINE_POINTS = 60
_LEAST_SIZE = 1e-6


@dataclass(frozen=True)
class Point:
    """A figure in the funnel: `n` is the effective one, `p_value` two-sided against the target.

    `limits` are those of 95 and of 99.8 % at its n, (low, high) each. "low" and "high" are beyond
    what 95 % of points keep to, "very_low" and "very_high" beyond 99.8 %. That goes by the
    p-value: counts come in steps, and twenty of twenty lie above the line of 90 % drawn between
    nineteen and twenty, yet every eighth agent would have them.
    """

    n: float
    value: float
    limits: tuple[tuple[float, float], ...]
    zone: Zone
    p_value: float


@dataclass(frozen=True)
class Funnel:
    """Points in the order given (None: no figure) about their target, and the lines to draw.

    `dispersion` is φ̂, 1 where the points scatter as chance alone would let them; well above 1,
    `extra_spread` (τ, in points of the score or percentage points) widens the limits, so that
    the funnel shows who differs by more than agents usually do. `line_n` are the n of the lines;
    `lines` has (low, high) at these per level.
    """

    target: float
    points: tuple[Point | None, ...]
    dispersion: float
    extra_spread: float
    line_n: Floats
    lines: tuple[tuple[Floats, Floats], ...]


def mean_funnel(means: Sequence[Estimate]) -> Funnel | None:
    """Return the funnel of mean scores about their average, weighted by effective n.

    Normal limits; the variance of a single score is pooled over the agents. None where fewer
    than two means or no spread are known.
    """
    noisy = pooled_noise(means)
    if noisy is None or len(noisy.means) < 2:
        return None
    of_one = noisy.variances * [means[k].effective_n or means[k].n for k in noisy.place]
    n = of_one / noisy.variances
    target, unit = float(np.average(noisy.means, weights=n)), float(of_one.mean())
    z = (noisy.means - target) / np.sqrt(noisy.variances)
    phi, tau2 = over_dispersion(z, noisy.variances)

    def limits(at: Floats, level: float) -> tuple[Floats, Floats]:
        reach = special.ndtri((1 + level) / 2) * np.sqrt(unit / at + tau2)
        return target - reach, target + reach

    standard = (noisy.means - target) / np.sqrt(noisy.variances + tau2)
    p = 2 * special.ndtr(-np.abs(standard))
    bounds, grid = [limits(n, level) for level in LEVELS], _grid(n)
    points = _points(len(means), noisy.place, n, noisy.means, target, bounds, p)
    lines = tuple(limits(grid, level) for level in LEVELS)
    return Funnel(target, points, phi, float(np.sqrt(tau2)), grid, lines)


def share_funnel(shares: Sequence[Estimate]) -> Funnel | None:
    """Return the funnel of shares in percent about their average, weighted by effective n.

    Exact binomial limits; with more dispersion than chance's, those of the beta distribution with
    the variance μ(1 − μ)/n + τ², which stays inside the scale. None where fewer than two
    shares are known, or all are 0 or 100 %.
    """
    place = np.array([k for k, each in enumerate(shares) if each.value is not None], dtype=int)
    p = np.array([shares[k].value for k in place], dtype=float) / 100
    n = np.array([shares[k].effective_n or shares[k].n for k in place], dtype=float)
    if len(p) < 2 or p.min() == 1 or p.max() == 0:
        return None
    target = float(np.average(p, weights=n))
    noise = target * (1 - target) / n
    phi, tau2 = over_dispersion((p - target) / np.sqrt(noise), noise)

    def limits(at: Floats, level: float) -> tuple[Floats, Floats]:
        low, high = (100 * _limit(target, at, tau2, side) for side in _tails(level))
        return low, high

    p_values = _two_sided(p * n, n, target, tau2)
    bounds, grid = [limits(n, level) for level in LEVELS], _grid(n)
    points = _points(len(shares), place, n, 100 * p, 100 * target, bounds, p_values)
    lines = tuple(limits(grid, level) for level in LEVELS)
    return Funnel(100 * target, points, phi, 100 * float(np.sqrt(tau2)), grid, lines)


def binomial_limit(target: float, n: npt.ArrayLike, probability: float) -> Floats:
    """Return the share below which lies this probability, interpolated between whole counts.

    Spiegelhalter's y = (r − α)/n: r is the smallest count with P(X ≤ r) ≥ p and
    α = (P(X ≤ r) − p)/P(X = r). With target 0.1, n = 100 and p = 0.975 that is 0.1577. Not below
    0; n may be an effective one.
    """
    size = np.asarray(n, dtype=float)
    count = np.maximum(np.ceil(special.bdtrik(probability, size, target)), 0)
    count = np.where(_below(count - 1, size, target) >= probability, count - 1, count)
    at, before = _below(count, size, target), _below(count - 1, size, target)
    found: Floats = np.clip((count - (at - probability) / (at - before)) / size, 0, 1)
    return found


def poisson_limit(expected: npt.ArrayLike, probability: float) -> Floats:
    """Return the ratio of observed to expected counts below which lies this probability.

    Exact, by the χ² distribution: 15 expected have 0.5597 (2.5 %) and 1.6493 (97.5 %).
    """
    counts = np.asarray(expected, dtype=float)
    freedom = 2 * (counts + (probability > 0.5))
    return np.asarray(special.chdtri(freedom, 1 - probability) / 2 / counts, dtype=float)


def over_dispersion(z: Floats, variances: Floats) -> tuple[float, float]:
    """Return φ̂, the mean square of the winsorised z-scores, and the variance τ² to add.

    The lowest and the highest tenth are pulled in to the tenth percentiles, so that true
    outliers do not widen the funnel for themselves. τ² is DerSimonian and Laird's, 0 unless φ̂ is
    above 1 by two standard deviations of chance (Spiegelhalter, Qual Saf Health Care 14:347,
    2005), and with fewer than ten points, whose tenth is none.
    """
    low, high = np.quantile(z, [_WINSORISED, 1 - _WINSORISED])
    phi, k = float(np.mean(np.clip(z, low, high) ** 2)), len(z)
    if k < 1 / _WINSORISED or phi <= 1 + 2 * np.sqrt(2 / k):
        return phi, 0.0
    weights = 1 / variances
    spare = float(weights.sum() - np.sum(weights**2) / weights.sum())
    return phi, max(0.0, (k * phi - (k - 1)) / spare)


def _below(count: Floats, n: Floats, target: float) -> Floats:
    """Return P(X ≤ count), which for an n that is not whole goes on between the whole ones."""
    inside = np.clip(count, 0, np.nextafter(n, 0))
    found = special.betainc(n - inside, inside + 1, 1 - target)
    return np.asarray(np.select([count < 0, count >= n], [0.0, 1.0], found), dtype=float)


def _limit(target: float, n: Floats, tau2: float, probability: float) -> Floats:
    """Return the limit where true shares vary by τ², too."""
    if not tau2:
        return binomial_limit(target, n, probability)
    alpha, beta = _beta(target, n, tau2)
    return np.asarray(special.betaincinv(alpha, beta, probability), dtype=float)


def _two_sided(count: Floats, n: Floats, target: float, tau2: float) -> Floats:
    """Return mid-p values: half of what is exactly so far from the target counts, too."""
    if tau2:
        alpha, beta = _beta(target, n, tau2)
        steps = (np.clip((count + half) / n, 0, 1) for half in (0.5, -0.5))
        at, before = (special.betainc(alpha, beta, step) for step in steps)
    else:
        at, before = _below(count, n, target), _below(count - 1, n, target)
    lower = (at + before) / 2
    return np.asarray(np.minimum(1.0, 2 * np.minimum(lower, 1 - lower)), dtype=float)


def _beta(target: float, n: Floats, tau2: float) -> tuple[Floats, Floats]:
    """Return α and β of the beta distribution about the target with chance's variance and τ²."""
    size = 1 / (1 / n + tau2 / (target * (1 - target))) - 1
    size = np.maximum(size, _LEAST_SIZE)
    return target * size, (1 - target) * size


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2


def _grid(n: Floats) -> Floats:
    return np.geomspace(max(1.0, float(n.min()) / 1.2), 1.1 * float(n.max()), _LINE_POINTS)


def _points(
    size: int,
    place: npt.NDArray[np.intp],
    n: Floats,
    values: Floats,
    target: float,
    bounds: Sequence[tuple[Floats, Floats]],
    p_values: Floats,
) -> tuple[Point | None, ...]:
    points: list[Point | None] = [None] * size
    for k, at in enumerate(place.tolist()):
        limits = tuple((float(low[k]), float(high[k])) for low, high in bounds)
        value, p_value = float(values[k]), float(p_values[k])
        zone = _zone(p_value, is_low=value < target)
        points[at] = Point(float(n[k]), value, limits, zone, p_value)
    return tuple(points)


def _zone(p_value: float, *, is_low: bool) -> Zone:
    usual, wide = (1 - level for level in LEVELS)
    if p_value < wide:
        return "very_low" if is_low else "very_high"
    if p_value < usual:
        return "low" if is_low else "high"
    return "inside"
