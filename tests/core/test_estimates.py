"""Averages and shares against published examples and exact enumerations."""

from itertools import combinations
from math import sqrt

import numpy as np
import pytest

from qm.core.estimates import NOTHING, design_effect, proportion, total, weighted_mean


def test_mean_of_a_simple_random_sample_has_students_interval():
    # Student's sleep data, drug 1, as printed by R's t.test: mean 0.75,
    # t = 1.3257, df = 9, so the standard error is 0.75/1.3257.
    extra = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    found = weighted_mean(extra, [1e9] * 10, ["all"] * 10)
    assert found.value == pytest.approx(0.75)
    assert found.standard_error == pytest.approx(0.75 / 1.3257, rel=1e-4)
    assert found.freedom == pytest.approx(9)
    assert found.margin == pytest.approx(2.262157 * found.standard_error, rel=1e-6)
    assert (found.n, found.method, found.note) == (10, "t", "")


def test_finite_population_correction_shrinks_the_margin():
    # Cochran: the error of a mean is s/√n·√(1 − n/N); here half of ten were counted.
    values = [60.0, 70.0, 80.0, 90.0, 100.0]
    endless = weighted_mean(values, [1e9] * 5, ["a"] * 5)
    half = weighted_mean(values, [2.0] * 5, ["a"] * 5)
    assert half.margin == pytest.approx(endless.margin * sqrt(1 / 2))
    assert half.standard_error == pytest.approx(endless.standard_error)


def test_stratified_mean_and_total_reproduce_lohrs_agricultural_census():
    # Lohr, Sampling: Design and Analysis, example 3.2: mean 295,560.8, standard error 16,379.9,
    # total 909,736,034, standard error 50,417,248.
    sizes, samples = [220, 1054, 1382, 422], [21, 103, 135, 41]
    means = [97629.81, 300504.16, 211315.04, 662295.51]
    variances = [7647472708, 29618183543, 53587487856, 396185950266]
    values, weights, strata = [], [], []
    for name, size, n, mean, variance in zip(
        ["NE", "NC", "S", "W"], sizes, samples, means, variances, strict=True
    ):
        values += _with_moments(n, mean, variance)
        weights += [size / n] * n
        strata += [name] * n
    found = weighted_mean(values, weights, strata)
    assert found.value == pytest.approx(295560.76456790126, rel=1e-12)
    assert found.sampling_error == pytest.approx(16379.872726376165, rel=1e-9)
    # The margin is t·16,379.9 with Satterthwaite's freedom, near the normal's 1.96 for n = 300.
    assert found.margin / found.sampling_error == pytest.approx(1.98, abs=0.02)
    acres = total(values, weights, strata)
    assert acres.value == pytest.approx(909_736_034, abs=1)
    assert acres.sampling_error == pytest.approx(50_417_248, abs=1)
    assert acres.margin == pytest.approx(3078 * found.margin)


def _with_moments(n: int, mean: float, variance: float) -> list[float]:
    raw = np.arange(n, dtype=float)
    return list(mean + (raw - raw.mean()) / raw.std(ddof=1) * sqrt(variance))


def test_weighting_by_inverse_probability_is_unbiased_over_all_samples():
    # Exact enumeration of all samples of 2 from 4: the Horvitz-Thompson total Σy/π averages to
    # 140, the truth; the plain mean to 43.25 where the truth is 35.
    values = [10.0, 20.0, 30.0, 80.0]
    chances = dict(zip(combinations(range(4), 2), [0.05, 0.1, 0.2, 0.1, 0.25, 0.3], strict=True))
    inclusion = [sum(p for pair, p in chances.items() if i in pair) for i in range(4)]
    assert inclusion == pytest.approx([0.35, 0.4, 0.5, 0.75])
    summed = plain = 0.0
    for pair, chance in chances.items():
        drawn, weights = [values[i] for i in pair], [1 / inclusion[i] for i in pair]
        summed += chance * total(drawn, weights, ["all"] * 2).value
        plain += chance * float(np.mean(drawn))
    assert summed == pytest.approx(140)
    assert plain == pytest.approx(43.25)


