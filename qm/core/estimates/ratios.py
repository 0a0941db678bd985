"""Shares of things that come in clusters, as the questions of an evaluation do."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.design import Codes, Places, VarianceStrata, Zone, codes_of
from qm.core.estimates.estimate import CONFIDENCE, NOTHING, Estimate
from qm.core.estimates.means import weighted_means
from qm.core.estimates.shares import wilsons

Floats = npt.NDArray[np.float64]


def ratio(
    parts: npt.ArrayLike,
    wholes: npt.ArrayLike,
    weights: npt.ArrayLike,
    strata: Sequence[str] | Sequence[Zone],
) -> Estimate:
    """Return the weighted share Σwd/Σwm in percent of a sample of clusters.

    `parts` (d) says how many of the `wholes` (m) of each cluster are so: of the questions that
    applied in an evaluation, those that fell short. `weights` and `strata` are the clusters', as
    for `weighted_mean`; a cluster in which nothing applied is given, too, with m = 0. `n` is Σm,
    `count` Σd.
    The things of a cluster are alike, so the error is not that of a share of n. It is that of the
    ratio estimator by linearisation, the weighted mean of R + (d − Rm)/m̄ (Lohr, Sampling: Design
    and Analysis, 2nd ed., §4.1 and §9.1; Särndal, Swensson and Wretman, Model Assisted Survey
    Sampling, 1992, §5.6). The interval is Wilson's on the n that this error comes to,
    p(1 − p)/V, less what few degrees of freedom leave unsure (Korn and Graubard, Survey
    Methodology 24, 1998, 193–201), which stays inside 0–100 and is one where nothing fell short
    at all. That n lies between those of clusters that are all alike inside and of things that
    have nothing to do with each other. In simulations of 5 to 100 evaluations of up to 20
    questions, 2 to 20 % short, correlated by 0 to 0.3 inside, it held the truth in 86 to 99 %:
    the t interval of the ratio in 43 to 95 %, Wilson's on the questions in 58 to 97 %.
    """
    groups = np.zeros(len(np.asarray(wholes)), dtype=np.intp)
    return ratios(parts, wholes, weights, codes_of(strata), groups, 1)[0]


def ratios(
    parts: npt.ArrayLike,
    wholes: npt.ArrayLike,
    weights: npt.ArrayLike,
    zones: Codes | VarianceStrata,
    groups: Places,
    count: int,
) -> list[Estimate]:
    """Return the `ratio` of each of `count` groups of clusters, those without any included.

    `groups` numbers each cluster's group from 0, `zones` are as for `weighted_means`.
    """
    d, m, w = (np.asarray(each, dtype=float) for each in (parts, wholes, weights))

    def summed(values: Floats) -> Floats:
        return np.asarray(np.bincount(groups, values, minlength=count), dtype=float)

    with np.errstate(invalid="ignore", divide="ignore"):  # groups without anything: 0/0
        share = summed(w * d) / summed(w * m)
        mean_whole = summed(w * m) / summed(w)
        uncounted = 1 - np.bincount(groups, minlength=count) / summed(w)
        all_alike = summed(w * m) ** 2 / summed((w * m) ** 2) / uncounted
        unrelated = summed(w * m) ** 2 / summed(w**2 * m) / uncounted
        linear = share[groups] + (d - share[groups] * m) / mean_whole[groups]
    # Groups in which nothing applied have no share, and no part in this.
    linear[np.isnan(linear)] = 0
    means = weighted_means(linear, w, zones, groups, count)
    with np.errstate(invalid="ignore", divide="ignore"):  # as above, and all counted: n of 1/0
        low, high = wilsons(share, np.clip(_effective_n(share, means), all_alike, unrelated))
    columns = (share, summed(m), summed(d), low, high)
    rows = zip(means, *(column.tolist() for column in columns), strict=True)
    return [_estimate(*row) for row in rows]


def _estimate(
    mean: Estimate, share: float, n: float, found: float, low: float, high: float
) -> Estimate:
    if not n:
        return NOTHING
    is_exact = mean.note == "all_counted"
    return Estimate(
        100 * share,
        int(n),
        100 * (share if is_exact else low),
        100 * (share if is_exact else high),
        "none" if is_exact else "linearised",
        "all_counted" if is_exact else "",
        count=int(found),
        sampling_error=_in_percent(mean.sampling_error),
        standard_error=_in_percent(mean.standard_error),
        freedom=mean.freedom,
    )


def _effective_n(share: Floats, means: Sequence[Estimate]) -> Floats:
    """Return the n of things that have nothing to do with each other and say as much.

    0 where the sample has no error of its own: then nothing is known of how alike they are.
    """
    error = np.array([mean.sampling_error or 0.0 for mean in means])
    freedom = np.array([mean.freedom or 1.0 for mean in means])
    quantile = (1 + CONFIDENCE) / 2
    unsure = special.ndtri(quantile) / special.stdtrit(freedom, quantile)
    n: Floats = share * (1 - share) * (unsure / error) ** 2
    return np.where(error > 0, n, 0.0)


def _in_percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def counted_share(part: float, whole: float) -> Estimate:
    """Return `part` of `whole` in percent where all there is was counted: nothing is estimated.

    Undefined where there is nothing; from parts and wholes that were summed first.
    """
    if not whole:
        return NOTHING
    percent = 100 * float(part) / float(whole)
    return Estimate(percent, int(whole), percent, percent, "none", "all_counted", count=int(part))
