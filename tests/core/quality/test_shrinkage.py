"""Shrunk figures against Efron and Morris' baseball players, and how often their intervals hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qm.core.estimates import NOTHING, Estimate, proportion
from qm.core.quality.shrinkage import beta_prior, shrink_means, shrink_shares

# Efron & Morris (Scientific American 236:119, 1977): hits in the first 45 at bats of 1970, the
# average of the rest of the season, and the James–Stein estimate as printed.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
SEASON = [
    *(0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269),
    *(0.230, 0.264, 0.256, 0.303, 0.264, 0.226, 0.285, 0.316, 0.200),
]
JAMES_STEIN = [
    *(0.294, 0.289, 0.285, 0.280, 0.275, 0.275, 0.270, 0.266, 0.261),
    *(0.261, 0.256, 0.256, 0.256, 0.256, 0.256, 0.252, 0.247, 0.242),
]


def _noisy(value: float, n: int, error: float) -> Estimate:
    return Estimate(
        value, n, None, None, "t", standard_error=error, freedom=n - 1, design_effect=1.0
    )


def _mean(scores: "np.typing.NDArray[np.float64]") -> Estimate:
    if len(scores) == 1:
        return Estimate(float(scores[0]), 1, None, None, "none", "one_value", design_effect=1.0)
    return _noisy(float(scores.mean()), len(scores), float(scores.std(ddof=1)) / len(scores) ** 0.5)


def _players() -> list[Estimate]:
    average = sum(HITS) / 45 / 18
    error = np.sqrt(average * (1 - average) / 45)
    return [_noisy(hits / 45, 45, error) for hits in HITS]


def test_baseball_players_as_published():
    found = shrink_means(_players())
    values = np.array([agent.estimate.value for agent in found.agents])
    raw = np.array([agent.raw.value for agent in found.agents])
    assert found.centre == pytest.approx(0.265, abs=0.0005)
    assert [1 - agent.borrowed for agent in found.agents] == pytest.approx([0.2117] * 18, abs=5e-5)
    assert values == pytest.approx(JAMES_STEIN, abs=0.0006)
    assert np.sum((raw - SEASON) ** 2) == pytest.approx(0.0753, abs=5e-5)
    assert np.sum((values - SEASON) ** 2) == pytest.approx(0.0213, abs=5e-5)


def test_beta_prior_of_the_baseball_players():
    shares = [proportion([True] * hits + [False] * (45 - hits)) for hits in HITS]
    assert beta_prior(shares) == pytest.approx((97.67591610698712, 270.312418993755), rel=1e-9)
    first = shrink_shares(shares).agents[0]
    assert first.estimate.value == pytest.approx(28.01, abs=0.005)
    assert first.raw.value == pytest.approx(40)
    assert first.borrowed == pytest.approx(368 / (368 + 45), abs=1e-4)


@pytest.mark.parametrize("spread", [2.0, 3.0, 4.0, 8.0])
def test_intervals_of_scores_hold_the_truth_of_60_agents_with_5_evaluations(spread):
    random = np.random.default_rng(5)
    held, misses, raw_misses = [], [], []
    for _ in range(40):
        truth = 85 + spread * random.standard_normal(60)
        scores = truth[:, None] + 9 * random.standard_normal((60, 5))
        for true, agent in zip(truth, shrink_means(list(map(_mean, scores))).agents, strict=True):
            held.append(agent.estimate.low <= true <= agent.estimate.high)
            misses.append(agent.estimate.value - true)
            raw_misses.append(agent.raw.value - true)
    assert np.mean(held) >= 0.93
    assert np.std(raw_misses) == pytest.approx(9 / 5**0.5, abs=0.15)
    assert np.std(misses) < 0.93 * np.std(raw_misses)


@pytest.mark.parametrize(("share", "prior_size"), [(0.9, 30), (0.97, 40), (0.7, 10)])
def test_intervals_of_shares_hold_the_truth(share, prior_size):
    random = np.random.default_rng(6)
    held = []
    for _ in range(40):
        truth = random.beta(share * prior_size, (1 - share) * prior_size, 60)
        shares = [proportion(list(random.random(8) < true)) for true in truth]
        for true, agent in zip(truth, shrink_shares(shares).agents, strict=True):
            held.append(agent.estimate.low <= 100 * true <= agent.estimate.high)
    assert np.mean(held) >= 0.93


def test_four_agents_of_unequal_n_are_held_too():
    random = np.random.default_rng(7)
    held = []
    for _ in range(200):
        truth = 85 + 4 * random.standard_normal(4)
        raw = [
            _mean(true + 9 * random.standard_normal(n))
            for true, n in zip(truth, (2, 4, 7, 12), strict=True)
        ]
        agents = shrink_means(raw).agents
        held += [a.estimate.low <= t <= a.estimate.high for a, t in zip(agents, truth, strict=True)]
    assert np.mean(held) >= 0.93


def test_who_has_fewer_evaluations_borrows_more_and_one_borrows_too():
    random = np.random.default_rng(8)
    raw = [_mean(85 + 9 * random.standard_normal(n)) for n in (1, 3, 5, 10, 40)]
    borrowed = [agent.borrowed for agent in shrink_means(raw).agents]
    assert borrowed == sorted(borrowed, reverse=True)
    assert raw[0].low is None
    assert shrink_means(raw).agents[0].estimate.low is not None


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(2, 50)), min_size=4, max_size=30),
    st.floats(0.5, 20),
)
def test_shrunk_means_lie_between_the_raw_one_and_the_centre(agents, spread):
    found = shrink_means([_noisy(value, n, spread / n**0.5) for value, n in agents])
    for agent in found.agents:
        low, high = sorted((agent.raw.value, found.centre))
        assert low - 1e-6 <= agent.estimate.value <= high + 1e-6
        assert 0 < agent.borrowed < 1
        assert agent.estimate.low < agent.estimate.value < agent.estimate.high


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=12), min_size=4, max_size=20))
def test_shrunk_shares_stay_inside_the_scale(agents):
    for agent in shrink_shares([proportion(hits) for hits in agents]).agents:
        if agent.borrowed is not None:
            found = agent.estimate
            assert -1e-6 <= found.low <= found.high <= 100 + 1e-6
            assert found.low - 1e-6 <= found.value <= found.high + 1e-6


@pytest.mark.parametrize("shrink", [shrink_means, shrink_shares])
def test_three_agents_are_too_few_to_borrow_from(shrink):
    raw = [_noisy(80.0 + k, 5, 3.0) for k in range(3)] + [NOTHING]
    for agent, own in zip(shrink(raw).agents, raw, strict=True):
        assert (agent.estimate.value, agent.estimate.note) == (None, "too_few_groups")
        assert (agent.raw, agent.borrowed) == (own, None)


def test_without_spread_nothing_is_shrunk():
    means = [_mean(np.full(3, score)) for score in (80.0, 90.0, 95.0, 70.0)]
    assert {agent.estimate.note for agent in shrink_means(means).agents} == {"no_spread"}
    shares = [proportion([True] * 5)] * 4
    assert {agent.estimate.note for agent in shrink_shares(shares).agents} == {"no_spread"}


def test_one_evaluation_each_tells_no_agent_from_another():
    single = [_mean(np.array([score])) for score in (80.0, 90.0, 95.0, 70.0)]
    assert {agent.estimate.note for agent in shrink_means(single).agents} == {"one_value"}
    shares = [proportion([hit]) for hit in (True, False, True, True)]
    assert {agent.estimate.note for agent in shrink_shares(shares).agents} == {"one_value"}


def test_an_agent_without_evaluations_has_no_figure_and_disturbs_nobody():
    found = shrink_means([*_players(), NOTHING])
    assert found.agents[-1].estimate == NOTHING
    assert found.agents[:-1] == shrink_means(_players()).agents
