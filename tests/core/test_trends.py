"""Changes and differences between agents against published examples."""

import numpy as np
import pytest

from qm.core.estimates import NOTHING, Estimate, weighted_mean
from qm.core.trends import change, told_apart


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
    assert (found.high - found.low) / 2 == pytest.approx(14.6, abs=0.05)


def test_two_months_counted_whole_still_differ_by_noise():
    found = change(_sampled([60.0, 90.0], 1.0), _sampled([70.0, 90.0], 1.0))
    assert found.verdict == "no_change"


@pytest.mark.parametrize("other", [[90.0], [90.0, 90.0, 90.0]])
def test_a_side_without_margin_gives_no_verdict(other):
    found = change(_sampled([60.0, 62.0]), _sampled(other))
    assert (found.difference, found.low, found.verdict) == (pytest.approx(29), None, "too_few")


def test_a_side_without_data_gives_no_difference():
    found = change(NOTHING, _sampled([60.0, 62.0]))
    assert (found.difference, found.verdict) == (None, "too_few")


def test_analysis_of_variance_of_the_mussel_shells():
    # McDonald, Handbook of Biological Statistics, one-way anova: P = 2.8e-4.
    sites = [
        [0.0571, 0.0813, 0.0831, 0.0976, 0.0817, 0.0859, 0.0735, 0.0659, 0.0923, 0.0836],
        [0.0873, 0.0662, 0.0672, 0.0819, 0.0749, 0.0649, 0.0835, 0.0725],
        [0.0974, 0.1352, 0.0817, 0.1016, 0.0968, 0.1064, 0.105],
        [0.1033, 0.0915, 0.0781, 0.0685, 0.0677, 0.0697, 0.0764, 0.0689],
        [0.0703, 0.1026, 0.0956, 0.0973, 0.1039, 0.1045],
    ]
    found = told_apart(sites)
    assert (found.verdict, found.groups) == ("apart", 5)
    assert found.p_value == pytest.approx(2.81e-4, rel=0.002)


def test_baseball_players_cannot_be_ranked_by_45_at_bats():
    # Efron & Morris (1977): 18 players, hits of 45; the rankability of these data is 0.11.
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    found = told_apart([[1.0] * hit + [0.0] * (45 - hit) for hit in hits])
    assert found.verdict == "not_apart"
    assert found.rankability == pytest.approx(0.11, abs=0.005)


def test_equal_agents_are_rarely_told_apart():
    random = np.random.default_rng(7)
    verdicts = [told_apart(list(random.normal(85, 8, (6, 4)))).verdict for _ in range(600)]
    assert verdicts.count("apart") / 600 <= 0.07


@pytest.mark.parametrize(
    "groups", [[], [[80.0, 90.0]], [[80.0], [90.0]], [[80.0, 80.0], [90.0, 90.0]], [[], [1.0, 2.0]]]
)
def test_too_few_to_tell_apart(groups):
    found = told_apart(groups)
    assert (found.verdict, found.rankability, found.p_value) == ("too_few", None, None)
