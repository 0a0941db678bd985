"""What holds of the figures of any evaluations."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.quality.figures import Figures, figures_by
from qm.core.quality.questions import questions_by
from tests.core.quality.small_facts import BESIDE, facts

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "agent_id": st.sampled_from(["ali", "reza", "sara"]),
            "queue": st.sampled_from(["sales", "help", None]),
            "zone": st.integers(1, 4),
            "percent": st.none() | st.integers(0, 100).map(float),
            "results": st.text("FSPfspCNHU", min_size=3, max_size=3),
            "stands_for": st.sampled_from([1.0, 1.5, 8.0, 40.0]),
            "is_counted": st.booleans(),
        }
    ).map(lambda row: row if row["is_counted"] else row | BESIDE),
    max_size=12,
)


def numbers(figures: Figures) -> dict[str, Any]:
    return {
        name: (each.value, each.low, each.high, each.standard_error)
        for name, each in figures.estimates.items()
    }


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_every_figure_has_its_n_and_lies_in_its_interval_or_says_why_not(rows):
    for figures in figures_by(facts(*rows), "queue").values():
        for name, each in figures.estimates.items():
            assert (each.value is None) == (each.n == 0) == (each.note == "no_data")
            if each.low is not None:
                assert each.low - 1e-9 <= each.value <= each.high + 1e-9
            elif each.n:
                assert each.note in ("one_value", "no_spread")
            if name not in ("score", "calculated") and each.value is not None:
                assert -1e-9 <= each.value <= 100 + 1e-9
                assert (each.count == 0) == (each.value == 0)


@settings(max_examples=20, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_evaluations_is_of_no_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (figures_by(facts(*each), "agent_id") for each in (rows, shuffled))
    assert [*one] == [*other]
    for key, figures in one.items():
        for name, expected in numbers(figures).items():
            assert numbers(other[key])[name] == pytest.approx(expected, nan_ok=False)


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_a_union_sums_the_counts_of_its_parts_and_weighs_their_values(rows):
    everything = facts(*rows)
    whole, parts = figures_by(everything)[()], [*figures_by(everything, "queue").values()]
    for count in ("evaluated", "without_score", "beside"):
        assert getattr(whole, count) == sum(getattr(part, count) for part in parts)
    for name, estimate in whole.estimates.items():
        own = [part.estimates[name] for part in parts]
        assert estimate.n == sum(each.n for each in own)
        if name not in ("score", "calculated"):
            assert (estimate.count or 0) == sum(each.count or 0 for each in own)
        if estimate.value is not None:
            values = [each.value for each in own if each.value is not None]
            assert min(values) - 1e-9 <= estimate.value <= max(values) + 1e-9
    asked = [questions_by(everything, *by) for by in ((), ("queue",))]
    short = [sum(q.short for group in found.values() for q in group) for found in asked]
    assert short[0] == short[1] == (whole.defects.count or 0)


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_what_is_not_counted_changes_nothing_but_its_own_number(rows):
    everything = facts(*rows)
    with_others, alone = figures_by(everything)[()], figures_by(everything.counted)[()]
    assert replace(with_others, beside=0) == alone
