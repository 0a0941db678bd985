"""Pareto order sampling: a fixed number of picks where some interactions are likelier than others.

The smallest keys u(1-π)/(π(1-u)) are picked (Rosén, "On sampling with probability proportional
to size", 1997). Their inclusion probabilities are nearly π: simulated 200,000 times, they are off
by at most 1.5 % of π with 2 picks and 1.3 % with 3 from 6 to 12 interactions up to 6 times as
likely as others, 0.7 % with 2 from 40 of which a tenth are 10 times as likely, and by nothing
that shows among 100. With 1 pick they would be off by up to 3 %; it is drawn in an exact way.
"""

import numpy as np

from qm.core.sampling.population import Bools, Floats, Ints


def inclusion_probabilities(counts: Ints, sizes: Ints, picks: Ints) -> Floats:
    """Return the inclusion probability of each class of interactions in each stratum.

    `counts` has a row per stratum and a column per class: how many interactions it has. The
    probability is proportional to the class's size in `sizes`; where it would exceed 1 the class
    is taken for certain and the others share what is left of the stratum's `picks`.
    """
    is_certain = np.zeros(counts.shape, dtype=bool)
    while True:
        left = picks - (counts * is_certain).sum(axis=1)
        total = (counts * sizes * ~is_certain).sum(axis=1)
        more = ~is_certain & (counts > 0) & (left[:, None] * sizes >= total[:, None])
        if not more.any():
            break
        is_certain |= more
    share = left[:, None] * sizes / np.maximum(total, 1)[:, None]
    return np.where(is_certain, 1.0, np.where(counts > 0, share, 0.0))


def keys(numbers: Floats, probabilities: Floats, is_last: Bools) -> Floats:
    """Return the keys by which interactions are ordered; the smallest of a stratum are picked.

    Those taken for certain come first, by their numbers: their key is u - 1. `is_last` says
    where only one pick is left for the others: there the key is -ln(1-u)/π, the waiting time of
    an exponential race, which each wins with exactly the probability π. Where nothing is picked
    π is 0 and the key infinite.
    """
    u, chance = numbers, probabilities
    with np.errstate(divide="ignore"):
        pareto = u * (1 - chance) / (chance * (1 - u))
        order = np.where(is_last, -np.log1p(-u) / chance, pareto)
    return np.where(chance >= 1, u - 1, order)


def number_at(key: float, probability: float, is_last: bool) -> float:
    """Return the number at which an interaction of this probability has `key`, in [0, 1]."""
    if probability >= 1:
        return 1.0
    if key < 0:
        return 0.0
    if is_last:
        return float(-np.expm1(-key * probability))
    return key * probability / (1 - probability + key * probability)
