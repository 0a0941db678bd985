"""Weighted means and totals of a stratified sample."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.design import Places, VarianceStrata, Zone, design_effect, variance_strata
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
    n = len(values)
    if n == 0:
        return NOTHING
    y, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    average = float(np.average(y, weights=w))
    drawn_in = variance_strata(strata)
    deviations = w * (y - average) / w.sum()
    uncounted = _uncounted(w, drawn_in)
    counted_all = not uncounted.any()
    process = _variances(deviations, np.ones(n), drawn_in.place)
    error = sqrt(float(process.sum()))
    deff = design_effect(w)
    if error < NOISE:
        low_high = average if counted_all else None
        note: Note = "all_counted" if counted_all else "one_value" if n == 1 else "no_spread"
        return Estimate(average, n, low_high, low_high, "none", note, design_effect=deff)
    freedom = _freedom(process, drawn_in)
    sampling_error = sqrt(float(_variances(deviations, uncounted, drawn_in.place).sum()))
    margin = float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2)) * sampling_error
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


def _freedom(process: Floats, drawn_in: VarianceStrata) -> float:
    """Return Satterthwaite's degrees of freedom of the sum of the strata's variances.

    Pooled by family: pair by pair, each with one degree, the formula takes chance differences
    of the pairs for real ones; four picks then got nearly twice the margin they should have.
    """
    degrees = np.bincount(drawn_in.family, np.bincount(drawn_in.place) - 1)
    variance = np.bincount(drawn_in.family, process)
    return float(process.sum() ** 2 / np.sum(variance**2 / np.maximum(degrees, 1)))


def _uncounted(weights: Floats, drawn_in: VarianceStrata) -> Floats:
    """Return the part of the interactions behind each value that was not counted."""
    counted = 1 / weights
    counted[counted > 1 - NOISE] = 1
    all_counted = np.bincount(drawn_in.place, counted) == np.bincount(drawn_in.place)
    uncounted: Floats = np.where(drawn_in.was_alone, ~all_counted[drawn_in.place], 1 - counted)
    return uncounted


def _variances(deviations: Floats, uncounted: Floats, place: Places) -> Floats:
    """Return what each stratum adds to the variance of the mean."""
    count = np.bincount(place)
    weight = np.bincount(place, uncounted)
    sums = np.bincount(place, uncounted * deviations)
    centre = np.divide(sums, weight, out=np.zeros(len(count)), where=(count > 1) & (weight > 0))
    squares = np.bincount(place, uncounted * (deviations - centre[place]) ** 2)
    scale: Floats = np.where(count == 1, 1, count / np.maximum(count - 1, 1))
    return squares * scale
