"""Funnel limits against published ones, and how often equal agents lie outside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from qm.core.change.funnel import (
    binomial_limit,
    mean_funnel,
    over_dispersion,
    poisson_limit,
    share_funnel,
)
from qm.core.estimates import NOTHING, Estimate, proportion

# Spiegelhalter's interpolation (Statistics in Medicine 24:1185, 2005): target, n, and the limits
# at 0.1, 2.5, 97.5 and 99.9 %.
BINOMIAL = [
    (0.1, 100, (0.014178865008, 0.040380595524, 0.157718611639, 0.198356718503)),
    (0.93, 20, (0.671737532095, 0.769619422795, 0.994663567236, 0.999786542689)),
    (0.93, 60, (0.801603159772, 0.850916652431, 0.979845114503, 0.998703203480)),
    (0.93, 300, (0.878849880787, 0.898039178871, 0.955880809339, 0.969519308850)),
]
# FunnelPlotR's tests of exact Poisson limits: 15, 20 and 30 expected.
POISSON = [
    (0.001, (0.386265, 0.4479107, 0.5289724)),
    (0.025, (0.5596924, 0.610826, 0.6746958)),
    (0.975, (1.649348, 1.544419, 1.427562)),
    (0.999, (2.082907, 1.902094, 1.702771)),
]


def _means(groups: "np.typing.NDArray[np.float64]") -> list[Estimate]:
    return [
        Estimate(
            float(own.mean()),
            len(own),
            None,
            None,
            "t",
            standard_error=float(own.std(ddof=1)) / len(own) ** 0.5,
            freedom=len(own) - 1,
            design_effect=1.0,
        )
        for own in groups
    ]


@pytest.mark.parametrize(("target", "n", "limits"), BINOMIAL)
def test_binomial_limits(target, n, limits):
    found = [float(binomial_limit(target, n, p)) for p in (0.001, 0.025, 0.975, 0.999)]
    assert found == pytest.approx(limits, rel=1e-10)


@pytest.mark.parametrize(("probability", "limits"), POISSON)
def test_poisson_limits(probability, limits):
    assert poisson_limit([15, 20, 30], probability) == pytest.approx(limits, rel=1e-6)


@given(st.floats(0.02, 0.98), st.integers(1, 400), st.sampled_from([0.001, 0.025, 0.975, 0.999]))
def test_limits_lie_within_a_count_of_the_quantile(target, n, probability):
    found = float(binomial_limit(target, n, probability)) * n
    quantile = binom.ppf(probability, n, target)
    assert max(0, quantile - 1) - 1e-6 <= found <= quantile + 1e-6


def test_an_effective_n_has_nearly_the_limits_of_the_whole_one():
    limits = binomial_limit(0.9, [40, 40.01, 40.5, 41], 0.025)
    assert limits[1] == pytest.approx(limits[0], abs=0.001)
    assert limits[2] == pytest.approx(limits[0], abs=0.02)


def test_the_funnel_of_means_is_normal():
    groups = [np.array([-1.0, 0.0, 1.0] * k) + 80 for k in (1, 4, 9)]
    groups[0] = groups[0] + 2
    found = mean_funnel([*_means(groups), NOTHING])
    means, n = np.array([82.0, 80.0, 80.0]), np.array([3, 12, 27])
    noise = sum(np.sum((g - g.mean()) ** 2) for g in groups) / (42 - 3)
    target = np.average(means, weights=n)
    assert found.target == pytest.approx(target)
    assert found.points[3] is None
    first = found.points[0]
    reach = np.sqrt(noise / 3)
    assert first.limits[0] == pytest.approx((target - 1.959964 * reach, target + 1.959964 * reach))
    assert first.limits[1] == pytest.approx((target - 3.090232 * reach, target + 3.090232 * reach))
    assert first.zone == "very_high"
    assert (found.line_n[0], found.line_n[-1]) == pytest.approx((3 / 1.2, 1.1 * 27))


def test_few_of_equal_agents_lie_outside():
    random = np.random.default_rng(1)
    zones = {"means": [], "shares": []}
    for _ in range(12):
        means = mean_funnel(_means(random.normal(85, 8, (50, 6))))
        zones["means"] += [point.zone for point in means.points]
        shares = share_funnel([proportion(list(random.random(20) < 0.9)) for _ in range(50)])
        zones["shares"] += [point.zone for point in shares.points]
    for found in zones.values():
        outside = np.mean([zone != "inside" for zone in found])
        assert 0.01 < outside < 0.06
        assert np.mean([zone.startswith("very") for zone in found]) < 0.008


def test_over_dispersion_by_hand():
    # 20 z-scores of ±2 with an outlier that is winsorised away: φ̂ = 4, all of one variance v,
    # so the weights cancel and τ² = (20·4 − 19)·v/19.
    z = np.array([2.0, -2.0] * 10)
    z[0] = 40.0
    phi, tau2 = over_dispersion(z, np.full(20, 0.5))
    assert phi == pytest.approx(4)
    assert tau2 == pytest.approx((20 * 4 - 19) * 0.5 / 19)


def test_chance_alone_adds_nothing():
    assert over_dispersion(np.array([1.0, -1.0] * 10), np.full(20, 0.5)) == (1.0, 0.0)


@pytest.mark.parametrize("kind", ["means", "shares"])
def test_agents_who_truly_differ_widen_the_funnel(kind):
    random = np.random.default_rng(2)
    if kind == "means":
        truth = random.normal(80, 10, 60)
        found = mean_funnel(_means(truth[:, None] + random.normal(0, 8, (60, 10))))
        assert found.extra_spread == pytest.approx(10, abs=2.5)
    else:
        truth = random.beta(6, 2, 60)
        found = share_funnel([proportion(list(random.random(40) < true)) for true in truth])
        assert all(0 <= low <= high <= 100 for p in found.points for low, high in p.limits)
    assert found.dispersion > 2
    assert np.mean([point.zone != "inside" for point in found.points]) < 0.2


def test_p_values_agree_with_the_zones():
    random = np.random.default_rng(3)
    hits = [10, *[18, 19, 20, 20] * 9]
    shares = share_funnel([proportion([True] * hit + [False] * (20 - hit)) for hit in hits])
    assert shares.points[0].zone == "very_low"
    assert shares.points[0].p_value < 0.002
    assert {point.zone for point in shares.points[1:]} == {"inside"}
    means = mean_funnel(_means(random.normal(85, 8, (30, 6))))
    for point in means.points:
        assert (point.p_value < 0.05) == (point.zone != "inside")


@pytest.mark.parametrize("estimates", [[], [NOTHING, NOTHING], [proportion([True, False])]])
def test_too_few_for_a_funnel(estimates):
    assert share_funnel(estimates) is None
    assert mean_funnel(estimates) is None


def test_all_or_nothing_has_no_funnel():
    assert share_funnel([proportion([True] * 4), proportion([True] * 9)]) is None
