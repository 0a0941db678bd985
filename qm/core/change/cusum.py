"""The tabular CUSUM: how far values have strayed from a target, added up, on either side."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SLACK, LIMIT = 0.5, 5.0
"""k and h in standard deviations: a false alarm every 465 points, a shift of one found in 10.4."""


@dataclass(frozen=True)
class Cusum:
    """The sums above and below the target at each value; beyond `limit` they alarm."""

    high: Floats
    low: Floats
    limit: float

    @property
    def alarms(self) -> list[int]:
        """The places, from 0, at which one of the sums lies beyond the limit."""
        return [int(k) for k in np.flatnonzero(np.maximum(self.high, self.low) > self.limit)]

    def since(self, place: int) -> int:
        """Return where the sum that is larger at `place` last began to rise: where it changed."""
        side = self.high if self.high[place] >= self.low[place] else self.low
        return began(side, place)


def cusum_chart(
    values: npt.ArrayLike, target: float, sigma: float, *, k: float = SLACK, h: float = LIMIT
) -> Cusum:
    """Return the sums max(0, S + x − target − kσ) and max(0, S + target − kσ − x), with hσ.

    NIST §6.3.2.3: 20 means around 325 with kσ = 0.3175 and hσ = 4.1959 alarm first at the 14th.
    """
    x = np.asarray(values, dtype=float) - target
    return Cusum(summed(x - k * sigma), summed(-x - k * sigma), h * sigma)


def began(sums: npt.ArrayLike, place: int) -> int:
    """Return the place after the last zero before `place`: where what it shows began."""
    zeros = np.flatnonzero(np.asarray(sums)[: place + 1] <= 0)
    return int(zeros[-1]) + 1 if len(zeros) else 0


def summed(steps: Floats) -> Floats:
    """Return max(0, S + step) at each step, from 0: the total over its own lowest point so far."""
    total = np.cumsum(steps)
    summed: Floats = total - np.minimum.accumulate(np.minimum(total, 0))
    return summed
