"""Changes of a mean against published examples."""

import numpy as np
import pytest

from qm.core.change.difference import change, detectable_change
from qm.core.estimates import NOTHING, Estimate, proportion, weighted_mean


def _sampled(values: list[float], stands_for: float = 1e9) -> Estimate:
    return weighted_mean(values, [stands_for] * len(values), ["one"] * len(values))


def test_change_is_welchs_interval_of_students_sleep_data():
    # R: t.test(extra ~ group, data = sleep) prints df = 17.776, -3.3654832 to 0.2054832.
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = change(_sampled(first), _sampled(second))
    assert found.difference == pytest.approx(1.58)
    assert found.low == pytest.approx(-0.2054832, abs=1e-6)
    assert found.high == pytest.approx(3.3654832, abs=1e-6)
    assert found.verdict == "no_change"


def test_change_beyond_noise_has_a_direction():
    low, high = _sampled([60.0, 62.0, 61.0]), _sampled([80.0, 82.0, 81.0])
    assert change(low, high).verdict == "up"
    assert change(high, low).verdict == "down"


def test_five_scores_a_month_cannot_show_fourteen_points():
    # Scores with standard deviation 10, five a month: the minimum detectable change is 14.6.
    month = [70.0, 75.0, 80.0, 85.0, 90.0]
    spread = 10 / np.std(month, ddof=1)
    before = _sampled([80 + spread * (score - 80) for score in month])
    after = _sampled([94 + spread * (score - 80) for score in month])
    found = change(before, after)
    assert found.verdict == "no_change"
    assert found.detectable == pytest.approx(14.6, abs=0.05)
    assert detectable_change(5, 5, 10) == pytest.approx(found.detectable)


def test_a_plan_with_one_score_a_side_can_show_nothing():
    assert detectable_change(1, 50, 10) is None
    assert detectable_change(50, 50, 10) == pytest.approx(3.97, abs=0.005)  # t(98) = 1.98447


def test_two_months_counted_whole_still_differ_by_noise():
    found = change(_sampled([60.0, 90.0], 1.0), _sampled([70.0, 90.0], 1.0))
    assert found.verdict == "no_change"


@pytest.mark.parametrize("other", [[90.0], [90.0, 90.0, 90.0]])
def test_a_side_without_margin_gives_no_verdict(other):
    found = change(_sampled([60.0, 62.0]), _sampled(other))
    assert (found.difference, found.low, found.verdict) == (pytest.approx(29), None, "too_few")
    assert found.detectable is None


def test_a_side_without_data_gives_no_difference():
    found = change(NOTHING, _sampled([60.0, 62.0]))
    assert (found.difference, found.verdict) == (None, "too_few")


def test_change_of_shares_is_newcombes_interval():
    # Newcombe (1998), Statistics in Medicine 17:873, table II (a), method 10: 56/70 less 48/80.
    first, second = (
        proportion([number < hits for number in range(n)]) for hits, n in ((48, 80), (56, 70))
    )
    found = change(first, second)
    assert (found.difference, found.low, found.high, found.verdict) == (
        pytest.approx(20.0), pytest.approx(5.24, abs=0.005), pytest.approx(33.39, abs=0.005), "up"
    )  # fmt: skip
    assert change(second, first).verdict == "down"


def test_shares_counted_whole_or_of_none_at_all_are_compared_too():
    weights = [1.0] * 4  # each stands for itself only
    none, all_four = proportion([False] * 4, weights), proportion([True] * 4, weights)
    assert none.note == all_four.note == "all_counted"
    assert change(none, all_four).verdict == "up"
    assert change(none, none).verdict == "no_change"
