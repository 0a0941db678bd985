"""Signals on means: what is found, what is not, and how rarely noise alarms."""

import numpy as np
import pytest

from qm.core.change.mean_signals import OUT_OF_LIMITS_MONTHS, PeriodMean, watched
from qm.core.change.signals import Subject
from qm.core.estimates import NOTHING, Estimate, weighted_mean
from qm.core.periods import Period

TEAM = Subject("team", "orders")
FIRST = Period(1404, 1)


def _series(means: list[float], errors: list[float] | None = None, n: int = 40) -> list[PeriodMean]:
    errors = errors or [1.5] * len(means)
    return [
        PeriodMean(
            FIRST.shift(k),
            Estimate(mean, n, mean - 3, mean + 3, "t", standard_error=error, freedom=n - 1,
                     design_effect=1.0),
            (10 * k, 10 * k + 1),
        )
        for k, (mean, error) in enumerate(zip(means, errors, strict=True))
    ]  # fmt: skip


def test_a_month_outside_the_limits_says_what_where_and_how_rarely_by_chance():
    found = watched(TEAM, _series([85, 86, 84, 85, 86, 84, 85, 86, 84, 85, 76]))
    (signal,) = found.signals
    assert (signal.kind, signal.direction, signal.since) == (
        "out_of_limits", "down", FIRST.shift(10)
    )  # fmt: skip
    assert signal.size == pytest.approx(76 - found.individuals.centre)
    assert signal.evaluation_ids == (100, 101)
    assert signal.months_between_false_alarms == 140
    assert str(signal.words).startswith("The mean is 76.0. Noise alone takes it outside 78.6")


def test_a_slow_drift_is_told_with_the_month_since_when():
    means = [85, 86, 85, 86, 85, 86, 85, 85, 83, 83, 82.5, 82.3, 82, 82, 82, 82]
    found = watched(TEAM, _series(means, [1.0] * len(means)))
    (signal,) = found.signals
    assert (signal.kind, signal.direction) == ("drift", "down")
    assert signal.since == FIRST.shift(11)
    assert signal.evaluation_ids[0] == 110
    assert "on one side for 5 periods" in str(signal.words)


def test_quiet_months_are_no_signal_and_earlier_ones_stay_in_the_chart():
    found = watched(TEAM, _series([85, 86, 84, 74, 86, 84, 85, 86, 84, 85], [1.0] * 10))
    assert found.signals == ()
    assert found.individuals.beyond == [3]


def test_seven_months_are_too_few_to_tell():
    series = [*_series([85.0] * 7), PeriodMean(FIRST.shift(7), NOTHING)]
    found = watched(TEAM, series)
    assert (found.individuals, found.signals) == (None, ())
    assert (found.too_few.have, found.too_few.needed) == (7, 8)
    assert str(found.too_few.words).startswith("Too few to tell: 7 periods")


def test_equal_means_without_any_error_tell_nothing():
    alike = [PeriodMean(FIRST.shift(k), Estimate(100.0, 1, None, None, "none")) for k in range(9)]
    found = watched(TEAM, alike)
    assert str(found.too_few.words) == "Nothing to tell: all means are alike."


def test_five_scores_that_happen_to_agree_do_not_pass_for_a_precise_mean():
    errors = [3.0] * 11
    errors[5] = 0.05
    found = watched(TEAM, _series([85, 86, 84, 85, 86, 88, 85, 86, 84, 85, 86], errors, n=5))
    assert found.individuals.beyond == []
    assert found.individuals.sigma == pytest.approx(np.full(11, found.individuals.sigma[0]))


def test_a_mean_of_few_has_wider_limits():
    series = _series([85, 86, 84, 85, 86, 84, 85, 86])
    few = weighted_mean([60.0, 90.0, 95.0, 70.0], [1e9] * 4, ["a"] * 4)
    found = watched(TEAM, [*series, PeriodMean(FIRST.shift(8), few)])
    sigma = found.individuals.sigma
    assert sigma[-1] == pytest.approx(sigma[0] * (40 / 4) ** 0.5)
    assert found.signals == ()


def test_noise_alarms_no_more_often_than_promised_and_a_drop_is_found():
    random = np.random.default_rng(17)
    scores = random.normal(85, 9, (500, 12, 30))
    noise = [_months(team) for team in scores]
    alarms = sum(bool(watched(TEAM, series).signals) for series in noise)
    assert alarms / 500 <= 1 / OUT_OF_LIMITS_MONTHS + 0.004
    scores[:100, -1] -= 10
    found = [watched(TEAM, _months(team)).signals for team in scores[:100]]
    assert sum(bool(each) for each in found) > 90
    assert {each[0].direction for each in found if each} == {"down"}


def _months(team: np.ndarray) -> list[PeriodMean]:
    n = team.shape[1]
    errors = team.std(axis=1, ddof=1) / n**0.5
    return _series(list(team.mean(axis=1)), list(errors), n)
