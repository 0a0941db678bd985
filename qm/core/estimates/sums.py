"""Sums of independent estimates."""

from collections.abc import Sequence
from math import sqrt

from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates.estimate import CONFIDENCE, Estimate


def summed(value: float, n: int, parts: Sequence[tuple[float, Estimate]]) -> Estimate:
    """Return a value that is a weighted sum of independent estimates, with its t interval.

    Each part is (weight, estimate) and has a standard error. Degrees of freedom by Satterthwaite.
    A part without a sampling error of its own has all its error from sampling.
    """
    process = [(weight * (part.standard_error or 0.0)) ** 2 for weight, part in parts]
    sampling = sqrt(sum((weight * _sampling_error(part)) ** 2 for weight, part in parts))
    degrees = [part.freedom or 1.0 for _, part in parts]
    freedom = sum(process) ** 2 / sum(v**2 / f for v, f in zip(process, degrees, strict=True))
    reach = float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2)) * sampling
    return Estimate(
        value,
        n,
        value - reach,
        value + reach,
        "t" if sampling else "none",
        "" if sampling else "all_counted",
        sampling_error=sampling,
        standard_error=sqrt(sum(process)),
        freedom=freedom,
    )


def _sampling_error(part: Estimate) -> float:
    error = part.standard_error if part.sampling_error is None else part.sampling_error
    return error or 0.0
