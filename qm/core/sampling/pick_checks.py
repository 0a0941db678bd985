"""Picks as they are stored, compared with those that are drawn again."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from qm.core.problems import N_
from qm.core.sampling.checks import Check, examples, ok, wrong
from qm.core.sampling.given import PICK_COLUMNS
from qm.core.sampling.hashes import picks_sha256

PICKS_RIGHT = N_("Every pick and reserve is the same: {picks} picks, {reserves} reserves.")
PICKS_HASH_RIGHT = N_("Their hash is the one that the draw names: SHA-256 {sha256}.")
PICKS_HASH_WRONG = N_("Their hash is another one than the draw names: {found}, not {sha256}.")
PICKS_MISSING = N_("{count} drawn again are not among its picks: {examples}.")
PICKS_FOREIGN = N_("{count} of its picks are not drawn again: {examples}.")
PICKS_CHANGED = N_("“{column}” of {count} picks is not what is drawn again: {examples}.")
PICKS_TWICE = N_("{count} interactions are among its picks more than once: {examples}.")
COVERAGE_RIGHT = N_("The numbers per agent and month are the same.")
COVERAGE_WRONG = N_("The numbers per agent and month differ for: {examples}.")

# Computed with sums and logarithms, whose last digit may differ between processors.
_TOLERANCE = {"inclusion_probability": 1e-9}
_TYPES = {
    **dict.fromkeys(("zone", "zone_size", "rank"), "int64"),
    **dict.fromkeys(("number", "inclusion_probability"), "float64"),
    "is_reserve": "bool",
}
_COVERAGE = ["agent_id", "month", "frame_size", "picked"]


def pick_checks(stored: pd.DataFrame, sha256: str, again: pd.DataFrame) -> Iterator[Check]:
    """Yield what comparing every pick and reserve found; `sha256` is the hash the draw names."""
    stored = stored.astype(_TYPES)
    twice = stored["interaction_id"][stored["interaction_id"].duplicated()]
    if not twice.empty:
        yield wrong("picks", PICKS_TWICE, count=len(twice), examples=examples(twice))
        return
    told, found = (
        frame[PICK_COLUMNS].set_index("interaction_id").sort_index() for frame in (stored, again)
    )
    differences = list(_differences(told, found))
    if not differences:
        reserves = int(found["is_reserve"].sum())
        yield ok("picks", PICKS_RIGHT, picks=len(found) - reserves, reserves=reserves)
    yield from differences
    # The hash of what is stored: a probability's last digit may differ on another machine.
    hashed = picks_sha256(stored)
    if hashed == sha256:
        yield ok("picks_hash", PICKS_HASH_RIGHT, sha256=sha256)
    else:
        yield wrong("picks_hash", PICKS_HASH_WRONG, sha256=sha256, found=hashed)


def coverage_check(stored: pd.DataFrame, again: pd.DataFrame) -> Check:
    """Return whether the numbers per agent and month are those of the draw made again."""
    told, found = (
        {(str(agent), str(month), int(size), int(picked)) for agent, month, size, picked in rows}
        for rows in (_coverage_rows(stored), _coverage_rows(again))
    )
    if told == found:
        return ok("coverage", COVERAGE_RIGHT)
    differing = sorted({f"{row[0]} {row[1]}" for row in told ^ found})
    return wrong("coverage", COVERAGE_WRONG, examples=examples(differing))


def _coverage_rows(coverage: pd.DataFrame) -> Any:
    return coverage[_COVERAGE].itertuples(index=False, name=None)


def _differences(told: pd.DataFrame, found: pd.DataFrame) -> Iterator[Check]:
    missing, foreign = found.index.difference(told.index), told.index.difference(found.index)
    for template, ids in ((PICKS_MISSING, missing), (PICKS_FOREIGN, foreign)):
        if len(ids):
            yield wrong("picks", template, count=len(ids), examples=examples(ids))
    both = told.index.intersection(found.index)
    for column in PICK_COLUMNS[1:]:
        left, right = told.loc[both, column], found.loc[both, column]
        differs = ~_equal(left, right, _TOLERANCE.get(column))
        if differs.any():
            values = {"column": column, "count": int(differs.sum())}
            yield wrong("picks", PICKS_CHANGED, **values, examples=examples(both[differs]))


def _equal(left: "pd.Series[Any]", right: "pd.Series[Any]", tolerance: float | None) -> Any:
    if tolerance is not None:
        return np.isclose(left.astype(float), right.astype(float), rtol=tolerance, atol=0)
    both_none = left.isna().to_numpy() & right.isna().to_numpy()
    return (left.astype(object).to_numpy() == right.astype(object).to_numpy()) | both_none
