"""Tabular CUSUM and run lengths against NIST, qcc, Montgomery and Lucas & Saccucci."""

import pytest

from qm.core.change.cusum import LIMIT, SLACK, cusum_chart
from qm.core.change.run_lengths import cusum_run_length, ewma_run_length
from tests.fixtures.golden_statistics import golden_statistics

# NIST/SEMATECH e-Handbook 6.3.2.3.
NIST = [
    324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6,
    324.625, 325.15, 328.325, 327.25, 327.825, 328.5, 326.675, 327.775, 326.875, 328.35,
]  # fmt: skip


def test_nists_means_alarm_first_at_the_fourteenth_and_changed_at_the_thirteenth():
    chart = cusum_chart(NIST, 325, 1.0, k=0.3175, h=4.1959)
    assert chart.alarms[0] + 1 == 14
    assert chart.since(chart.alarms[0]) + 1 == 13


def test_golden_sums():
    golden = golden_statistics("spc_nist.json")["cusum"]
    chart = cusum_chart(golden["x"], golden["target"], 1.0, k=golden["k"], h=golden["h"])
    assert chart.high == pytest.approx(golden["s_hi"], abs=0.011)
    assert chart.low == pytest.approx(golden["s_lo"], abs=0.011)
    assert chart.alarms[0] + 1 == golden["first_signal_1based"]
    unit = golden_statistics("spc_rules.json")["cusum_unit"]
    chart = cusum_chart(unit["x"], unit["target"], 1.0, k=unit["k"], h=unit["h"])
    assert chart.high == pytest.approx(unit["s_hi"])
    assert chart.low == pytest.approx(unit["s_lo"])


@pytest.mark.parametrize(
    ("h", "shift", "expected"), [(4, 0, 168), (4, 1, 8.38), (5, 0, 465), (5, 1, 10.4)]
)
def test_run_lengths_of_montgomerys_table(h, shift, expected):
    assert cusum_run_length(0.5, h, shift) == pytest.approx(expected, rel=0.005)


def test_golden_run_lengths():
    golden = golden_statistics("spc_arl.json")
    for h, lengths in golden["cusum_k05"].items():
        for shift, expected in lengths.items():
            found = cusum_run_length(0.5, float(h[1:]), float(shift))
            assert found == pytest.approx(expected, rel=0.005), (h, shift)
    for weight, width in golden["ewma_arl0_500"]:
        assert ewma_run_length(weight, width) == pytest.approx(500, rel=0.005)


def test_the_defaults_alarm_falsely_every_465_points():
    assert cusum_run_length(SLACK, LIMIT) == pytest.approx(465, rel=0.002)
