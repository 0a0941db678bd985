"""Whom a row is about, in one column: only where a column names nothing but its own level."""

from __future__ import annotations

import pandas as pd

from qm.reports.subjects import EMPTY, joined, own_columns

LEVELS = ["level", "team", "queue", "agent", "score"]
TABLE = pd.DataFrame(
    [
        ("centre", None, None, None, 80.0),
        ("team", "Sales", None, None, 81.0),
        ("queue", None, "returns", None, 79.0),
    ],
    columns=LEVELS,
)


def test_columns_of_single_levels_can_be_one():
    assert own_columns(TABLE, LEVELS) == ("team", "queue")
    told = [[EMPTY, "Sales", EMPTY], [EMPTY, EMPTY, "returns"]]
    assert joined(told) == [EMPTY, "Sales", "returns"]


def test_a_column_that_says_more_stays_apart():
    more = pd.DataFrame([("agent", "Sales", None, "Sara", 82.0)], columns=LEVELS)
    assert own_columns(pd.concat([TABLE, more]), LEVELS) == ("queue", "agent")


def test_one_column_or_none_stays_as_it_is():
    assert own_columns(TABLE[TABLE["level"] != "queue"], LEVELS) == ()
    assert own_columns(TABLE, ["team", "queue", "score"]) == ()
