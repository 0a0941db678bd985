"""The random part of a draw: the smallest permanent numbers of every zone.

It depends on nothing but each agent's own interactions.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from qm.core.sampling import pareto, top_ups
from qm.core.sampling.given import DrawInput
from qm.core.sampling.numbers import permanent_numbers
from qm.core.sampling.ordering import smallest
from qm.core.sampling.policy import Policy
from qm.core.sampling.population import Bools, Floats, Ints, coded, matches, names, reasons
from qm.core.sampling.strata import Strata, divide
from qm.core.sampling.zones import Zones, time_zones, whole_strata

_CHUNK = 100_000


@dataclass(frozen=True)
class Sample:
    """What was drawn at random, and from what.

    Of the population: `ids`, `agent_of` (places in `agents`), `reason` (by which rule, from 1,
    an interaction is left out; 0 is none) and `is_new` (of a top-up: what it may pick).
    Of the frame, in the order of `strata.rows`: the permanent `numbers` and the `keys` by which
    they are ordered, the same unless some interactions are likelier than others; only then
    `probabilities` and `is_last` (see `pareto.keys`).
    Drawn: `places` in the frame with their `ranks` in the zone; `missing` picks of each agent
    that the frame could not supply.
    """

    ids: pa.LargeStringArray
    agents: list[str]
    agent_of: Ints
    reason: NDArray[np.int8]
    is_new: Bools
    strata: Strata
    zones: Zones
    numbers: Floats
    keys: Floats
    probabilities: Floats | None
    is_last: Bools | None
    places: Ints
    ranks: Ints
    missing: Ints

    def zone_of(self, places: Ints) -> Ints:
        """Return the zone (its place among the zones) in which places of the frame lie."""
        zones: Ints = np.searchsorted(self.zones.starts, places, side="right") - 1
        return zones

    def probability_of(self, places: Ints) -> Floats:
        """Return the inclusion probability of places of the frame."""
        if self.probabilities is not None:
            return self.probabilities[places]
        zones = self.zone_of(places)
        probabilities: Floats = self.zones.wanted[zones] / self.zones.sizes[zones]
        return probabilities


def sample(given: DrawInput) -> Sample:
    """Return what the policy draws at random from the population."""
    population, policy = given.population, given.policy
    reason, is_new = reasons(population, policy), top_ups.is_new(given)
    ids, (agent_of, agents) = names(population["interaction_id"]), coded(population["agent_id"])
    wanted = top_ups.targets(given, agent_of, agents, reason == 0)
    rows = np.flatnonzero((reason == 0) & is_new).astype(np.int32)
    owners = agent_of[rows]
    supplied = np.minimum(wanted, np.bincount(owners, minlength=len(agents)))
    strata = divide(population, rows, owners, supplied, policy=policy, zone=given.zone, ids=ids)
    numbers = _numbers(population, strata.rows, given.seed, ids)
    keys, probabilities, is_last = numbers, None, None
    if policy.likelier:
        probabilities, is_last = _likelier(population, strata, policy)
        keys = pareto.keys(numbers, probabilities, is_last)
    is_cut = policy.spread.time_zones and not policy.likelier
    zones = time_zones(strata) if is_cut else whole_strata(strata)
    places, ranks = _smallest(keys, zones, policy, strata, ids)
    return Sample(
        ids=ids,
        agents=agents,
        agent_of=agent_of,
        reason=reason,
        is_new=is_new,
        strata=strata,
        zones=zones,
        numbers=numbers,
        keys=keys,
        probabilities=probabilities,
        is_last=is_last,
        places=places,
        ranks=ranks,
        missing=wanted - supplied,
    )


def _numbers(population: pd.DataFrame, rows: Ints, seed: str, ids: pa.LargeStringArray) -> Floats:
    """Return the permanent numbers of the rows: those stored, the others from the seed."""
    if "number" in population:
        numbers: Floats = population["number"].to_numpy(dtype=np.float64)[rows]
    else:
        numbers = np.full(len(rows), np.nan)
    unknown = np.flatnonzero(np.isnan(numbers))
    for start in range(0, len(unknown), _CHUNK):
        part = unknown[start : start + _CHUNK]
        numbers[part] = permanent_numbers(seed, ids.take(pa.array(rows[part])).to_pylist())
    return numbers


def _likelier(population: pd.DataFrame, strata: Strata, policy: Policy) -> tuple[Floats, Bools]:
    """Return each interaction's inclusion probability, and whether one pick is left for it.

    Where several rules hold, the largest `times` counts.
    """
    hundredths = np.full(len(strata.rows), 100, dtype=np.int64)
    for rule in policy.likelier:
        holds = matches(population, rule.when)[strata.rows]
        np.maximum(hundredths, int(rule.times * 100), out=hundredths, where=holds)
    levels = np.unique([100, *(int(rule.times * 100) for rule in policy.likelier)])
    classes = np.searchsorted(levels, hundredths)
    stratum = np.repeat(np.arange(len(strata.sizes)), strata.sizes)
    shape = len(strata.sizes), len(levels)
    cells = np.bincount(stratum * len(levels) + classes, minlength=shape[0] * shape[1])
    counts = cells.reshape(shape)
    table = pareto.inclusion_probabilities(counts, levels, strata.picks)
    left = strata.picks - (counts * (table >= 1)).sum(axis=1)
    return table[stratum, classes], (left == 1)[stratum]


def _smallest(
    keys: Floats, zones: Zones, policy: Policy, strata: Strata, ids: pa.LargeStringArray
) -> tuple[Ints, Ints]:
    """Return places and ranks of the picks and reserves."""
    wanted = zones.wanted * (1 + policy.replacements.reserves_per_pick)
    # Of a zone's numbers about limit·size lie below a limit, of its Pareto keys limit·picks:
    # this one leaves few zones short, and few numbers to be sorted.
    expected = 1.2 * wanted + 4
    limits = expected / (zones.wanted.clip(1) if policy.likelier else zones.sizes)
    return smallest(keys, zones.starts, wanted, limits, ids, strata.rows)
