"""Run rules: patterns of points that noise rarely makes.

Each takes `z`, how many standard deviations the points lie from the centre, in order of time along
the last axis, and tells where a pattern ends. Every rule finds more and alarms more often: on
normal noise rule 1 alone every 370 points, with two of three 225, with four of five 166, with
eight on a side 153, and the Western Electric rules 1 to 4 together every 92 (Champ & Woodall,
Technometrics 29:393, 1987). So rule 1 alone is the default.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rule = Callable[[Floats], Flags]


def beyond_three(z: Floats) -> Flags:
    """Tell where a point lies beyond three standard deviations (WER 1, Nelson 1)."""
    return np.abs(z) > 3


def two_of_three(z: Floats) -> Flags:
    """Tell where two of three points lie beyond two, on one side (WER 2, Nelson 5)."""
    return _either_side(z, lambda side: _some(side > 2, 2, of=3))


def four_of_five(z: Floats) -> Flags:
    """Tell where four of five points lie beyond one, on one side (WER 3, Nelson 6)."""
    return _either_side(z, lambda side: _some(side > 1, 4, of=5))


def on_one_side(points: int) -> Rule:
    """Return the rule of so many points in a row on one side (WER 4: eight, Nelson 2: nine)."""
    return lambda z: _either_side(z, lambda side: _some(side > 0, points, of=points))


def six_in_a_trend(z: Floats) -> Flags:
    """Tell where six points in a row rise, or fall (Nelson 3)."""
    return _either_side(z, lambda side: _some(_step(side) > 0, 5, of=5))


def fourteen_up_and_down(z: Floats) -> Flags:
    """Tell where fourteen points in a row go up and down in turn (Nelson 4)."""
    step = _step(z)
    turns = np.zeros_like(z, dtype=bool)
    turns[..., 2:] = step[..., 2:] * step[..., 1:-1] < 0
    return _some(turns, 12, of=12)


def fifteen_close(z: Floats) -> Flags:
    """Tell where fifteen points in a row lie within one: too quiet to be true (Nelson 7)."""
    return _some(np.abs(z) < 1, 15, of=15)


def eight_far(z: Floats) -> Flags:
    """Tell where eight points in a row lie beyond one, on whichever side (Nelson 8)."""
    return _some(np.abs(z) > 1, 8, of=8)


WESTERN_ELECTRIC: Mapping[str, Rule] = {
    "WER1": beyond_three,
    "WER2": two_of_three,
    "WER3": four_of_five,
    "WER4": on_one_side(8),
}
NELSON: Mapping[str, Rule] = {
    "1": beyond_three,
    "2": on_one_side(9),
    "3": six_in_a_trend,
    "4": fourteen_up_and_down,
    "5": two_of_three,
    "6": four_of_five,
    "7": fifteen_close,
    "8": eight_far,
}
DEFAULT: tuple[Rule, ...] = (beyond_three,)


def broken(z: npt.ArrayLike, rules: Iterable[Rule] = DEFAULT) -> Flags:
    """Return at which points one of the rules is broken."""
    points = np.asarray(z, dtype=float)
    found = np.zeros(points.shape, dtype=bool)
    for rule in rules:
        found |= rule(points)
    return found


def _either_side(z: Floats, rule: Rule) -> Flags:
    return rule(z) | rule(-z)


def _some(is_so: Flags, wanted: int, *, of: int) -> Flags:
    """Tell where a point is so and, with it, `wanted` of the last `of` points are."""
    counts = np.cumsum(is_so, axis=-1, dtype=np.int32)
    within = counts.copy()
    within[..., of:] -= counts[..., :-of]
    return is_so & (within >= wanted)


def _step(z: Floats) -> Floats:
    step = np.zeros_like(z)
    step[..., 1:] = np.diff(z, axis=-1)
    return step
