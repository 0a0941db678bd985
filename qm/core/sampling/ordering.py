"""Orders that are the same on any machine: by a key, ties by the interaction's id."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from qm.core.sampling.population import Bools, Floats, Ints

_MOST = 2**63 - 1


def time_order(groups: Ints, started: Ints, rows: Ints, ids: pa.LargeStringArray) -> Ints:
    """Return `rows` ordered by group, start and id.

    `groups` (from 0) and `started` (µs) are those of the `rows`, which are places in `ids`.
    """
    if not len(rows):
        return rows
    keys = _combined(groups, started)
    del groups, started  # as long as the population, and of no more use
    order = np.argsort(keys)
    keys = keys[order]
    rows = rows[order]
    return _settled(rows, keys[1:] == keys[:-1], ids, rows)


def _combined(groups: Ints, started: Ints) -> NDArray[np.int64]:
    """Return keys that order by group, then start."""
    first, last = int(started.min()), int(started.max())
    span = last - first + 1
    if span * (int(groups.max()) + 1) > _MOST:
        ranks: NDArray[np.int64] = np.unique(started, return_inverse=True)[1]
        return groups.astype(np.int64) * len(ranks) + ranks
    keys = groups.astype(np.int64)
    # In place: these arrays are as long as the population.
    keys *= span
    keys += started
    keys -= first
    return keys


def by_key(keys: Floats, places: Ints, ids: pa.LargeStringArray, rows: Ints) -> Ints:
    """Return `places` ordered by their `keys`; `rows` are their places in `ids`."""
    order = np.argsort(keys)
    keys = keys[order]
    return _settled(places[order], keys[1:] == keys[:-1], ids, rows[order])


def smallest(
    keys: Floats, starts: Ints, wanted: Ints, limits: Floats, ids: pa.LargeStringArray, rows: Ints
) -> tuple[Ints, Ints]:
    """Return the places with the `wanted` smallest keys of each zone, and their ranks from 1.

    Zones follow one another in `keys`, beginning at `starts`; `rows` are the places in `ids`.
    The answer is ordered by zone and rank. Below `limits` there should be a few more than
    `wanted`: only those are sorted, and a zone with too few of them as a whole.
    """
    if not len(starts):
        return starts, starts
    sizes = np.diff(starts, append=len(keys))
    is_low: Bools = keys < np.repeat(limits, sizes)
    low = np.add.reduceat(is_low, starts, dtype=np.int64)
    is_short = low < np.minimum(wanted, sizes)
    if is_short.any():
        is_low |= np.repeat(is_short, sizes)
        low = np.where(is_short, sizes, low)
    places: Ints = np.flatnonzero(is_low)
    zones = np.repeat(np.arange(len(starts)), low)
    places = places[np.lexsort((keys[places], zones))]
    is_tied = (zones[1:] == zones[:-1]) & (keys[places[1:]] == keys[places[:-1]])
    places = _settled(places, is_tied, ids, rows[places])
    ranks = np.arange(1, len(places) + 1) - np.repeat(np.cumsum(low) - low, low)
    is_wanted = ranks <= wanted[zones]
    return places[is_wanted], ranks[is_wanted]


def _settled(order: Ints, is_tied: Bools, ids: pa.LargeStringArray, rows: Ints) -> Ints:
    """Return `order` with what ties put into the order of the ids.

    `is_tied` says of each but the first whether it ties with the one before it; `rows` are the
    places in `ids` of what is ordered.
    """
    if not is_tied.any():
        return order
    same = np.concatenate([[False], is_tied])
    places = np.flatnonzero(same | np.concatenate([is_tied, [False]]))
    table = pa.table({"run": np.cumsum(~same)[places], "id": ids.take(pa.array(rows[places]))})
    by_id = pc.sort_indices(table, sort_keys=[("run", "ascending"), ("id", "ascending")])
    settled = order.copy()
    settled[places] = order[places[by_id.to_numpy()]]
    return settled
