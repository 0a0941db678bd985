"""How many of each: the published values, and that nothing better exists."""

import itertools
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.sampling.allocation import (
    largest_remainder,
    neyman,
    neyman_integer,
    proportional,
    systematic_places,
)
from tests.core.sampling.small_populations import policy

# Scheaffer, Mendenhall, Ott: "Elementary Survey Sampling", the example of television viewing.
TV = {"sizes": [155, 62, 93], "spreads": [5, 15, 10]}
# The same ten times as large, with costs per interview (studylib.net/doc/5858608).
TV_COST = {"sizes": [1550, 620, 930], "spreads": [5, 15, 10], "costs": [9, 9, 16]}


def test_neyman_of_the_textbook() -> None:
    shares = neyman(**TV, total=57)
    assert shares == pytest.approx([16.764705882352942, 20.11764705882353, 20.11764705882353])
    assert neyman_integer(**TV, total=57) == [17, 20, 20]


def test_neyman_with_costs() -> None:
    shares = neyman(**TV_COST, total=58)
    assert shares == pytest.approx([18.709677255815514, 22.451612996676847, 16.838709747507636])
    weights = [
        n * s / math.sqrt(c)
        for n, s, c in zip(TV_COST["sizes"], TV_COST["spreads"], TV_COST["costs"], strict=True)
    ]
    assert weights == pytest.approx([2583.333, 3100.0, 2325.0], abs=0.001)
    assert neyman_integer(**TV_COST, total=58) == [19, 22, 17]


def test_without_any_spread_it_is_proportional() -> None:
    assert list(neyman([10, 30], [0, 0], 8)) == [2, 6]


def test_largest_remainder_within_bounds() -> None:
    assert largest_remainder(20, [40, 120, 900, 3], [2] * 4, [40, 120, 10, 3]) == [2, 6, 10, 2]


def test_what_bounds_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="between 4 and 6"):
        largest_remainder(7, [1, 1], [2, 2], [3, 3])
    with pytest.raises(ValueError, match="positive"):
        largest_remainder(4, [1, 0], [0, 0], [3, 3])
    with pytest.raises(ValueError, match="between 2 and 5"):
        neyman_integer([2, 3], [1, 1], 6)


def test_picks_per_agent() -> None:
    # Two percent, at least 5, at most 12 (the worked example of the sampling study).
    worked = policy(percent=2, min_per_agent=5, max_per_agent=12)
    assert [worked.picks_of(size) for size in (40, 120, 900, 3)] == [5, 5, 12, 3]


@pytest.mark.parametrize(
    ("size", "picks", "start", "places"),
    [
        (100, 7, 0.5, [7, 21, 35, 50, 64, 78, 92]),
        (10, 3, 0.999, [3, 6, 9]),
        (12, 4, 0, [0, 3, 6, 9]),
    ],
)
def test_systematic_places(size: int, picks: int, start: float, places: list[int]) -> None:
    assert list(systematic_places(size, picks, start)) == places


def test_the_shared_golden_values_are_those_of_these_tests() -> None:
    path = Path(__file__).parents[4] / "shared" / "golden" / "statistics" / "allocation.json"
    if not path.exists():
        pytest.skip("allocation.json is not beside this repository (../shared/golden/statistics)")
    golden: dict[str, Any] = json.loads(path.read_text("utf-8"))
    plain, cost, bounded = golden["neyman"], golden["neyman_cost"], golden["largest_remainder"]
    assert neyman(plain["N"], plain["S"], plain["n"]) == pytest.approx(plain["continuous"])
    assert neyman_integer(plain["N"], plain["S"], plain["n"]) == plain["integer_optimal"]
    assert neyman(cost["N"], cost["S"], cost["n"], cost["cost"]) == pytest.approx(
        cost["continuous"]
    )
    shares = largest_remainder(bounded["total"], bounded["w"], bounded["lo"], bounded["hi"])
    assert shares == bounded["expected"]
    rule = golden["per_agent"]
    worked = policy(
        percent=str(100 * rule["rate"]), min_per_agent=rule["floor"], max_per_agent=rule["cap"]
    )
    assert {name: worked.picks_of(n) for name, n in rule["N"].items()} == rule["expected"]
    for case in golden["systematic"]:
        assert list(systematic_places(case["N"], case["n"], case["u"])) == case["expected"]


STRATA = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 9)), min_size=1, max_size=4)


@given(STRATA, st.data())
@settings(deadline=None, max_examples=60)
def test_no_other_allocation_has_a_smaller_variance(
    strata: list[tuple[int, int]], data: st.DataObject
) -> None:
    sizes, spreads = [size for size, _ in strata], [spread for _, spread in strata]
    total = data.draw(st.integers(len(sizes), sum(sizes)))

    def variance(counts: tuple[int, ...]) -> Fraction:
        return sum(
            (
                Fraction((size * spread) ** 2, n)
                for n, (size, spread) in zip(counts, strata, strict=True)
            ),
            Fraction(0),
        )

    found = neyman_integer(sizes, spreads, total)
    others = itertools.product(*(range(1, size + 1) for size in sizes))
    assert sum(found) == total
    assert variance(tuple(found)) == min(variance(n) for n in others if sum(n) == total)


@given(
    st.lists(
        st.tuples(st.integers(1, 99), st.integers(0, 5), st.integers(0, 20)), min_size=1, max_size=8
    ),
    st.data(),
)
@settings(deadline=None, max_examples=60)
def test_shares_keep_bounds_and_proportion(
    parts: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    weights, least = [w for w, _, _ in parts], [low for _, low, _ in parts]
    most = [low + more for _, low, more in parts]
    total = data.draw(st.integers(sum(least), sum(most)))
    shares = largest_remainder(total, weights, least, most)
    assert sum(shares) == total
    assert all(low <= n <= high for low, n, high in zip(least, shares, most, strict=True))
    # Whoever could still take one and whoever could still give one are in proportion but for one.
    for i, j in itertools.permutations(range(len(parts)), 2):
        if shares[i] < most[i] and shares[j] > least[j]:
            assert Fraction(shares[i] + 1, weights[i]) >= Fraction(shares[j] - 1, weights[j])


@given(
    st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=5), min_size=1, max_size=4),
    st.data(),
)
@settings(deadline=None, max_examples=60)
def test_strata_share_their_agent_s_picks_as_one_by_one(
    agents: list[list[int]], data: st.DataObject
) -> None:
    picks = [data.draw(st.integers(0, sum(sizes))) for sizes in agents]
    together = proportional(
        np.array(list(itertools.chain(*agents))),
        np.array(picks),
        np.repeat(np.arange(len(agents)), [len(sizes) for sizes in agents]),
    )
    one_by_one = [
        largest_remainder(n, sizes, [0] * len(sizes), sizes)
        for n, sizes in zip(picks, agents, strict=True)
    ]
    assert list(together) == list(itertools.chain(*one_by_one))
