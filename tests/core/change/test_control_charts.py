"""Charts against NIST's and qcc's printed limits."""

import numpy as np
import pytest

from qm.core.change.control_charts import (
    ewma_chart,
    moving_sigma,
    p_chart,
    range_chart,
    u_chart,
    xbar_chart,
    xmr_chart,
)
from tests.fixtures.golden_statistics import golden_statistics

# NIST/SEMATECH e-Handbook 6.3.2.2, flow rates; printed: mean 50.81, limits 45.8159 and 55.8041.
FLOW_RATES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def test_nists_individuals_have_the_printed_limits():
    chart = xmr_chart(FLOW_RATES)
    assert chart.centre == pytest.approx(50.81)
    assert 1.128 * chart.sigma[0] == pytest.approx(1.8778, abs=1e-4)
    assert (chart.low[0], chart.high[0]) == pytest.approx((45.8159, 55.8041), abs=2e-4)
    assert chart.beyond == []


def test_golden_individuals():
    nist = golden_statistics("spc_nist.json")["individuals"]
    chart = xmr_chart(nist["x"])
    assert (chart.centre, chart.low[0], chart.high[0]) == pytest.approx(
        (nist["mean"], nist["lcl"], nist["ucl"]), abs=2e-4
    )
    qcc = golden_statistics("spc_qcc.json")["xmr"]
    chart = xmr_chart(qcc["x"])
    assert (chart.centre, chart.sigma[0], chart.low[0], chart.high[0]) == pytest.approx(
        (qcc["center"], qcc["sd"], qcc["lcl"], qcc["ucl"]), rel=1e-6
    )
    assert chart.beyond == [3]
    kept, wanted = np.delete(qcc["x"], 3), qcc["after_removing_4"]
    chart = xmr_chart(kept)
    assert (chart.centre, chart.sigma[0], chart.low[0], chart.high[0]) == pytest.approx(
        (wanted["center"], wanted["sd"], wanted["lcl"], wanted["ucl"]), rel=1e-6
    )


def test_golden_samples_of_piston_rings():
    golden = golden_statistics("spc_qcc.json")["xbar_R"]
    chart = xbar_chart(golden["data_25x5"])
    assert (chart.centre, chart.low[0], chart.high[0]) == pytest.approx(
        (golden["center"], golden["lcl"], golden["ucl"]), rel=1e-7
    )
    assert chart.sigma[0] * 5**0.5 == pytest.approx(golden["sd"], rel=1e-6)
    ranges = range_chart(golden["data_25x5"])
    assert ranges.centre == pytest.approx(golden["Rbar"])
    # qcc has d₃ with seven decimals, we with four.
    assert ranges.high[0] == pytest.approx(golden["R_ucl"], rel=2e-5)
    assert ranges.low[0] == 0
    wanted = golden["ewma_l02_L3"]
    ewma = ewma_chart(chart.points, chart.centre, chart.sigma, weight=0.2, width=3)
    found = (ewma.low[0], ewma.high[0], ewma.low[24], ewma.high[24])
    assert found == pytest.approx([wanted[name] for name in wanted], rel=1e-7)


@pytest.mark.parametrize("name", ["p_chart", "p_chart_phase2"])
def test_golden_shares(name):
    golden = golden_statistics("spc_qcc.json")[name]
    chart = p_chart(golden["x"], golden["n"])
    assert (chart.centre, chart.low[0], chart.high[0]) == pytest.approx(
        (golden["center"], golden["lcl"], golden["ucl"]), rel=1e-6
    )
    assert [k + 1 for k in chart.beyond] == golden.get("out_of_control_1based", [])


@pytest.mark.parametrize(("name", "size"), [("c_chart", 1), ("u_chart", 5)])
def test_golden_defects(name, size):
    golden = golden_statistics("spc_qcc.json")[name]
    chart = u_chart(golden["x"], size)
    assert (chart.centre, chart.low[0], chart.high[0]) == pytest.approx(
        (golden["center"], golden["lcl"], golden["ucl"]), rel=1e-6
    )
    assert [k + 1 for k in chart.beyond] == golden.get("out_of_control_1based", [])


def test_nists_ewma_has_the_printed_averages_and_limits():
    golden = golden_statistics("spc_nist.json")["ewma"]
    sigma = golden["s"]
    chart = ewma_chart(
        golden["x"], golden["target"], sigma, weight=golden["lam"], width=golden["k"], steady=True
    )
    assert chart.points == pytest.approx(golden["ewma"], abs=0.006)
    limits = (golden["lcl"], golden["ucl"])
    assert (chart.low[0], chart.high[0]) == pytest.approx(limits, abs=2e-4)
    assert chart.beyond == golden["out_of_control"]


def test_golden_ewma_limits_widen_exactly():
    unit = golden_statistics("spc_rules.json")["ewma_unit"]
    chart = ewma_chart(unit["x"], unit["target"], unit["sd"], weight=unit["lam"], width=unit["L"])
    assert chart.points == pytest.approx(unit["z"])
    assert chart.sigma == pytest.approx(unit["sigma"])
    assert chart.high == pytest.approx(unit["target"] + unit["L"] * np.array(unit["sigma"]))


def test_equal_errors_below_the_spread_leave_the_limits_as_they_are():
    plain, weighted = xmr_chart(FLOW_RATES), xmr_chart(FLOW_RATES, [0.5] * 10)
    assert weighted.centre == pytest.approx(plain.centre)
    assert weighted.high == pytest.approx(plain.high)


def test_limits_are_never_closer_than_sampling_error_makes_them():
    chart = xmr_chart([80.0, 80.1, 80.0, 80.1, 80.0], [2.0, 2.0, 1.0, 2.0, 4.0])
    assert chart.sigma == pytest.approx([2, 2, 1, 2, 4])
    assert chart.centre == pytest.approx((80 / 4 + 80 + 80.1 / 2 + 80 / 16) / 1.8125)


def test_a_mean_of_few_values_has_wider_limits_than_one_of_many():
    noise = np.random.default_rng(3).normal(size=30)
    errors = np.where(np.arange(30) % 2, 4.0, 1.0)
    chart = xmr_chart(85 + noise * errors, errors)
    width = chart.high - chart.centre
    assert width[1] == pytest.approx(4 * width[0])
    assert width[0] == pytest.approx(3, rel=0.35)


@pytest.mark.parametrize("points", [[], [80.0], [80.0, 80.0]])
def test_without_a_spread_there_is_no_chart(points):
    with pytest.raises(ValueError, match=r"two points|without any spread"):
        xmr_chart(points)


def test_moving_sigma_is_that_of_normal_noise():
    noise = np.random.default_rng(1).normal(0, 7, 40_000)
    assert moving_sigma(noise) == pytest.approx(7, rel=0.01)
