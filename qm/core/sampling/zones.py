"""Zones: the parts of a stratum from each of which so many of the smallest numbers are picked."""

from dataclasses import dataclass

import numpy as np

from qm.core.sampling.population import Ints
from qm.core.sampling.strata import Strata


@dataclass(frozen=True)
class Zones:
    """What the strata are cut into, one zone after another in the frame's order.

    `starts` are places in that order, `strata` whose zones they are; `numbers` count from 1
    within the stratum; `wanted` picks are taken from each zone.
    """

    starts: Ints
    sizes: Ints
    strata: Ints
    numbers: Ints
    wanted: Ints


def time_zones(strata: Strata) -> Zones:
    """Return as many zones per stratum as it has picks: zone k begins at floor(k·N/n).

    A stratum without picks is one zone from which none is taken.
    """
    counts = strata.picks.clip(1)
    stratum = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(stratum)) - np.repeat(np.cumsum(counts) - counts, counts)
    sizes, picks = strata.sizes[stratum], counts[stratum]
    starts, ends = within * sizes // picks, (within + 1) * sizes // picks
    wanted = strata.picks[stratum].clip(0, 1)
    return Zones(strata.starts[stratum] + starts, ends - starts, stratum, within + 1, wanted)


def whole_strata(strata: Strata) -> Zones:
    """Return every stratum as one zone, with all its picks."""
    count = len(strata.starts)
    ones = np.ones(count, dtype=np.int64)
    return Zones(strata.starts, strata.sizes, np.arange(count), ones, strata.picks)
