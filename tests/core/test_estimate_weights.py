"""For how many interactions an evaluated pick stands."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.estimates import stands_for

COLUMNS = "draw_id agent_id stratum zone zone_size inclusion_probability is_evaluated".split()


def picks(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_pick_stands_for_its_zone():
    found = stands_for(picks((1, "a", "", 1, 12, 1 / 12, True), (1, "a", "", 2, 13, 1 / 13, True)))
    assert list(found) == [12, 13]


def test_the_evaluated_picks_of_a_zone_share_it():
    # As every draw was before time zones: 4 of an agent's 40 picked, 3 evaluated.
    found = stands_for(picks(*[(1, "a", "a", 1, 40, 0.1, done) for done in (1, 0, 1, 1)]))
    assert list(found.index) == [0, 2, 3]
    assert list(found) == pytest.approx([40 / 3] * 3)


def test_zones_without_an_evaluated_pick_are_made_up_for_within_their_stratum():
    table = picks(
        (1, "a", "call", 1, 10, 0.1, True),
        (1, "a", "call", 2, 10, 0.1, False),
        (1, "a", "call", 3, 12, 1 / 12, True),
        (1, "a", "chat", 1, 9, 1 / 9, True),
        (1, "b", "call", 1, 50, 0.02, True),
        (2, "a", "call", 1, 7, 1 / 7, True),
        (2, "b", "call", 1, 7, 1 / 7, False),
    )
    found = stands_for(table)
    assert dict(found) == pytest.approx({0: 10 * 32 / 22, 2: 12 * 32 / 22, 3: 9, 4: 50, 5: 7})


def test_picks_likelier_than_others_stand_for_less():
    found = stands_for(picks((1, "a", "", 1, 10, 0.6, True), (1, "a", "", 1, 10, 0.2, True)))
    assert list(found) == pytest.approx([2.5, 7.5])


def test_nothing_evaluated_stands_for_nothing():
    assert stands_for(picks((1, "a", "", 1, 10, 0.1, False))).empty
    assert stands_for(picks()).empty


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.sampled_from(["call", "chat"]),
            st.integers(1, 4),
            st.sampled_from([0.1, 0.25, 1.0]),
            st.booleans(),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_the_weights_of_a_stratum_sum_to_its_size(rows):
    size = {1: 3, 2: 10, 3: 11, 4: 40}
    table = picks(*[(1, a, s, zone, size[zone], p, done) for a, s, zone, p, done in rows])
    found = stands_for(table)
    assert list(found.index) == list(table.index[table["is_evaluated"]])
    for _, own in table.groupby(["agent_id", "stratum"]):
        evaluated = own[own["is_evaluated"]]
        if len(evaluated):
            expected = sum(size[zone] for zone in set(own["zone"]))
            assert found[evaluated.index].sum() == pytest.approx(expected)
            assert (found[evaluated.index] > 0).all()
