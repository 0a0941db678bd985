"""Evaluators, hours, picks and double-scored share: given three, the fourth."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.capacity import solve

FIGURES = ("evaluators", "hours", "picks", "double_share")


def test_time_limits_the_picks():
    # 6 evaluators with 20 hours and 3 evaluations an hour make 360 evaluations.
    assert solve(rate=3, evaluators=6, hours=20, double_share=0).picks == 360
    assert solve(rate=3, evaluators=6, hours=20, double_share=0.2).picks == 300
    assert solve(rate=3, evaluators=6, hours=20, double_share=1).picks == 180


def test_picks_take_evaluators_hours_or_a_smaller_double_share():
    assert solve(rate=3, hours=20, picks=300, double_share=0.2).evaluators == pytest.approx(6)
    assert solve(rate=3, evaluators=6, picks=300, double_share=0.2).hours == pytest.approx(20)
    found = solve(rate=3, evaluators=6, hours=20, picks=300)
    assert (found.double_share, found.unknown) == (pytest.approx(0.2), "double_share")


@pytest.mark.parametrize(
    ("given_figures", "reason"),
    [
        ({"evaluators": 6, "hours": 20, "picks": 361}, "too_little_time"),
        ({"evaluators": 6, "hours": 20, "picks": 179}, "time_left_over"),
        ({"evaluators": 6, "hours": 20, "picks": 0}, "no_picks"),
        ({"evaluators": 0, "hours": 20, "picks": 10}, "no_time"),
        ({"evaluators": 0, "picks": 10, "double_share": 0.1}, "no_time"),
        ({"hours": 0, "picks": 10, "double_share": 0.1}, "no_time"),
    ],
)
def test_where_nothing_fits_the_reason_is_told(given_figures, reason):
    found = solve(rate=3, **given_figures)
    assert (getattr(found, found.unknown), found.reason) == (None, reason)


def test_nothing_to_evaluate_takes_nobody():
    assert solve(rate=3, hours=0, picks=0, double_share=0.1).evaluators == 0


@pytest.mark.parametrize(
    "figures",
    [
        {"evaluators": 6, "hours": 20},
        {"evaluators": 6, "hours": 20, "picks": 3, "double_share": 0.1},
        {"evaluators": -1, "hours": 20, "picks": 3},
        {"evaluators": 1, "hours": 20, "double_share": 1.1},
    ],
)
def test_impossible_questions_are_refused(figures):
    with pytest.raises(ValueError, match=r"one figure|no figure"):
        solve(rate=3, **figures)


@settings(max_examples=60)
@given(
    rate=st.floats(0.5, 20),
    evaluators=st.integers(1, 500),
    hours=st.floats(1, 200),
    double_share=st.floats(0, 1),
    wanted=st.sampled_from(FIGURES),
)
def test_solving_back_gives_what_was_put_in(rate, evaluators, hours, double_share, wanted):
    figures = {"evaluators": evaluators, "hours": hours, "double_share": double_share}
    figures["picks"] = solve(rate=rate, **figures).picks
    asked = {name: value for name, value in figures.items() if name != wanted}
    found = solve(rate=rate, **asked)
    assert found.reason == ""
    assert getattr(found, wanted) == pytest.approx(figures[wanted], abs=1e-9)
