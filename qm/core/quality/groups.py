"""Many groups of evaluations at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.estimates import Estimate, proportion
from qm.core.estimates.design import ZONE, Codes, VarianceStrata, variance_strata, zone_codes
from qm.core.estimates.means import weighted_means
from qm.core.estimates.ratios import ratios
from qm.core.estimates.shares import proportions

Places = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Key = tuple[object, ...]

DRAWN = ["stands_for", *ZONE]
"""The columns of evaluations that every weighted figure rests on, beside its own."""


@dataclass(frozen=True)
class Grouped:
    """Counted evaluations in `count` groups; `place` numbers the group of each row of `table`."""

    table: pd.DataFrame
    place: Places
    count: int

    @cached_property
    def weights(self) -> Floats:
        """For how many interactions each one stands."""
        return self.table["stands_for"].to_numpy(dtype=float)

    @cached_property
    def zones(self) -> Codes:
        """Where each one was drawn."""
        return zone_codes(self.table)

    @cached_property
    def drawn_in(self) -> VarianceStrata:
        """The strata that variances are computed in, where every row has a part."""
        return variance_strata(self.zones, self.place)

    def means(self, column: str) -> list[Estimate]:
        """Return each group's weighted mean of a column; rows without a value are left out."""
        values = self.table[column].to_numpy(dtype=float, na_value=np.nan)
        among = ~np.isnan(values)
        part = self if among.all() else self._part(among)
        return weighted_means(values[among], part.weights, part.drawn_in, part.place, self.count)

    def shares(self, hits: Flags, among: Flags) -> list[Estimate]:
        """Return each group's weighted share of hits in percent, among these rows."""
        return proportions(hits[among], self.weights[among], self.place[among], self.count)

    def ratios(self, parts: npt.ArrayLike, wholes: npt.ArrayLike) -> list[Estimate]:
        """Return each group's weighted share of `parts` in `wholes`, counts of every row."""
        return ratios(parts, wholes, self.weights, self.drawn_in, self.place, self.count)

    def _part(self, among: Flags) -> "Grouped":
        """Return some of the rows, the same part again where the same rows are asked for."""
        if (key := among.tobytes()) not in self._parts:
            part = Grouped(self.table.loc[among, DRAWN], self.place[among], self.count)
            part.__dict__["zones"] = self.zones[among]
            self._parts[key] = part
        return self._parts[key]

    @cached_property
    def _parts(self) -> dict[bytes, "Grouped"]:
        return {}


def grouped(table: pd.DataFrame, columns: Sequence[str]) -> tuple[Places, list[Key]]:
    """Return the number of each row's group, and the groups' values of these columns, sorted.

    Rows without a value in a column form groups, too; they come last.
    """
    if not columns:
        return np.zeros(len(table), dtype=np.intp), [()]
    groups = table.groupby(list(columns), sort=True, dropna=False)
    place = groups.ngroup().to_numpy().astype(np.intp)
    first = table[list(columns)].assign(place=place).drop_duplicates("place").sort_values("place")
    values = first.drop(columns="place").astype(object)
    keys = values.where(values.notna(), None).itertuples(index=False, name=None)
    return place, list(keys)


def in_order(key: Key) -> tuple[Any, ...]:
    """Return what to sort groups by: those without a value come last."""
    return tuple((value is None, value) for value in key)


def by_group(table: pd.DataFrame, columns: Sequence[str]) -> dict[Key, pd.DataFrame]:
    """Return the rows of each group."""
    place, keys = grouped(table, columns)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(keys) + 1))
    parts = (table.iloc[order[start:end]] for start, end in pairwise(ends))
    return dict(zip(keys, parts, strict=True))


def counts(wanted: npt.ArrayLike, place: Places, groups: int) -> list[int]:
    """Return the sum of what is wanted in each group."""
    summed = np.bincount(place, np.asarray(wanted, dtype=float), minlength=groups)
    return [int(n) for n in summed]


def share_of(count: int, n: int) -> Estimate:
    """Return `count` of `n` in percent, with the interval of the process behind them."""
    return proportion([number < count for number in range(n)])
