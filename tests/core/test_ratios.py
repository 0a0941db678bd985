"""Shares of things in clusters, and medians, against published figures and by simulation."""

import numpy as np
import pytest

from qm.core.estimates import proportion
from qm.core.estimates.design import codes_of
from qm.core.estimates.means import weighted_means
from qm.core.estimates.medians import median
from qm.core.estimates.ratios import counted_share, ratio, ratios
from qm.core.estimates.shares import proportions

ENDLESS = 1e9


def _ratio(parts, wholes, weight=ENDLESS):
    return ratio(parts, wholes, [weight] * len(parts), ["all"] * len(parts))


def test_the_error_is_that_of_the_textbooks_ratio_estimator():
    # Cochran, Sampling Techniques, §6.3: v(R) = (1 − f)/(n·m̄²)·Σ(d − Rm)²/(n − 1).
    failed, applied = np.array([2, 0, 5, 1, 0, 3.0]), np.array([10, 8, 12, 10, 9, 11.0])
    for weight in (ENDLESS, 4.0):
        found = _ratio(failed, applied, weight)
        share = failed.sum() / applied.sum()
        squares = np.sum((failed - share * applied) ** 2) / 5
        error = np.sqrt((1 - 1 / weight) * squares / 6) / applied.mean()
        assert found.value == pytest.approx(100 * share)
        assert found.sampling_error == pytest.approx(100 * error)
        assert (found.n, found.count, found.method) == (60, 11, "linearised")
        assert (found.freedom, found.low < found.value < found.high) == (5, True)


def test_questions_that_are_alike_inside_an_evaluation_say_no_more_than_one():
    alike = _ratio([10, 0, 0, 0, 0, 0, 0, 10], [10] * 8)
    as_single = proportion([True, *[False] * 6, True])
    # As wide as of eight answers, never as of eighty; a little wider for the seven degrees.
    assert (alike.low, alike.high) == pytest.approx((as_single.low, as_single.high))
    of_eighty = proportion([True] * 20 + [False] * 60)
    assert alike.margin > 2 * of_eighty.margin


def test_the_interval_of_unrelated_questions_is_never_narrower_than_wilsons():
    spread_evenly = _ratio([1] * 20, [10] * 20)
    wilsons = proportion([True] * 20 + [False] * 180)
    assert (spread_evenly.low, spread_evenly.high) != (spread_evenly.value, spread_evenly.value)
    assert spread_evenly.margin >= wilsons.margin


def test_where_nothing_fell_short_there_is_still_an_upper_limit():
    found = _ratio([0] * 20, [10] * 20)
    assert (found.value, found.low) == (0, 0)
    # The rule of three, on evaluations.
    assert found.high == pytest.approx(proportion([False] * 20).high)


def test_what_was_counted_whole_has_no_error():
    found = _ratio([1, 3], [10, 10], weight=1.0)
    assert (found.low, found.value, found.high, found.note) == (20, 20, 20, "all_counted")


@pytest.mark.parametrize("wholes", [[], [0, 0]])
def test_no_question_applied_is_no_share(wholes):
    found = _ratio([0] * len(wholes), wholes)
    assert (found.value, found.n, found.note) == (None, 0, "no_data")


def test_groups_have_what_they_have_alone():
    rng = np.random.default_rng(3)
    wholes, groups = rng.integers(0, 6, 200), rng.integers(0, 12, 200)
    wholes[groups == 4] = 0
    parts, weights = rng.binomial(wholes, 0.3), rng.integers(1, 20, 200).astype(float)
    zones = [(1, "a", "", int(zone)) for zone in rng.integers(0, 30, 200)]
    together = ratios(parts, wholes, weights, codes_of(zones), groups, 13)
    for group, found in enumerate(together):
        own = np.flatnonzero(groups == group)
        alone = ratio(parts[own], wholes[own], weights[own], [zones[row] for row in own])
        assert (found.value, found.n, found.note) == (alone.value, alone.n, alone.note)
        assert found.low == pytest.approx(alone.low)
        assert found.high == pytest.approx(alone.high)


@pytest.mark.parametrize(("share", "alike"), [(0.07, 0.1), (0.07, 0.0), (0.2, 0.3)])
def test_intervals_hold_the_truth_where_those_of_items_do_not(share, alike):
    rng, runs, clusters = np.random.default_rng(11), 600, 12
    wholes = rng.integers(10, 21, runs * clusters)
    own = (
        rng.beta(*(p * (1 - alike) / alike for p in (share, 1 - share)), len(wholes))
        if alike
        else share
    )
    parts, run = rng.binomial(wholes, own), np.repeat(np.arange(runs), clusters)
    weights, zones = np.full(len(run), ENDLESS), codes_of(["all"] * len(run))
    item = np.arange(20)
    is_item = item < wholes[:, None]
    of_items = proportions((item < parts[:, None])[is_item], None, np.repeat(run, wholes), runs)
    held, on_items, on_means = (
        np.mean([e.low is not None and e.low <= 100 * share <= e.high for e in found])
        for found in (
            ratios(parts, wholes, weights, zones, run, runs),
            of_items,
            weighted_means(100 * parts / wholes, weights, zones, run, runs),
        )
    )
    # Nominal 95 %; the Monte Carlo error of 600 runs is 0.9 points.
    assert held > 0.92
    assert held >= on_means
    assert on_items < 0.9 or not alike


def test_sums_come_before_shares():
    # Golden kpi.json: agents with 10 and 990 calls, 600 and 300 s: pooled 303 s, not 450 s.
    handled, seconds = [10, 990], [6000, 297_000]
    pooled = _ratio([s / 1e4 for s in seconds], handled)
    assert pooled.value / 100 * 1e4 == pytest.approx(303)
    # Golden kpi.json, first contact resolution: 280 of 400, and 280 of 350 net.
    assert counted_share(280, 400).value == 70
    assert counted_share(280, 400 - 50).value == 80
    assert counted_share(0, 0).note == "no_data"


@pytest.mark.parametrize(
    ("n", "least"),
    # Ranks of the 95 % interval of a median, as printed in tables of the sign test.
    [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (50, 18)],
)
def test_a_medians_interval_lies_between_two_of_the_values(n, least):
    values = list(np.random.default_rng(n).permutation(np.arange(1.0, n + 1)))
    found = median(values)
    assert (found.low, found.high) == (least, n + 1 - least)
    assert (found.value, found.n, found.method) == ((n + 1) / 2, n, "order_statistics")


def test_five_values_have_no_interval_and_none_no_median():
    assert (median([1, 2, 3, 4, 9]).value, median([1, 2, 3, 4, 9]).note) == (3, "too_few_values")
    assert median([]).note == "no_data"
