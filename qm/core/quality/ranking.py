"""Whether agents can be told apart by their scores, and where each stands if they can."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates import CONFIDENCE, Estimate
from qm.core.estimates.between import Floats, Noisy, pooled_noise, scatter, true_variance
from qm.core.quality.shrinkage import shrink_means

TellApart = Literal["apart", "not_apart", "too_few"]

RANKABLE = 0.5

_DRAWS = 2000
_SEED = 20261122


@dataclass(frozen=True)
class Separation:
    """Whether groups (agents) can be told apart by their scores at all.

    `rankability` is the part of the differences between the groups' means that is not noise,
    from 0 to 1; `p_value` is that of the test that all are equal. Both are None where the data
    are too few. `overlapping` is the largest number of groups whose 95 % intervals have a value
    in common: so many could all be equally good.
    """

    verdict: TellApart
    groups: int
    rankability: float | None = None
    p_value: float | None = None
    overlapping: int = 0


@dataclass(frozen=True)
class Standing:
    """Where an agent stands: `rank` 1 is the best, with its 95 % interval.

    `lowest_quarter` is the probability, from 0 to 1, that the agent is among the lowest quarter.
    """

    rank: Estimate
    lowest_quarter: float


def told_apart(means: Sequence[Estimate]) -> Separation:
    """Return whether the groups differ by more than noise; groups without a value do not count.

    Apart where the test rejects equal means at 5 % and the rankability ρ = τ²/(τ² + median s²)
    reaches 0.5 (below it the reliability is called poor: van Dishoeck et al., BMJ Qual Saf
    20:869). Means and variances are those of the weighted estimates, the variance of a single
    value pooled (`pooled_noise`), so that with equal weights the test is the one-way analysis of
    variance; τ² is Paule and Mandel's.
    """
    noisy = pooled_noise(means)
    if noisy is None or len(noisy.means) < 2:
        return Separation("too_few", sum(each.value is not None for each in means))
    k = len(noisy.means)
    tau2 = true_variance(noisy.means, noisy.variances)
    rankability = tau2 / (tau2 + float(np.median(noisy.variances)))
    ratio = scatter(noisy.means, noisy.variances) / (k - 1)
    p_value = float(special.fdtrc(k - 1, noisy.freedom, ratio))
    is_apart = p_value < 1 - CONFIDENCE and rankability >= RANKABLE
    verdict: TellApart = "apart" if is_apart else "not_apart"
    return Separation(verdict, k, rankability, p_value, _overlapping(noisy))


def standings(means: Sequence[Estimate]) -> tuple[Standing | None, ...]:
    """Return where each agent stands, None for all who cannot be told apart or are too few.

    Ranks of 2,000 draws from the posterior of the shrunk means (`shrink_means`), always the same
    draws; a probability is off by about 1 % at most. The rank's value is the expected one
    (Goldstein and Spiegelhalter, JRSS A 159:385, 1996).
    """
    nobody: tuple[Standing | None, ...] = (None,) * len(means)
    shrunk = shrink_means(means)
    if told_apart(means).verdict != "apart" or shrunk.centre is None:
        return nobody
    place = [k for k, agent in enumerate(shrunk.agents) if agent.borrowed is not None]
    estimates = [shrunk.agents[k].estimate for k in place]
    values = np.array([each.value for each in estimates], dtype=float)
    errors = np.array([each.standard_error for each in estimates], dtype=float)
    ranks = _ranks(values + errors * _normals(_DRAWS, len(place)))
    found = list(nobody)
    for at, of_agent in zip(place, ranks.T, strict=True):
        found[at] = _standing(of_agent, len(place), means[at].n)
    return tuple(found)


def _standing(ranks: Floats, agents: int, n: int) -> Standing:
    low, high = np.quantile(ranks, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    rank = Estimate(float(ranks.mean()), n, float(low), float(high), "empirical_bayes")
    return Standing(rank, float(np.mean(ranks > agents - agents // 4)))


def _ranks(drawn: Floats) -> Floats:
    order = np.argsort(-drawn, axis=1)
    ranks = np.empty_like(drawn)
    np.put_along_axis(ranks, order, np.arange(1.0, drawn.shape[1] + 1)[None, :], axis=1)
    return ranks


def _normals(rows: int, columns: int) -> Floats:
    """Return standard normal numbers that are the same with every version of NumPy.

    Only the raw stream of a bit generator is promised to stay (NEP 19).
    """
    raw = np.random.PCG64(_SEED).random_raw(rows * columns)
    numbers: Floats = special.ndtri((np.right_shift(raw, np.uint64(11)) + 0.5) / 2.0**53)
    return numbers.reshape(rows, columns)


def _overlapping(noisy: Noisy) -> int:
    """Return the largest number of intervals that hold the same value."""
    reach = special.stdtrit(noisy.freedom, (1 + CONFIDENCE) / 2) * np.sqrt(noisy.variances)
    begins, ends = np.sort(noisy.means - reach), np.sort(noisy.means + reach)
    begun = np.arange(1, len(begins) + 1)
    return int(np.max(begun - np.searchsorted(ends, begins, side="left")))
