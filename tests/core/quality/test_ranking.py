"""Whether agents can be told apart, against published examples and by simulation."""

import numpy as np
import pytest
from scipy.stats import norm

from qm.core.estimates import NOTHING, Estimate, weighted_mean
from qm.core.quality.ranking import standings, told_apart
from qm.core.quality.shrinkage import shrink_means


def _means(groups: list[list[float]]) -> list[Estimate]:
    return [weighted_mean(own, [1e9] * len(own), ["one"] * len(own)) for own in groups]


def _noisy(value: float, error: float) -> Estimate:
    return Estimate(value, 4, None, None, "t", standard_error=error, freedom=3, design_effect=1.0)


def test_analysis_of_variance_of_the_mussel_shells():
    # McDonald, Handbook of Biological Statistics, one-way anova: P = 2.8e-4.
    sites = [
        [0.0571, 0.0813, 0.0831, 0.0976, 0.0817, 0.0859, 0.0735, 0.0659, 0.0923, 0.0836],
        [0.0873, 0.0662, 0.0672, 0.0819, 0.0749, 0.0649, 0.0835, 0.0725],
        [0.0974, 0.1352, 0.0817, 0.1016, 0.0968, 0.1064, 0.105],
        [0.1033, 0.0915, 0.0781, 0.0685, 0.0677, 0.0697, 0.0764, 0.0689],
        [0.0703, 0.1026, 0.0956, 0.0973, 0.1039, 0.1045],
    ]
    found = told_apart(_means(sites))
    assert (found.verdict, found.groups) == ("apart", 5)
    assert found.p_value == pytest.approx(2.81e-4, rel=0.002)


def test_baseball_players_cannot_be_ranked_by_45_at_bats():
    # Efron & Morris (1977): 18 players, hits of 45; the rankability of these data is 0.11.
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    players = _means([[1.0] * hit + [0.0] * (45 - hit) for hit in hits])
    found = told_apart(players)
    assert found.verdict == "not_apart"
    assert found.rankability == pytest.approx(0.11, abs=0.005)
    assert found.overlapping == 18
    assert standings(players) == (None,) * 18


def test_equal_agents_are_rarely_told_apart():
    random = np.random.default_rng(7)
    scores = random.normal(85, 8, (600, 6, 4))
    means, errors = scores.mean(axis=2), scores.std(axis=2, ddof=1) / 2
    verdicts = [
        told_apart([_noisy(*agent) for agent in zip(*month, strict=True)]).verdict
        for month in zip(means.tolist(), errors.tolist(), strict=True)
    ]
    assert verdicts.count("apart") / 600 <= 0.07


@pytest.mark.parametrize(
    "groups", [[], [[80.0, 90.0]], [[80.0], [90.0]], [[80.0, 80.0], [90.0, 90.0]], [[], [1.0, 2.0]]]
)
def test_too_few_to_tell_apart(groups):
    found = told_apart(_means(groups))
    assert (found.verdict, found.rankability, found.p_value) == ("too_few", None, None)


def test_equal_values_of_an_agent_say_that_the_noise_is_small():
    groups = [[80.0, 80.0, 80.0], [85.0, 86.0, 84.0], [90.0, 90.0, 90.0]]
    found = told_apart(_means(groups))
    # One-way analysis of variance by hand: between 75, within 1/3, F = 225 with 2 and 6.
    assert found.p_value == pytest.approx((1 + 2 * 225 / 6) ** -3, rel=1e-9)


def test_weights_count_where_the_unweighted_means_mislead():
    # Half the picks stand for one interaction each, the others for a hundred: weighted, the
    # agents are alike; the unweighted means are 12 points apart.
    spread = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    agents = [[*(80 + spread), *(80 + shift + spread)] for shift in (0.0, 24.0, 0.0, 24.0)]
    even = told_apart(_means(agents))
    weighted = [weighted_mean(own, [100.0] * 5 + [1.0] * 5, ["one"] * 10) for own in agents]
    assert (even.verdict, told_apart(weighted).verdict) == ("apart", "not_apart")


def test_overlapping_counts_the_most_that_could_be_equal():
    spread = np.array([-1.0, 0.0, 1.0])
    agents = [list(value + spread) for value in (60.0, 60.5, 61.0, 80.0, 80.5)]
    assert told_apart(_means(agents)).overlapping == 3


def _apart() -> list[Estimate]:
    random = np.random.default_rng(3)
    truth = np.linspace(60, 95, 20)
    return _means((truth[:, None] + 5 * random.standard_normal((20, 8))).tolist())


def test_standings_of_agents_who_differ():
    found = standings([*_apart(), NOTHING])
    assert found[-1] is None
    ranks = [each.rank.value for each in found[:-1]]
    assert sum(ranks) == pytest.approx(20 * 21 / 2)
    assert sum(each.lowest_quarter for each in found[:-1]) == pytest.approx(5)
    assert found[0].lowest_quarter > 0.9
    assert found[19].lowest_quarter == 0
    assert found[19].rank.low == 1
    assert all(each.rank.low <= each.rank.value <= each.rank.high for each in found[:-1])


def test_standings_are_the_same_each_time_and_follow_the_agents():
    agents = _apart()
    assert standings(agents) == standings(agents)
    assert standings(agents)[0].rank.value == pytest.approx(
        standings(agents[::-1])[-1].rank.value, abs=0.1
    )


def test_expected_ranks_are_those_of_normal_posteriors():
    shrunk = [agent.estimate for agent in shrink_means(_apart()).agents]
    value = np.array([each.value for each in shrunk])
    error = np.array([each.standard_error for each in shrunk])
    better = norm.cdf((value - value[:, None]) / np.hypot(error, error[:, None]))
    expected = 1 + better.sum(axis=1) - 0.5
    ranks = [each.rank.value for each in standings(_apart())]
    assert ranks == pytest.approx(expected.tolist(), abs=0.15)
