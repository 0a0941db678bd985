"""Weighted means and totals of stratified samples, of many groups at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.design import (
    Codes,
    Places,
    VarianceStrata,
    Zone,
    codes_of,
    variance_strata,
)
from qm.core.estimates.estimate import CONFIDENCE, NOISE, NOTHING, Estimate, Note

Floats = npt.NDArray[np.float64]


def weighted_mean(
    values: Sequence[float], weights: Sequence[float], strata: Sequence[str] | Sequence[Zone]
) -> Estimate:
    """Return the weighted (Hájek) mean Σwy/Σw of a stratified sample with a t interval.

    `weights` say for how many interactions each value stands (N/n of its stratum, or the
    inverse inclusion probability); one that stands for itself alone adds nothing to the margin.
    `strata` names each value's stratum, or its zone.
    Variance by linearisation, with e = w(y − ȳ)/Σw and c = 1 − 1/w the part not counted:
    Σ_h n_h/(n_h − 1)·Σ c(e − B_h)², B_h = Σce/Σc (Hájek 1964; Rosén, J Stat Plan Inference
    62:159, 1997, for Pareto sampling). For weights N_h/n_h that is the textbook
    Σ W_h²(1 − n_h/N_h)s_h²/n_h (Lohr, Sampling: Design and Analysis, ch. 3 and 9). Strata with
    one value are collapsed (see `variance_strata`): how they differ is what drawing one of each
    may come to, so no correction c then (Cochran, Sampling Techniques, 1977, §5A.12); a single
    such stratum is centred at the overall mean. Degrees of freedom by Satterthwaite (Cochran,
    §5.4), the zones of one stratum of an agent pooled. The interval may leave the scale of the
    values.
    """
    if not len(values):
        return NOTHING
    groups = np.zeros(len(values), dtype=np.intp)
    return weighted_means(values, weights, codes_of(strata), groups, 1)[0]


def weighted_means(
    values: npt.ArrayLike,
    weights: npt.ArrayLike,
    zones: Codes | VarianceStrata,
    groups: Places,
    count: int,
) -> list[Estimate]:
    """Return the `weighted_mean` of each of `count` groups, those without values included.

    `groups` numbers each value's group from 0, `zones` are as `zone_codes` gives them, or what
    `variance_strata` made of them.
    """
    y, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    n = np.bincount(groups, minlength=count)
    size = np.bincount(groups, w, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):  # groups without values: 0/0
        average = np.bincount(groups, w * y, minlength=count) / size
        deff = n * np.bincount(groups, w**2, minlength=count) / size**2
    spread = _spread(w * (y - average[groups]) / size[groups], w, zones, groups, count)
    margin = special.stdtrit(spread.freedom, (1 + CONFIDENCE) / 2) * spread.sampling_error
    rows = zip(*(column.tolist() for column in (n, average, deff, margin, *spread)), strict=True)
    return [_estimate(*row) for row in rows]


def _estimate(
    n: int,
    average: float,
    deff: float,
    margin: float,
    error: float,
    sampling_error: float,
    freedom: float,
    counted_all: bool,
) -> Estimate:
    if n == 0:
        return NOTHING
    if error < NOISE:
        low_high = average if counted_all else None
        note: Note = "all_counted" if counted_all else "one_value" if n == 1 else "no_spread"
        return Estimate(average, n, low_high, low_high, "none", note, design_effect=deff)
    return Estimate(
        average,
        n,
        average - margin,
        average + margin,
        "none" if counted_all else "t",
        "all_counted" if counted_all else "",
        sampling_error=sampling_error,
        standard_error=error,
        freedom=freedom,
        design_effect=deff,
    )


def total(
    values: Sequence[float], weights: Sequence[float], strata: Sequence[str] | Sequence[Zone]
) -> Estimate:
    """Return the Horvitz–Thompson total Σwy (JASA 47:663, 1952) with a t interval.

    Arguments as for `weighted_mean`. The interval takes Σw for the number of interactions, as it
    is where the weights come from `stands_for`.
    """
    mean = weighted_mean(values, weights, strata)
    size = float(np.sum(weights))

    def scaled(part: float | None) -> float | None:
        return None if part is None else size * part

    return replace(
        mean,
        value=scaled(mean.value),
        low=scaled(mean.low),
        high=scaled(mean.high),
        sampling_error=scaled(mean.sampling_error),
        standard_error=scaled(mean.standard_error),
    )


class _Spread(NamedTuple):
    """Of each group: the error of the process and of the sample; whether it was all counted."""

    error: Floats
    sampling_error: Floats
    freedom: Floats
    counted_all: npt.NDArray[np.bool_]


def _spread(
    deviations: Floats,
    weights: Floats,
    zones: Codes | VarianceStrata,
    groups: Places,
    count: int,
) -> _Spread:
    drawn_in = zones if isinstance(zones, VarianceStrata) else variance_strata(zones, groups)
    uncounted = _uncounted(weights, drawn_in)
    process = _variances(deviations, np.ones(len(weights)), drawn_in)
    sampling = _variances(deviations, uncounted, drawn_in)
    in_group = drawn_in.group
    of_process = np.bincount(in_group, process, minlength=count).astype(float)
    return _Spread(
        np.sqrt(of_process),
        np.sqrt(np.bincount(in_group, sampling, minlength=count)),
        _freedom(process, of_process, drawn_in),
        np.bincount(groups, uncounted != 0, minlength=count) == 0,
    )


def _freedom(process: Floats, of_process: Floats, drawn_in: VarianceStrata) -> Floats:
    """Return Satterthwaite's degrees of freedom of the sums of the strata's variances.

    Pooled by family: pair by pair, each with one degree, the formula takes chance differences
    of the pairs for real ones; four picks then got nearly twice the margin they should have.
    """
    values = np.bincount(drawn_in.place, minlength=len(process))
    degrees = np.bincount(drawn_in.family, np.maximum(values - 1, 0))
    variance = np.bincount(drawn_in.family, process)
    group = np.zeros(len(variance), dtype=np.intp)
    group[drawn_in.family] = drawn_in.group
    parts = variance**2 / np.maximum(degrees, 1)
    divisor = np.bincount(group, parts, minlength=len(of_process))
    freedom: Floats = np.divide(
        of_process**2, divisor, out=np.ones(len(of_process)), where=divisor > 0
    )
    return freedom


def _uncounted(weights: Floats, drawn_in: VarianceStrata) -> Floats:
    """Return the part of the interactions behind each value that was not counted."""
    counted = 1 / weights
    counted[counted > 1 - NOISE] = 1
    all_counted = np.bincount(drawn_in.place, counted) == np.bincount(drawn_in.place)
    uncounted: Floats = np.where(drawn_in.was_alone, ~all_counted[drawn_in.place], 1 - counted)
    return uncounted


def _variances(deviations: Floats, uncounted: Floats, drawn_in: VarianceStrata) -> Floats:
    """Return what each stratum adds to the variance of its group's mean."""
    place, strata = drawn_in.place, len(drawn_in.group)
    count = np.bincount(place, minlength=strata)
    weight = np.bincount(place, uncounted, minlength=strata)
    sums = np.bincount(place, uncounted * deviations, minlength=strata)
    centre = np.divide(sums, weight, out=np.zeros(strata), where=(count > 1) & (weight > 0))
    squares = np.bincount(place, uncounted * (deviations - centre[place]) ** 2, minlength=strata)
    scale: Floats = np.where(count == 1, 1, count / np.maximum(count - 1, 1))
    return squares * scale
