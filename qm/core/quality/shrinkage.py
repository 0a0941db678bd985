"""Figures of agents that borrow from all agents, so that few evaluations mislead less.

An agent's five evaluations say little; what all agents score says where an agent is likely to lie.
Both are weighed by how sure they are. The raw figure always stays beside the shrunk one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates import CONFIDENCE, Estimate
from qm.core.estimates.between import Floats, decreasing_root, pooled_noise, true_variance
from qm.core.estimates.estimate import Method, Note

# Morris' estimate divides by k − 3; with four agents its intervals still hold what they promise.
LEAST_AGENTS = 4

_PULLS = (np.arange(40) + 0.5) / 40

# A share of 0 or 100 % that nothing is borrowed for has no variance to divide by.
_LEAST_SIZE = 1e-6
_LEAST_RHO, _MOST_RHO = 1e-9, 0.99


@dataclass(frozen=True)
class Shrunk:
    """An agent's figure drawn towards that of all agents, with the raw one beside it.

    `borrowed` is the part of `estimate` that comes from the other agents (1 − γ), from 0 to 1;
    None where nothing could be estimated: `estimate` has no value then, and its note says why.
    """

    estimate: Estimate
    raw: Estimate
    borrowed: float | None


@dataclass(frozen=True)
class Shrinkage:
    """The agents in the order given; `centre` is what their figures are drawn towards.

    `true_spread` is the standard deviation (τ) of the agents' true figures, in their unit.
    """

    agents: tuple[Shrunk, ...]
    centre: float | None
    true_spread: float | None


@dataclass(frozen=True)
class _Posterior:
    """What the agents' figures are likely to be; `pull` is the part that comes from the centre.

    With several priors each is a row; `centre` and `log_likelihood` have one value per prior.
    """

    means: Floats
    variances: Floats
    pull: Floats
    centre: Floats
    log_likelihood: Floats


def shrink_means(raw: Sequence[Estimate]) -> Shrinkage:
    """Return the agents' mean scores shrunk by empirical Bayes, normal about normal.

    Undefined with fewer than four agents who have a score ("too_few_groups"), where no agent
    has two different scores ("no_spread") or nobody has two at all ("one_value").
    The variance of the noise is pooled over the agents (see `pooled_noise`), τ² is Paule and
    Mandel's, and the pull is lessened by (k − 3)/(k − 1) as Efron and Morris do (Scientific
    American 236:119, 1977; Morris, JASA 78:47, 1983), so that no agent is drawn wholly to the
    centre. The interval bears that the centre and τ² are estimated (see `_averaged`); Student's
    t with the freedom of the pooled noise.
    """
    noisy = pooled_noise(raw)
    if noisy is None or len(noisy.place) < LEAST_AGENTS:
        return _undefined(raw)
    means, noise, k = noisy.means, noisy.variances, len(noisy.means)
    tau2 = true_variance(means, noise)
    likely = _normal(means, noise, np.array([tau2]))
    pull = likely.pull[0] * (k - 3) / (k - 1)
    values = means + pull * (likely.centre[0] - means)
    usual = float(1 / np.mean(1 / noise))
    possible = _normal(means, noise, usual * (1 / _PULLS - 1))
    averages, variances = _averaged(possible, 1 / _PULLS**2)
    errors = np.sqrt(variances + (averages - values) ** 2)
    reach = special.stdtrit(noisy.freedom, (1 + CONFIDENCE) / 2) * errors
    columns = (noisy.place, values, values - reach, values + reach, errors, pull)
    agents = _found(raw, columns, "empirical_bayes", noisy.freedom)
    return Shrinkage(agents, float(likely.centre[0]), sqrt(tau2))


def shrink_shares(raw: Sequence[Estimate]) -> Shrinkage:
    """Return the agents' shares in percent shrunk by empirical Bayes, beta–binomial.

    Undefined with fewer than four agents who have a share ("too_few_groups"), where all shares
    are 0 or 100 % ("no_spread") or each is that of one evaluation ("one_value"). The prior is
    `beta_prior`'s; the interval bears that it is estimated: it is that of the beta distribution
    with the mean and variance averaged over all priors (see `_averaged`).
    """
    shares, n = _shares(raw)
    all_alike = len(shares) and (shares.min() == 1 or shares.max() == 0)
    if len(shares) < LEAST_AGENTS or n.max() <= 1 or all_alike:
        return _undefined(raw)
    place = np.array([k for k, each in enumerate(raw) if each.value is not None])
    correlation = _correlation(shares, n)
    likely = _beta(shares, n, np.array([correlation]))
    values, centre = likely.means[0], float(likely.centre[0])
    inflated = 1 + (n.mean() - 1) * _PULLS
    possible = _beta(shares, n, (1 - _PULLS) / inflated)
    averages, variances = _averaged(possible, 1 / inflated**2)
    low, high = _beta_interval(averages, variances)
    low, high = np.minimum(low, values), np.maximum(high, values)
    errors = 100 * np.sqrt(variances + (averages - values) ** 2)
    columns = (place, 100 * values, 100 * low, 100 * high, errors, likely.pull[0])
    agents = _found(raw, columns, "beta_binomial", None)
    return Shrinkage(agents, 100 * centre, 100 * sqrt(correlation * centre * (1 - centre)))


def beta_prior(raw: Sequence[Estimate]) -> tuple[float, float]:
    """Return α and β of the beta distribution that the shares come from, by moments.

    Kleinman's (JASA 68:46, 1973) on effective n: the correlation ρ = 1/(α + β + 1) at which
    Q = Σ(p − μ)²·n/(μ(1 − μ)(1 + (n − 1)ρ)) is k − 1; for n alike that is the plain moment
    estimate. Both are infinite where the shares differ by no more than noise.
    """
    shares, n = _shares(raw)
    correlation = _correlation(shares, n)
    centre = float(_prior_means(shares, n, np.array([correlation]))[0])
    size = 1 / correlation - 1 if correlation else inf
    return centre * size, (1 - centre) * size


def _averaged(possible: _Posterior, steps: Floats) -> tuple[Floats, Floats]:
    """Return means and variances averaged over the priors that are possible.

    Each prior weighs as much as its likelihood, τ² being anything beforehand (Morris and Tang,
    Statistical Science 26:271, 2011): `steps` are in proportion to how much of τ² each stands
    for. Without this, intervals promise too much wherever true figures differ little, for τ² is
    then often estimated as 0.
    """
    weights = steps * np.exp(possible.log_likelihood - possible.log_likelihood.max())
    weights = weights / weights.sum()
    means = weights @ possible.means
    return means, weights @ (possible.variances + (possible.means - means) ** 2)


def _normal(means: Floats, noise: Floats, tau2: Floats) -> _Posterior:
    """Return the posterior under normal priors with each of these variances."""
    weights = 1 / (noise + tau2[:, None])
    centre = (weights @ means) / weights.sum(axis=1)
    pull = noise * weights
    variances = noise * (1 - pull) + pull**2 / weights.sum(axis=1, keepdims=True)
    distances = centre[:, None] - means
    misfit = np.sum(weights * distances**2, axis=1)
    likelihood = (np.log(weights).sum(axis=1) - np.log(weights.sum(axis=1)) - misfit) / 2
    return _Posterior(means + pull * distances, variances, pull, centre, likelihood)


def _beta(shares: Floats, n: Floats, correlations: Floats) -> _Posterior:
    """Return the posterior under beta priors with each of these ρ = 1/(α + β + 1)."""
    centre, rho = _prior_means(shares, n, correlations), correlations[:, None]
    pull = (1 - rho) / (1 + (n - 1) * rho)
    means = shares + pull * (centre[:, None] - shares)
    weights = n / (1 + (n - 1) * rho)
    of_centre = (centre * (1 - centre) / weights.sum(axis=1))[:, None]
    variances = means * (1 - means) * rho / (1 + n * rho) + pull**2 * of_centre
    size = (1 / np.maximum(correlations, _LEAST_RHO) - 1)[:, None]
    alpha, beta = centre[:, None] * size, (1 - centre[:, None]) * size
    likelihood = special.betaln(alpha + n * shares, beta + n * (1 - shares))
    likelihood = (likelihood - special.betaln(alpha, beta)).sum(axis=1)
    return _Posterior(means, variances, pull, centre, likelihood)


def _shares(raw: Sequence[Estimate]) -> tuple[Floats, Floats]:
    known = [each for each in raw if each.value is not None]
    shares = np.array([each.value for each in known], dtype=float) / 100
    return shares, np.array([each.effective_n or each.n for each in known], dtype=float)


def _correlation(shares: Floats, n: Floats) -> float:
    def excess(correlation: float) -> float:
        centre = float(_prior_means(shares, n, np.array([correlation]))[0])
        inflated = centre * (1 - centre) * (1 + (n - 1) * correlation) / n
        return float(np.sum((shares - centre) ** 2 / inflated)) - (len(shares) - 1)

    return decreasing_root(excess, _MOST_RHO)


def _prior_means(shares: Floats, n: Floats, correlations: Floats) -> Floats:
    weights = n / (1 + (n - 1) * correlations[:, None])
    found: Floats = (weights @ shares) / weights.sum(axis=1)
    return found


def _beta_interval(means: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """Return the interval of beta distributions with these moments."""
    size = np.maximum(means * (1 - means) / variances - 1, _LEAST_SIZE)
    alpha, beta = means * size, (1 - means) * size
    low = np.asarray(special.betaincinv(alpha, beta, (1 - CONFIDENCE) / 2), dtype=float)
    return low, np.asarray(special.betaincinv(alpha, beta, (1 + CONFIDENCE) / 2), dtype=float)


def _found(
    raw: Sequence[Estimate],
    columns: tuple[npt.NDArray[Any], ...],
    method: Method,
    freedom: float | None,
) -> tuple[Shrunk, ...]:
    agents = [Shrunk(_nothing(each, "no_data"), each, None) for each in raw]
    for at, value, low, high, error, pull in zip(*(c.tolist() for c in columns), strict=True):
        n = raw[at].n
        estimate = Estimate(value, n, low, high, method, standard_error=error, freedom=freedom)
        agents[at] = Shrunk(estimate, raw[at], pull)
    return tuple(agents)


def _undefined(raw: Sequence[Estimate]) -> Shrinkage:
    known = [each.n for each in raw if each.value is not None]
    is_single = max(known, default=0) <= 1
    note: Note = "one_value" if is_single else "no_spread"
    if len(known) < LEAST_AGENTS:
        note = "too_few_groups"
    return Shrinkage(tuple(Shrunk(_nothing(each, note), each, None) for each in raw), None, None)


def _nothing(raw: Estimate, note: Note) -> Estimate:
    return Estimate(None, raw.n, None, None, "none", note)
