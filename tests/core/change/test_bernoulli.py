"""The Bernoulli CUSUM: exact run lengths against simulation, and its p-values against noise."""

import numpy as np
import pytest

from qm.core.change.bernoulli import BernoulliChart, bernoulli_chart, chart_for

P0, P1 = 0.07, 0.20
ODDS_RATIO = P1 / (1 - P1) * (1 - P0) / P0


@pytest.mark.parametrize(("h", "false_alarm", "found"), [(3.5, 715, 34), (2.5, 222, 22)])
def test_run_lengths_are_those_that_simulations_gave(h, false_alarm, found):
    chart = bernoulli_chart(P0, ODDS_RATIO, h=h)
    assert chart.p1 == pytest.approx(P1)
    assert chart.run_length(P0) == pytest.approx(false_alarm, rel=0.015)
    assert chart.run_length(P1) == pytest.approx(found, rel=0.02)


def test_run_length_is_the_exact_mean_time_of_the_chain():
    # By hand: where one failure reaches the limit, every tenth contact alarms.
    assert BernoulliChart(0.1, 0.25, 5, 2, 0.1, 5).run_length(0.1) == pytest.approx(10)
    # Of levels 0 and 1 only: L0 = 1 + qL0 + pL1, L1 = 1 + qL0, so L0 = (1 + p)/p².
    both = BernoulliChart(0.4, 0.6, 1, 1, 0.1, 2)
    assert both.run_length(0.4) == pytest.approx(1.4 / 0.16)


def test_simulated_contacts_alarm_as_often_as_solved():
    chart = bernoulli_chart(0.2, 3.0, h=2.0)
    failed = np.random.default_rng(5).random(200_000) < 0.2
    alarms = chart.alarms(failed)
    assert (alarms[-1] + 1) / len(alarms) == pytest.approx(chart.run_length(0.2), rel=0.05)


@pytest.mark.parametrize("p0", [0.005, 0.07, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("wanted", [100, 1000])
def test_the_limit_is_the_lowest_that_alarms_so_seldom(p0, wanted):
    chart = chart_for(p0, between_false_alarms=wanted)
    assert chart.run_length(p0) >= wanted
    lower = BernoulliChart(p0, chart.p1, chart.rise, chart.fall, chart.step, chart.limit - 1)
    assert chart.limit == 1 or lower.run_length(p0) < wanted
    assert chart.run_length(chart.p1) < chart.run_length(p0)


def test_the_sum_never_falls_below_zero_and_begins_anew_after_an_alarm():
    chart = BernoulliChart(0.1, 0.25, 5, 2, 0.1, 8)
    failed = [False, True, True, False, True, True]
    assert list(chart.levels(failed)) == [0, 5, 10, 8, 13, 18]
    assert chart.alarms(failed) == [2, 5]


def test_p_values_are_uniform_enough_and_never_too_small():
    chart = bernoulli_chart(0.1, 3.0, h=3.0)
    failed = np.random.default_rng(2).random((20_000, 40)) < 0.1
    last = np.array([chart.levels(row)[-1] for row in failed])
    chances = chart.chances(np.full(len(last), 40), last)
    for level in (0.2, 0.05, 0.01):
        assert (chances <= level).mean() == pytest.approx(level, rel=0.4)
        assert (chances <= level).mean() <= level * 1.05 + 0.001
    # By hand: after two contacts both failed with p², one of them (the last, or both orders) …
    small = BernoulliChart(0.1, 0.25, 5, 5, 0.1, 8)
    assert small.chances([2, 2, 2, 1], [10, 5, 0, 5]) == pytest.approx([0.01, 0.1, 1, 0.1])


@pytest.mark.parametrize(("p0", "odds_ratio"), [(0.0, 3.0), (1.0, 3.0), (0.1, 1.0)])
def test_no_chart_where_there_is_nothing_to_ask(p0, odds_ratio):
    with pytest.raises(ValueError, match="no chart asks"):
        bernoulli_chart(p0, odds_ratio, h=3.0)
