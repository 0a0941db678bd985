"""The population as arrays: what a policy names in it, and where its conditions hold.

Whole columns are judged at once, with the meaning that `InteractionIs.matches` gives a single
interaction.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from qm.core.forms.conditions import Condition, InteractionIs, Leaf, holds, leaves
from qm.core.sampling.policy import Policy

Bools = NDArray[np.bool_]
Ints = NDArray[np.integer]
Floats = NDArray[np.float64]

_COLUMNS = {"agent": "agent_id", "team": "team_id"}
_NO, _YES = "no", "yes"


def attributes(policy: Policy) -> frozenset[str]:
    """Return the interaction's attributes that the policy's conditions name."""
    return frozenset(
        leaf.interaction
        for condition in _conditions(policy)
        for _path, leaf in leaves(condition)
        if isinstance(leaf, InteractionIs)
    )


def _conditions(policy: Policy) -> Iterator[Condition]:
    yield from (rule.when for rule in policy.leave_out)
    yield from (rule.when for rule in policy.likelier)
    yield from (quota.when for quota in policy.targeted if quota.when is not None)


def matches(population: pd.DataFrame, condition: Condition) -> Bools:
    """Return for which interactions of the population `condition` holds.

    An attribute without a column is one that no interaction has. Questions have no answers yet.
    """

    def truth_of(leaf: Leaf) -> Bools:
        if not isinstance(leaf, InteractionIs):
            return np.zeros(len(population), dtype=bool)
        column = _COLUMNS.get(leaf.interaction, leaf.interaction)
        if column not in population:
            return np.zeros(len(population), dtype=bool)
        return _holds_in(population[column], leaf)

    return holds(condition, truth_of)


def _holds_in(column: pd.Series, leaf: InteractionIs) -> Bools:
    if column.dtype == bool:
        truths = np.array([leaf.matches({leaf.interaction: text}) for text in (_NO, _YES)])
        return truths[column.to_numpy().astype(np.int8)]
    if pd.api.types.is_numeric_dtype(column.dtype):
        return _number_holds(column.to_numpy(), leaf)
    codes, texts = coded(column)
    truths = np.array([*(leaf.matches({leaf.interaction: text}) for text in texts), False])
    return truths[codes]  # the code of a missing text is -1: the last


def _number_holds(values: NDArray[np.number], leaf: InteractionIs) -> Bools:
    if leaf.one_of:
        return np.isin(values, [*_numbers_written(leaf.one_of, values.dtype)])
    # Bounds have few enough digits for a float to order as their decimals do.
    truth: Bools = np.isfinite(values)
    if leaf.at_least is not None:
        truth &= values >= float(leaf.at_least)
    if leaf.at_most is not None:
        truth &= values <= float(leaf.at_most)
    return truth


def _numbers_written(texts: tuple[str, ...], dtype: np.dtype) -> Iterator[float | int]:
    kind = int if np.issubdtype(dtype, np.integer) else float
    for text in texts:
        try:
            value = kind(text)
        except ValueError:
            continue
        if str(value) == text and value == value:  # noqa: PLR0124 (NaN is no number)
            yield value


def coded(column: pd.Series) -> tuple[Ints, list[str]]:
    """Return each row's place in the sorted texts of a column, -1 where missing, and the texts."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, texts = column.cat.codes.to_numpy(), column.cat.categories.astype(str).to_list()
    else:
        codes, uniques = pd.factorize(column)
        texts = [str(text) for text in uniques]
    if all(one < next_one for one, next_one in pairwise(texts)):
        return codes, texts
    order = sorted(range(len(texts)), key=texts.__getitem__)
    place = np.empty(len(texts) + 1, dtype=np.int32)
    place[order] = np.arange(len(texts))
    place[-1] = -1
    return place[codes], [texts[index] for index in order]


def names(column: pd.Series) -> pa.LargeStringArray:
    """Return a column of ids as an Arrow array in one piece."""
    array = pa.array(column, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(pa.large_string())


def started_us(population: pd.DataFrame) -> Ints:
    """Return when the interactions began, in microseconds since 1970 (UTC)."""
    return population["started_at"].to_numpy(dtype="datetime64[us]").view(np.int64)


def reasons(population: pd.DataFrame, policy: Policy) -> NDArray[np.int8]:
    """Return by which rule of `policy.leave_out` each interaction is left out.

    0 is in the frame, k left out by the k-th rule: the first one that holds.
    """
    reason = np.zeros(len(population), dtype=np.int8)
    for place, rule in enumerate(policy.leave_out, start=1):
        reason[matches(population, rule.when) & (reason == 0)] = place
    return reason


def counts_by_reason(reason: NDArray[np.int8], policy: Policy) -> dict[str, int]:
    """Return how many interactions each reason leaves out, in the order of the rules."""
    counts: dict[str, int] = {}
    per_rule = np.bincount(reason, minlength=len(policy.leave_out) + 1)
    for rule, count in zip(policy.leave_out, per_rule[1:].tolist(), strict=True):
        counts[rule.reason] = counts.get(rule.reason, 0) + count
    return counts
