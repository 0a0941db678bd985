"""Picks wanted for their own sake: by quota, apart from every average."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from qm.core.sampling.given import DrawInput
from qm.core.sampling.ordering import by_key
from qm.core.sampling.policy import Quota
from qm.core.sampling.population import Bools, Ints, matches
from qm.core.sampling.random_picks import Sample


class Target(NamedTuple):
    """What a quota picks: places in the frame's order, by ascending permanent number."""

    quota: str
    places: Ints


def targets(given: DrawInput, drawn: Sample) -> list[Target]:
    """Return what each quota picks from the part of the frame that was not drawn at random.

    Picks and reserves of the random part are never targeted, nor is an interaction by two
    quotas: the first takes it. What earlier draws of the period targeted counts towards the
    quota's limits.
    """
    is_free = np.ones(len(drawn.numbers), dtype=bool)
    is_free[drawn.places] = False
    chosen = []
    for quota in given.policy.targeted:
        wanted = _wanted(given.population, quota)[drawn.strata.rows]
        places = _within_limits(np.flatnonzero(wanted & is_free), quota, given, drawn)
        is_free[places] = False
        chosen.append(Target(quota.quota, places))
    return chosen


def _wanted(population: pd.DataFrame, quota: Quota) -> Bools:
    wanted = np.ones(len(population), dtype=bool)
    if quota.when is not None:
        wanted &= matches(population, quota.when)
    if quota.phrases:
        wanted &= population[f"says:{quota.quota}"].to_numpy(dtype=bool)
    return wanted


def _within_limits(places: Ints, quota: Quota, given: DrawInput, drawn: Sample) -> Ints:
    """Return as many of the places, by their numbers, as the quota may still pick."""
    places = by_key(drawn.numbers[places], places, drawn.ids, drawn.strata.rows[places])
    before = _before(given.earlier, quota.quota)
    if quota.max_per_agent is not None:
        taken = np.array([before.get(agent, 0) for agent in drawn.agents], dtype=np.int64)
        agents = pd.Series(drawn.agent_of[drawn.strata.rows[places]])
        order = agents.groupby(agents).cumcount().to_numpy()
        places = places[order + taken[agents.to_numpy()] < quota.max_per_agent]
    return places[: max(0, quota.max_per_period - sum(before.values()))]


def _before(earlier: pd.DataFrame | None, quota: str) -> dict[str, int]:
    """Return how many picks of the quota each agent has in effect already."""
    if earlier is None:
        return {}
    of_quota = earlier[(earlier["quota"] == quota) & earlier["is_in_effect"].astype(bool)]
    counts = of_quota["agent_id"].astype(str).value_counts()
    return dict(zip(counts.index, counts.tolist(), strict=True))
