"""How much the means of groups differ beyond their noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qm.core.estimates.estimate import NOISE, Estimate

Floats = npt.NDArray[np.float64]

_HALVINGS = 50


@dataclass(frozen=True)
class Noisy:
    """Means with the variance that noise has in each; `freedom` is that of the noise.

    `place` says which of the given estimates each one is.
    """

    place: npt.NDArray[np.intp]
    means: Floats
    variances: Floats
    freedom: float


def pooled_noise(estimates: Sequence[Estimate]) -> Noisy | None:
    """Return the means with the variances of their noise; None where the noise is unknown.

    The variance of a single value is pooled over the groups: that of two or three scores says
    nothing about one group. Then that of a mean is the pooled one over the effective n. It is
    the variance of the process behind the values, without a finite-population correction.
    Estimates without a value are left out; those of one value have no part in the pooling.
    """
    place = np.array([k for k, each in enumerate(estimates) if each.value is not None], dtype=int)
    known = [estimates[k] for k in place]
    effective = np.array([each.effective_n or each.n for each in known], dtype=float)
    errors = np.array([each.standard_error or 0.0 for each in known], dtype=float)
    freedoms = np.array([_freedom(each) for each in known], dtype=float)
    freedom = float(freedoms.sum())
    if not freedom:
        return None
    of_one = float(np.sum(freedoms * errors**2 * effective)) / freedom
    if of_one < NOISE**2:
        return None
    means = np.array([each.value for each in known], dtype=float)
    return Noisy(place, means, of_one / effective, freedom)


def _freedom(estimate: Estimate) -> float:
    """Equal values have no standard error, yet they do say that the noise is small."""
    return estimate.n - 1.0 if estimate.freedom is None else estimate.freedom


def true_variance(means: Floats, variances: Floats) -> float:
    """Return how much the true values behind noisy means vary (τ²), 0 where noise explains all.

    By Paule and Mandel (J Res NBS 87:377, 1982): the τ² at which Q = Σ(y − ȳ)²/(s² + τ²) is
    k − 1. Unlike DerSimonian and Laird's single step it stays unbiased where groups of unequal n
    differ much (Veroniki et al., Research Synthesis Methods 7:55, 2016); with equal variances
    both are the moment estimate of the analysis of variance. It needs two means or more.
    """

    def excess(tau2: float) -> float:
        return scatter(means, variances + tau2) - (len(means) - 1)

    return decreasing_root(excess, float(np.sum((means - means.mean()) ** 2)))


def scatter(means: Floats, variances: Floats) -> float:
    """Return Cochran's Q = Σ(y − ȳ)²/s² about the mean that is weighted by 1/s²."""
    centre = np.average(means, weights=1 / variances)
    return float(np.sum((means - centre) ** 2 / variances))


def decreasing_root(excess: Callable[[float], float], most: float) -> float:
    """Return where a decreasing function is zero between 0 and `most`, 0 where it starts below."""
    low, high = 0.0, most
    if excess(low) <= 0:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high
