"""By how much two shares differ."""

from math import sqrt

from qm.core.estimates.shares import wilson


def share_difference(
    before: float, before_n: float, after: float, after_n: float
) -> tuple[float, float]:
    """Return the 95 % interval of `after` − `before`, two independent shares from 0 to 1.

    Newcombe's hybrid score interval without continuity correction (Statistics in Medicine 17,
    1998, 873–890, method 10): 56 of 70 less 48 of 80 gives 0.0524 to 0.3339. The n may be
    effective ones; both are above 0.
    """
    before_low, before_high = wilson(before, before_n)
    after_low, after_high = wilson(after, after_n)
    difference = after - before
    low = difference - sqrt((after - after_low) ** 2 + (before_high - before) ** 2)
    high = difference + sqrt((after_high - after) ** 2 + (before - before_low) ** 2)
    return low, high