@pytest.mark.parametrize(
    ("agents", "drawn", "frame"), [(4, 2, 40), (12, 3, 60), (4, 1, 20), (12, 2, 10)]
)
def test_interval_covers_the_true_mean_about_as_often_as_it_says(agents, drawn, frame):
    # Left-skewed scores as evaluation forms give them; t intervals then cover a little less.
    random = np.random.default_rng(20)
    covered = 0
    for _ in range(400):
        skill = random.normal(0, 4, agents)
        scores = np.clip(100 + skill[:, None] - random.gamma(1.2, 9, (agents, frame)), 0, 100)
        sample = np.concatenate([random.choice(own, drawn, replace=False) for own in scores])
        strata = [str(agent) for agent in range(agents) for _ in range(drawn)]
        found = weighted_mean(list(sample), [frame / drawn] * len(sample), strata)
        covered += found.low <= scores.mean() <= found.high
    assert 0.89 <= covered / 400 <= 0.985


def test_nothing_measured_is_no_number():
    assert weighted_mean([], [], []) == total([], [], []) == proportion([]) == NOTHING
    assert (NOTHING.value, NOTHING.margin, NOTHING.note) == (None, None, "no_data")


def test_one_value_has_no_margin():
    found = weighted_mean([80.0], [20.0], ["a"])
    assert (found.value, found.margin, found.note) == (80.0, None, "one_value")


def test_equal_values_claim_no_certainty():
    found = weighted_mean([83.3] * 3, [10.0] * 3, ["a"] * 3)
    assert (found.value, found.margin, found.note) == (pytest.approx(83.3), None, "no_spread")


def test_counting_everything_leaves_no_margin_but_a_process_that_varies():
    found = weighted_mean([60.0, 80.0], [1.0, 1.0], ["a", "a"])
    assert (found.low, found.value, found.high) == (70.0, 70.0, 70.0)
    assert (found.margin, found.note) == (0, "all_counted")
    assert found.standard_error == pytest.approx(10)
    single = weighted_mean([60.0], [1.0], ["a"])
    assert (single.low, single.high, single.note) == (60.0, 60.0, "all_counted")


def test_strata_of_one_value_are_collapsed_into_one():
    singles = weighted_mean([60.0, 70.0, 95.0], [9.0] * 3, ["a", "b", "c"])
    endless = weighted_mean([60.0, 70.0, 95.0], [1e9] * 3, ["a", "a", "a"])
    # One drawn of nine differs by S²(1 − 1/9) already: nothing is left to correct for.
    assert singles.margin == pytest.approx(endless.margin)
    assert singles.freedom == pytest.approx(2)


def test_a_pair_of_zones_tells_no_less_noise_than_there_is_over_all_samples():
    # Two zones of two interactions, one drawn of each: over the four samples the variance of the
    # mean is ((10² + 30²)/4)/4 = 62.5, what the pair says on average 62.5 + the zones' difference.
    zones = [(60.0, 70.0), (80.0, 110.0)]
    keys = [(1, "sara", "", 1), (1, "sara", "", 2)]
    samples = [[first, second] for first in zones[0] for second in zones[1]]
    found = [weighted_mean(sample, [2.0, 2.0], keys) for sample in samples]
    assert np.var([mean.value for mean in found]) == pytest.approx(62.5)
    said = np.mean([mean.sampling_error**2 for mean in found])
    assert said == pytest.approx(62.5 + (95 - 65) ** 2 / 4)


def _spread_by_stratum(values, keys):
    """The variance of the mean that these values would have, were each stratum one of these."""
    groups: dict[object, list[float]] = {}
    for value, key in zip(values, keys, strict=True):
        groups.setdefault(key, []).append(value / len(values))
    return sum(len(own) * np.var(own, ddof=1) for own in groups.values())


