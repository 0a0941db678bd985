"""The variance between groups against statsmodels' meta-analysis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from qm.core.estimates import Estimate, proportion, weighted_mean
from qm.core.estimates.between import pooled_noise, scatter, true_variance


def test_paule_and_mandel_as_statsmodels():
    random = np.random.default_rng(1)
    for spread in (0.0, 2.0, 5.0, 9.0):
        variances = random.uniform(4, 60, 25)
        means = random.normal(85, spread, 25) + np.sqrt(variances) * random.standard_normal(25)
        oracle = combine_effects(means, variances, method_re="iterated")
        assert scatter(means, variances) == pytest.approx(oracle.q)
        found = true_variance(means, variances)
        assert found == pytest.approx(max(0.0, oracle.tau2), rel=1e-4, abs=1e-4)


@given(st.lists(st.tuples(st.floats(40, 100), st.floats(0.5, 60)), min_size=2, max_size=30))
def test_it_is_where_q_comes_to_its_degrees_of_freedom(groups):
    means, variances = (np.array(column) for column in zip(*groups, strict=True))
    found, k = true_variance(means, variances), len(groups)
    if found:
        assert scatter(means, variances + found) == pytest.approx(k - 1)
    else:
        assert scatter(means, variances) <= k - 1


def test_equal_variances_give_the_moment_estimate():
    means = np.array([70.0, 80.0, 84.0, 90.0])
    assert true_variance(means, np.full(4, 9.0)) == pytest.approx(means.var(ddof=1) - 9)
    assert true_variance(means, np.full(4, 900.0)) == 0


def test_the_noise_is_pooled_over_the_groups():
    one = weighted_mean([80.0], [1e9], ["one"])
    several = [weighted_mean(own, [1e9] * 3, ["one"] * 3) for own in ([1.0, 2, 3], [4.0, 8, 12])]
    noisy = pooled_noise([one, *several])
    # Variances 1 and 16 with two degrees of freedom each: 8.5 for a single value.
    assert noisy.freedom == 4
    assert noisy.variances == pytest.approx([8.5, 8.5 / 3, 8.5 / 3])
    assert noisy.means == pytest.approx([80, 2, 8])


def test_unequal_weights_leave_less_n():
    weights = [1e9, 1e9, 4e9, 2e9]
    found = weighted_mean([1.0, 5.0, 3.0, 7.0], weights, ["one"] * 4)
    noisy = pooled_noise([found])
    assert noisy.variances == pytest.approx([found.standard_error**2])


@pytest.mark.parametrize(
    "estimates", [[], [proportion([True])], [Estimate(8.0, 1, None, None, "none")]]
)
def test_unknown_noise(estimates):
    assert pooled_noise(estimates) is None
