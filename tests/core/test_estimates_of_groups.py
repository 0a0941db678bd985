"""Many groups at once give what each group gives by itself, by the plain formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.estimates import (
    Estimate,
    proportion,
    proportions,
    weighted_mean,
    weighted_means,
    zone_codes,
)
from qm.core.estimates.design import codes_of, variance_strata
from tests.fixtures.collapsed_strata import collapsed

GROUPS = 4
ZONE = ["draw_id", "agent_id", "stratum", "zone"]
rows = st.lists(
    st.tuples(
        st.integers(0, GROUPS - 1),
        st.integers(1, 2),
        st.sampled_from("ab"),
        st.sampled_from(["call", "chat", ""]),
        st.integers(1, 5),
        st.sampled_from([0.0, 50.0, 72.5, 100.0]),
        st.sampled_from([1.0, 2.0, 7.5]),
    ),
    max_size=40,
)


def table_of(drawn: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(drawn, columns=["group", *ZONE, "value", "weight"])


def zones_of(table: pd.DataFrame) -> list[tuple]:
    return list(table[ZONE].itertuples(index=False, name=None))


def same(one: Estimate, other: Estimate) -> bool:
    exact = ("n", "method", "note", "count")
    close = ("value", "low", "high", "sampling_error", "standard_error", "freedom", "design_effect")
    pairs = [(getattr(one, name), getattr(other, name)) for name in close]
    return all(getattr(one, name) == getattr(other, name) for name in exact) and all(
        b is None if a is None else b is not None and a == pytest.approx(b, rel=1e-9, abs=1e-7)
        for a, b in pairs
    )


@settings(max_examples=60, deadline=None)
@given(rows)
def test_means_of_groups_are_those_of_each_group(drawn: list[tuple]) -> None:
    table = table_of(drawn)
    found = weighted_means(
        table["value"],
        table["weight"],
        zone_codes(table),
        table["group"].to_numpy(dtype=np.intp),
        GROUPS,
    )
    for group, estimate in enumerate(found):
        own = table[table["group"] == group]
        assert same(estimate, weighted_mean(list(own["value"]), list(own["weight"]), zones_of(own)))


@settings(max_examples=40, deadline=None)
@given(rows, st.booleans())
def test_shares_of_groups_are_those_of_each_group(drawn: list[tuple], is_weighted: bool) -> None:
    table = table_of(drawn)
    hits, groups = table["value"] > 60, table["group"].to_numpy(dtype=np.intp)
    found = proportions(hits, table["weight"] if is_weighted else None, groups, GROUPS)
    for group, estimate in enumerate(found):
        own = table["group"] == group
        weights = list(table["weight"][own]) if is_weighted else None
        assert same(estimate, proportion(list(hits[own]), weights))


@settings(max_examples=150, deadline=None)
@given(rows)
def test_strata_are_collapsed_as_one_would_by_hand(drawn: list[tuple]) -> None:
    zones = zones_of(table_of(drawn))
    found = variance_strata(codes_of(zones))
    cells, families, alone = collapsed(zones)

    def alike(numbers: list) -> list[list[bool]]:
        return [[one == other for other in numbers] for one in numbers]

    assert alike(found.place.tolist()) == alike(cells)
    assert alike(found.family[found.place].tolist()) == alike(families)
    assert found.was_alone.tolist() == alone


def test_strata_by_name_are_no_neighbours() -> None:
    found = variance_strata(codes_of(["a", "b", "c", "c"]))
    assert found.place[0] == found.place[1] != found.place[2] == found.place[3]
    assert found.was_alone.tolist() == [True, True, False, False]


def test_numbers_too_large_for_one_key_are_sorted_all_the_same() -> None:
    table = pd.DataFrame(
        {
            "draw_id": [2**60, 1, 2**60, 1],
            "agent_id": ["a"] * 4,
            "stratum": ["x"] * 4,
            "zone": [2**60, 5, 1, 2**60],
        }
    )
    found = variance_strata(zone_codes(table))
    assert found.place[0] == found.place[2] != found.place[1] == found.place[3]


def test_groups_without_values_have_no_data() -> None:
    nothing = proportions([], None, np.empty(0, dtype=np.intp), 2)
    assert [each.note for each in nothing] == ["no_data", "no_data"]
    zones = codes_of([])
    assert [e.n for e in weighted_means([], [], zones, np.empty(0, dtype=np.intp), 1)] == [0]
