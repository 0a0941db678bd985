"""Run rules against qcc's tests and the run lengths of Champ & Woodall (1987)."""

import numpy as np
import pytest

from qm.core.change.rules import NELSON, WESTERN_ELECTRIC, broken
from tests.fixtures.golden_statistics import golden_statistics

# qcc tests/testthat/test-rules.R; the place of the last point of a pattern counts from 1.
CASES = {
    "1": ([0, 3.2, -3.4, 3], [2, 3]),
    "2": ([0.5] * 10 + [-0.5] * 10, [9, 10, 19, 20]),
    "3": ([1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1], [6, 7, 13, 14]),
    "4": ([1, 3, 2, 4, 3, 5, 4, 6, 5, 7, 6, 8, 7, 9, 8], [14, 15]),
    "5": ([0, 2.3, 0.4, 2.2, -2.4, -0.2, -2.5], [4, 7]),
    "6": ([1.2, 1.3, 0.2, 1.4, 1.5, -1.2, -1.3, -0.1, -1.4, -1.5], [5, 10]),
    "7": ([0.3] * 16 + [1.2], [15, 16]),
    "8": ([1.2, -1.3, 1.1, -1.4, 1.5, -1.2, 1.3, -1.1, 0.2], [8]),
}


@pytest.mark.parametrize("name", CASES)
def test_nelsons_rules(name):
    z, expected = CASES[name]
    found = NELSON[name](np.array(z, dtype=float))
    assert [int(k) + 1 for k in np.flatnonzero(found)] == expected


@pytest.mark.parametrize(("kind", "rules"), [("nelson", NELSON), ("western_electric", None)])
def test_golden_rules(kind, rules):
    for name, case in golden_statistics("spc_rules.json")[kind].items():
        found = (rules or WESTERN_ELECTRIC)[name](np.array(case["z"], dtype=float))
        assert [int(k) + 1 for k in np.flatnonzero(found)] == case["expected"], name


def test_only_rule_one_by_default():
    z = [1.5, 2.5, 2.5, 2.5, 3.5, 1, 1, 1, 1, 1]
    assert list(np.flatnonzero(broken(z))) == [4]


# What Champ & Woodall print; with a shift of one, 43.89 and 9.22.
@pytest.mark.parametrize(
    ("names", "shift", "expected"),
    [
        (["WER1"], 0.0, 370.4),
        (["WER1", "WER2"], 0.0, 225.44),
        (["WER1", "WER3"], 0.0, 166.05),
        (["WER1", "WER4"], 0.0, 152.73),
        (list(WESTERN_ELECTRIC), 0.0, 91.75),
        (["WER1"], 1.0, 43.89),
        (list(WESTERN_ELECTRIC), 1.0, 9.22),
    ],
)
def test_average_run_lengths(names, shift, expected):
    length = int(2.5 * expected)
    series = 600_000 // length
    noise = np.random.default_rng(11).normal(shift, 1, (series, length))
    alarms = broken(noise, [WESTERN_ELECTRIC[name] for name in names])
    ended = alarms.any(axis=1)
    looked_at = np.where(ended, alarms.argmax(axis=1) + 1, length)
    # Points looked at for each alarm: what was cut off counts as far as it went.
    assert looked_at.sum() / ended.sum() == pytest.approx(expected, rel=0.07)


def test_golden_run_lengths_are_those_of_these_tests():
    golden = golden_statistics("spc_arl.json")
    assert golden["shewhart_rules_arl0"] == {
        "1": 370.4, "1+2of3": 225.44, "1+4of5": 166.05, "1+8run": 152.73, "WE1-4": 91.75
    }  # fmt: skip
    assert (golden["rule1_shift1"], golden["we_shift1"]) == (43.89, 9.22)