@pytest.mark.parametrize(
    ("zones", "joined"),
    [
        ([("a", "", 1), ("a", "", 2), ("a", "", 3), ("a", "", 4)], "xxyy"),
        ([("a", "", 4), ("a", "", 1), ("a", "", 10), ("a", "", 2)], "yxyx"),
        ([("a", "", 1), ("a", "", 2), ("a", "", 3), ("a", "", 4), ("a", "", 5)], "xxyyy"),
        ([("a", "", 1), ("a", "", 1), ("a", "", 2), ("a", "", 3)], "xxyy"),
        ([("a", "call", 1), ("a", "call", 2), ("a", "chat", 1), ("a", "mail", 1)], "xxyy"),
        ([("a", "", 1), ("b", "", 1), ("c", "", 1), ("d", "", 2), ("d", "", 3)], "xxxyy"),
    ],
)
def test_zones_with_one_pick_are_paired_with_their_neighbours(zones, joined):
    values = [50.0, 61.0, 75.0, 92.0, 99.0][: len(zones)]
    found = weighted_mean(values, [1e9] * len(zones), [(1, *zone) for zone in zones])
    assert found.standard_error**2 == pytest.approx(_spread_by_stratum(values, joined))


def test_pairs_of_zones_of_one_stratum_pool_their_degrees_of_freedom():
    values, weights = [70.0, 80.0, 90.0, 91.0, 60.0, 66.0], [1e9] * 6
    in_one = weighted_mean(values, weights, [(1, "a", "", zone) for zone in range(6)])
    assert in_one.freedom == pytest.approx(3)
    agents = [(1, agent, "", zone) for agent, zone in zip("aabbcc", range(6), strict=True)]
    # Between agents variances may differ: (100 + 1 + 36)²/(100² + 1² + 36²).
    assert weighted_mean(values, weights, agents).freedom == pytest.approx(137**2 / 11297)


def test_a_zone_with_several_picks_is_its_own_stratum():
    keys = [(1, "a", "", 1)] * 2 + [(1, "a", "", 2)] * 2
    found = weighted_mean([60.0, 70.0, 80.0, 110.0], [2.0] * 4, keys)
    assert found.sampling_error**2 == pytest.approx((50 + 450) / 2 / 4 / 2)


def test_what_was_drawn_for_certain_adds_no_noise():
    values, weights = [10.0, 60.0, 70.0, 90.0], [1.0, 5.0, 5.0, 5.0]
    found = weighted_mean(values, weights, ["all"] * 4)
    e = np.array(weights) * (np.array(values) - found.value) / 16
    # Σce/Σc over the three that were not certain; n/(n − 1) = 4/3.
    expected = 4 / 3 * 0.8 * float(np.sum((e[1:] - e[1:].mean()) ** 2))
    assert found.sampling_error**2 == pytest.approx(expected)


def test_unequal_weights_cost_information():
    # Kish: n·Σw²/(Σw)², the weights 1, 1, 2, 4 give 1.375.
    assert design_effect([1, 1, 2, 4]) == 1.375
    found = weighted_mean([60.0, 70.0, 80.0, 90.0], [1.0, 1.0, 2.0, 4.0], ["a"] * 4)
    assert (found.design_effect, found.effective_n) == (1.375, pytest.approx(4 / 1.375))
    share = proportion([True, True, False, True], [1.0, 1.0, 2.0, 4.0])
    assert (share.design_effect, share.effective_n) == (1.375, pytest.approx(4 / 1.375))
    assert (NOTHING.design_effect, NOTHING.effective_n) == (None, None)
    with pytest.raises(ValueError, match="no weights"):
        design_effect([])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_wilson_interval_is_that_of_newcombes_table(hits, n, low, high):
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
    found = proportion([True] * hits + [False] * (n - hits))
    assert (found.low, found.high) == (
        pytest.approx(low, abs=0.006),
        pytest.approx(high, abs=0.006),
    )
    assert (found.value, found.count, found.n) == (pytest.approx(100 * hits / n), hits, n)


def test_weighted_share_rests_on_the_effective_number():
    # Weights 3, 1, 1, 1: share 3/6, Kish's effective n = 36/12 = 3, 4 of 6 counted.
    found = proportion([True, False, False, False], [3.0, 1.0, 1.0, 1.0])
    assert (found.value, found.count, found.n) == (pytest.approx(50), 1, 4)
    n, z = 3 / (1 - 4 / 6), 1.959964
    half = 100 * z * sqrt(0.25 / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert found.margin == pytest.approx(half, rel=1e-5)


def test_share_of_everything_is_exact():
    found = proportion([True, False], [1.0, 1.0])
    assert (found.low, found.high, found.note) == (50.0, 50.0, "all_counted")
