"""What the way of drawing does to an estimate: unequal weights, and zones with one pick each."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Zone = tuple[int, str, str, int]
Places = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int64]

ZONE = ("draw_id", "agent_id", "stratum", "zone")

# Neighbours are looked for among the zones of a stratum first, then among an agent's strata.
_GROUP, _AGENT, _STRATUM, _ZONE = 1, 3, 4, 5


class VarianceStrata(NamedTuple):
    """The strata that variances are computed in, of many groups at once.

    `place` numbers the stratum of each value. Of each stratum `group` tells whose it is, and
    `family` numbers those whose values vary alike, as zones of the same stratum of an agent do.
    `was_alone` tells of each value whether it was joined with others as the only one of its zone.
    """

    place: Places
    group: Places
    family: Places
    was_alone: npt.NDArray[np.bool_]


def design_effect(weights: npt.ArrayLike) -> float:
    """Return Kish's design effect n·Σw²/(Σw)² (Survey Sampling, 1965, §11.2C), from 1 to n.

    The weights 1, 1, 2, 4 have 1.375; raises `ValueError` without weights.
    """
    w = np.asarray(weights, dtype=float)
    if not len(w):
        raise ValueError("no weights, no design effect")
    return float(len(w) * np.sum(w**2) / w.sum() ** 2)


def zone_codes(table: pd.DataFrame) -> Codes:
    """Return the zones of a table's rows as numbers in the same order: a row each, four columns.

    Of draw_id, agent_id, stratum and zone. The numbers say nothing outside this table.
    """
    columns = [_coded(table[name]) for name in ZONE]
    return np.column_stack(columns).astype(np.int64, copy=False)


def codes_of(strata: Sequence[str] | Sequence[Zone]) -> Codes:
    """Return strata or zones as `zone_codes` does; the strata of names are no neighbours."""
    rows = [(0, key, "", 0) if isinstance(key, str) else key for key in strata]
    codes = zone_codes(pd.DataFrame(rows, columns=list(ZONE)))
    if rows and isinstance(strata[0], str):
        codes[:, 0] = codes[:, 1]  # as if of different draws
    return codes


def lexicographic(*columns: npt.ArrayLike) -> Places:
    """Return the places of the rows of these columns of whole numbers in ascending order."""
    key, size = np.zeros(len(np.asarray(columns[0])), dtype=np.int64), 1
    for column in columns:
        values = np.asarray(column, dtype=np.int64)
        low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
        if size * (high - low + 1) >= 2**62:
            return np.lexsort([np.asarray(each) for each in reversed(columns)])
        size *= high - low + 1
        key = key * (high - low + 1) + (values - low)
    return np.argsort(key, kind="stable")


def variance_strata(zones: Codes, groups: Places | None = None) -> VarianceStrata:
    """Return the strata to compute the variances of values from these zones in.

    `zones` is as `zone_codes` gives it, `groups` numbers the group of each value from 0: groups
    have nothing to do with each other. A zone with several values is a stratum of its own. One
    with a single value has no variance: neighbours in time are collapsed in pairs, an odd one
    joins the last pair, and so are an agent's strata with one value each (Wolter, Introduction
    to Variance Estimation, 2007, §2.5). All of a group that are alone even then are collapsed
    into one.
    """
    of = np.zeros(len(zones), dtype=np.int64) if groups is None else groups.astype(np.int64)
    keys = (of, *zones.T)
    order = lexicographic(*keys)
    cell_of, cells = _cells([key[order] for key in keys])
    count = np.bincount(cell_of, minlength=len(cells))
    kept = np.arange(len(cells))
    for shared in (_STRATUM, _AGENT):
        alone = np.flatnonzero(_values(kept, count) == 1)
        kept[alone] = _in_pairs(alone, cells[alone, shared - 1])
        kept = kept[kept]
    alone = np.flatnonzero(_values(kept, count) == 1)
    kept[alone] = len(cells) + cells[alone, _GROUP - 1]
    place, was_alone = np.empty(len(zones), np.intp), np.empty(len(zones), bool)
    place[order], was_alone[order] = kept[cell_of], count[cell_of] == 1
    strata = int(cells[:, _STRATUM - 1].max(initial=-1)) + 1
    names = np.unique(of).astype(np.intp)
    return VarianceStrata(
        place,
        np.concatenate([names[cells[:, _GROUP - 1]], names]),
        np.concatenate([cells[:, _STRATUM - 1], strata + np.arange(len(names))]),
        was_alone,
    )


def _cells(keys: Sequence[Codes]) -> tuple[Places, Places]:
    """Return the cell of each row of sorted keys, and for each cell a number per level of keys."""
    starts = np.zeros((len(keys[0]), len(keys)), dtype=bool)
    for level, key in enumerate(keys):
        starts[:1, level] = True
        starts[1:, level] = key[1:] != key[:-1]
    np.logical_or.accumulate(starts, axis=1, out=starts)
    numbers = np.cumsum(starts, axis=0) - 1
    return numbers[:, _ZONE - 1], numbers[starts[:, _ZONE - 1]]


def _values(kept: Places, count: Places) -> Places:
    """Return how many values each cell has now, when the cells were joined as `kept` says."""
    return np.bincount(kept, count, minlength=len(count)).astype(np.intp)


def _in_pairs(alone: Places, shared: Places) -> Places:
    """Return the cell that each is joined with: neighbours in pairs, an odd one in the last."""
    starts = np.flatnonzero(np.diff(shared, prepend=-1))
    sizes = np.diff(np.append(starts, len(alone)))
    start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    pair = np.minimum((np.arange(len(alone)) - start) // 2, np.maximum(0, size // 2 - 1))
    joined: Places = alone[start + 2 * pair]
    return joined


def _coded(column: "pd.Series[Any]") -> npt.NDArray[Any]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.int64)
    return pd.factorize(column, sort=True)[0]
