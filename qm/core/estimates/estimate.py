"""A number with its n and interval, or the reason why there is none."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["t", "wilson", "none"]
Note = Literal["", "no_data", "one_value", "no_spread", "all_counted"]

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
