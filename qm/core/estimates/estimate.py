"""A number with its n and interval, or the reason why there is none."""

from dataclasses import dataclass
from typing import Literal

Method = Literal[
    "t",
    "wilson",
    "linearised",
    "empirical_bayes",
    "beta_binomial",
    "bonett",
    "order_statistics",
    "none",
]
Note = Literal[
    "",
    "no_data",
    "one_value",
    "no_spread",
    "all_counted",
    "too_few_values",
    "too_few_groups",
    "not_comparable",
    "empty_cell",
    "too_few_to_show",
]

CONFIDENCE = 0.95

# Far below any difference that means something, far above the rounding noise of floats.
NOISE = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval.

    `value` is None where nothing was measured. `low` and `high` are None where the data give no
    interval (one value, or values without any spread) and equal to `value` where every
    interaction was counted; `note` says so. `count` is how many of the n, for a share.
    `sampling_error` is the standard error behind the interval: how far the sample may lie from
    the interactions it was drawn from. `standard_error` with its degrees of `freedom` is that of
    the process behind the values, as if drawn from endlessly many: what periods are compared by,
    even where all were counted. `design_effect` is Kish's: by how much unequal weights inflate
    the variance, 1 where all weights are equal.

    `method`: Student's t; Wilson's score interval; `linearised`, a share of things in clusters
    (`qm.core.estimates.ratios`); `empirical_bayes` and `beta_binomial`, which
    borrow from the other groups (`qm.core.quality.shrinkage`); Bonett's for a standard deviation;
    `order_statistics` for a median. `note` further: `too_few_values` for an interval,
    `too_few_groups` to borrow from, `not_comparable` with what others did, `empty_cell` of the
    mix that a figure is standardised to; `too_few_to_show`: hidden, because it tells of few.
    """

    value: float | None
    n: int
    low: float | None
    high: float | None
    method: Method
    note: Note = ""
    count: int | None = None
    sampling_error: float | None = None
    standard_error: float | None = None
    freedom: float | None = None
    design_effect: float | None = None

    @property
    def margin(self) -> float | None:
        """Half the width of the interval, in the unit of the value."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2

    @property
    def effective_n(self) -> float | None:
        """How many equally weighted values would say as much: n over the design effect."""
        return None if self.design_effect is None else self.n / self.design_effect


NOTHING = Estimate(None, 0, None, None, "none", "no_data")
