"""Which random picks two analysts score, unknown to both."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd

from qm.core.sampling.numbers import permanent_numbers, second_seed
from qm.core.sampling.ordering import by_key
from qm.core.sampling.policy import Policy
from qm.core.sampling.population import Bools, names


def double_scored(picks: pd.DataFrame, policy: Policy, seed: str) -> Bools:
    """Return which of the random picks (no reserves) are scored twice.

    ⌈percent·picks⌉ of the whole draw: those with the smallest second permanent numbers, whose
    seed is `second_seed`, so that they say nothing about how a pick was drawn.
    """
    picked = np.flatnonzero(~picks["is_reserve"].to_numpy())
    count = math.ceil(Fraction(policy.double_scored_percent) * len(picked) / 100)
    chosen = np.zeros(len(picks), dtype=bool)
    if count:
        ids = picks["interaction_id"].iloc[picked]
        numbers = permanent_numbers(second_seed(seed), ids.tolist())
        chosen[by_key(numbers, picked, names(ids), np.arange(len(ids)))[:count]] = True
    return chosen
