"""How many of each: picks shared out over strata, exactly and the same on any machine."""

import heapq
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from qm.core.sampling.population import Floats, Ints


def systematic_places(interactions: int, picks: int, start: float = 0.0) -> Ints:
    """Return floor((start + k)·N/n) for k = 0 … n-1: evenly spread places from 0.

    With `start` 0 they are the places at which n zones of equal size begin.
    """
    places: Ints = np.floor((start + np.arange(picks)) * interactions / picks).astype(np.int64)
    return places


def proportional(sizes: Ints, picks: Ints, groups: Ints) -> Ints:
    """Return how many of a group's picks each of its strata gets, in proportion to its size.

    `sizes` and `groups` are those of the strata, with the groups (places in `picks`) in order.
    Largest remainder, computed in whole numbers; the earlier stratum wins a tie. No stratum gets
    more than its size where no group has more picks than interactions.
    """
    total = np.bincount(groups, weights=sizes, minlength=len(picks)).astype(np.int64)
    share, remainder = np.divmod(sizes * picks[groups], total[groups])
    left = picks - np.bincount(groups, weights=share, minlength=len(picks)).astype(np.int64)
    order = np.lexsort((np.arange(len(sizes)), -remainder, groups))
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[order] = np.arange(len(sizes)) - np.searchsorted(groups, groups)
    shares: Ints = share + (rank < left[groups])
    return shares


def largest_remainder(
    total: int, weights: Sequence[int | Fraction], least: Sequence[int], most: Sequence[int]
) -> list[int]:
    """Return whole numbers that sum to `total`, in proportion to `weights` within bounds.

    Who lies outside a bound in proportion gets the bound, and the others share the rest anew
    (active set); what rounding down leaves goes to the largest remainders, the first on a tie.
    Raises `ValueError` where the bounds cannot hold the total or a weight is not positive.
    """
    if not sum(least) <= total <= sum(most):
        raise ValueError(f"{total} does not lie between {sum(least)} and {sum(most)}")
    if any(weight <= 0 for weight in weights):
        raise ValueError("weights must be positive")
    shares = _bounded_shares(total, [Fraction(weight) for weight in weights], least, most)
    whole = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: whole[place] - shares[place])
    for place in by_remainder[: total - sum(whole)]:
        whole[place] += 1
    return whole


def _bounded_shares(
    total: int, weights: Sequence[Fraction], least: Sequence[int], most: Sequence[int]
) -> list[Fraction]:
    shares = [Fraction(0)] * len(weights)
    free = set(range(len(weights)))
    left = Fraction(total)
    while free:
        scale = left / sum(weights[place] for place in free)
        for place in free:
            shares[place] = weights[place] * scale
        low = [place for place in free if shares[place] < least[place]]
        high = [place for place in free if shares[place] > most[place]]
        # Where more is missing below than is too much above, the lower bounds are sure to bind.
        missing = sum(least[place] - shares[place] for place in low)
        too_much = sum(shares[place] - most[place] for place in high)
        bound = [(place, least[place]) for place in low if missing >= too_much]
        bound += [(place, most[place]) for place in high if too_much >= missing]
        if not bound:
            break
        for place, value in bound:
            shares[place] = Fraction(value)
            left -= value
            free.remove(place)
    return shares


def neyman(
    sizes: Sequence[float],
    spreads: Sequence[float],
    total: float,
    costs: Sequence[float] | None = None,
) -> Floats:
    """Return Neyman's allocation n ∝ N·S/√c, before rounding and without bounds.

    `spreads` are the strata's standard deviations S; `costs` per pick are 1 where not given.
    Where no stratum has any spread the allocation is proportional to the sizes.
    """
    weights = np.asarray(sizes, dtype=float) * spreads / np.sqrt(costs or [1.0] * len(sizes))
    if not weights.any():
        weights = np.asarray(sizes, dtype=float)
    shares: Floats = total * weights / weights.sum()
    return shares


def neyman_integer(
    sizes: Sequence[int],
    spreads: Sequence[float],
    total: int,
    costs: Sequence[float] | None = None,
    least: int = 1,
) -> list[int]:
    """Return the whole-number allocation with the smallest variance of the stratified mean.

    Every stratum gets `least` (all it has, where that is fewer); each further pick goes where
    N·S/√(c·m(m+1)) is largest, the first on a tie: exact for equal costs (Wright, "A simple
    method of exact optimal sample allocation under stratification", 2017), and with costs the
    best use of each next pick. Raises `ValueError` where `total` does not fit.
    """
    counts = [min(least, size) for size in sizes]
    if not sum(counts) <= total <= sum(sizes):
        raise ValueError(f"{total} does not lie between {sum(counts)} and {sum(sizes)}")

    def entry(place: int) -> tuple[float, int]:
        gain = sizes[place] * spreads[place] / math.sqrt(costs[place] if costs else 1.0)
        m = counts[place]
        # The first pick of a stratum is worth more than any further one: its variance is unknown.
        return (-gain / math.sqrt(m * (m + 1)) if m else -math.inf, place)

    waiting = [entry(place) for place in range(len(sizes)) if counts[place] < sizes[place]]
    heapq.heapify(waiting)
    for _pick in range(total - sum(counts)):
        _gain, place = heapq.heappop(waiting)
        counts[place] += 1
        if counts[place] < sizes[place]:
            heapq.heappush(waiting, entry(place))
    return counts
