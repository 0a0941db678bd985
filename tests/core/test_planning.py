"""Margins to expect of a plan, sample sizes and how much scores vary."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.estimates import weighted_mean
from qm.core.planning import (
    cochran_n,
    expected_margin,
    expected_margins,
    picks_for,
    spread_of,
)

COLUMNS = "agent_id team_id frame_size planned sd".split()


def plan(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


@pytest.mark.parametrize(("n", "margin"), [(3, 24.8), (5, 12.4), (10, 7.2), (20, 4.7), (50, 2.8)])
def test_margins_are_the_published_ones(n, margin):
    assert expected_margin(n, math.inf, 10) == pytest.approx(margin, abs=0.05)


def test_a_margin_needs_two_scores_and_shrinks_to_nothing_when_all_are_counted():
    assert expected_margin(1, 50, 10) is None
    assert expected_margin(10, 10, 10) == 0
    assert expected_margin(5, 10, 10) == pytest.approx(expected_margin(5, math.inf, 10) / 2**0.5)


def test_what_is_expected_is_what_the_estimate_then_says():
    scores = [70.0, 78.0, 80.0, 85.0, 95.0]
    sd = float(np.std(scores, ddof=1))
    found = weighted_mean(scores, [8.0] * 5, ["a"] * 5)
    assert expected_margin(5, 40, sd) == pytest.approx(found.margin)
    more = weighted_mean([*scores, 60.0, 64.0], [8.0] * 5 + [15.0] * 2, ["a"] * 5 + ["b"] * 2)
    table = plan(("a", "t", 40, 5, sd), ("b", "t", 30, 2, 8**0.5))
    expected = expected_margins(table).centre
    assert expected.value == pytest.approx(more.margin)
    assert expected.design_effect == pytest.approx(more.design_effect)


@pytest.mark.parametrize(
    "scores",
    [
        [70.0, 80.0],
        [75 - 50**0.5, 75.0, 75 + 50**0.5],
        [70.0, 80.0, 90.0, 80.0],
        [70.0, 80.0, 90 - 50**0.5, 90.0, 90 + 50**0.5],
        [70.0, 80.0, 60.0, 50.0, 90.0, 100.0],
    ],
)
def test_what_is_expected_of_zones_is_what_pairs_of_them_then_say(scores):
    # The pairs (and threes) have the variance 50 each.
    zones = [(1, "a", "", zone) for zone in range(len(scores))]
    found = weighted_mean(scores, [1e9] * len(scores), zones)
    table = plan(("a", "t", 1e12, len(scores), 50**0.5))
    assert expected_margins(table, in_zones=True).centre.value == pytest.approx(found.margin)


def test_a_plan_has_margins_by_agent_by_team_and_for_the_centre():
    found = expected_margins(
        plan(
            ("sara", "orders", 40, 5, 10.0),
            ("reza", "orders", 20, 1, 10.0),
            ("ali", "support", 30, 3, None),
            ("omid", "idle", 12, 0, 10.0),
        )
    )
    assert found.agents["sara"].value == pytest.approx(12.4 * (7 / 8) ** 0.5, abs=0.05)
    assert (found.agents["reza"].value, found.agents["reza"].reason) == (None, "too_few_picks")
    assert (found.agents["ali"].value, found.agents["ali"].reason) == (None, "no_spread_known")
    assert (found.agents["omid"].value, found.agents["omid"].reason) == (None, "nothing_planned")
    assert found.agents["omid"].design_effect is None
    assert (found.teams["orders"].planned, found.teams["orders"].frame_size) == (6, 60)
    # Reza stands for 20, Sara's five for 8 each.
    assert found.teams["orders"].design_effect == pytest.approx(6 * (5 * 64 + 400) / 3600)
    assert found.teams["orders"].value is not None
    assert (found.centre.value, found.centre.reason) == (None, "no_spread_known")
    assert (found.centre.planned, found.centre.frame_size) == (9, 90)


def test_scores_that_never_vary_leave_no_margin():
    assert expected_margins(plan(("a", "t", 40, 5, 0.0))).centre.value == 0


def test_sample_size_is_cochrans():
    # A share of one half within ±0.05: 384.1 of endlessly many, 277.7 of 1,000.
    assert cochran_n(0.05, math.inf, 0.5) == pytest.approx(384.1459, abs=1e-3)
    assert cochran_n(0.05, 1000, 0.5) == pytest.approx(277.7335, abs=1e-3)


@settings(max_examples=60)
@given(
    margin=st.floats(0.5, 40),
    frame_size=st.integers(1, 3000),
    sd=st.floats(0.1, 40),
)
def test_picks_for_a_margin_are_the_fewest_that_keep_it(margin, frame_size, sd):
    n = picks_for(margin, frame_size, sd)
    assert min(2, frame_size) <= n <= frame_size
    if n < frame_size:
        assert expected_margin(n, frame_size, sd) <= margin
    if n > 2:
        assert expected_margin(n - 1, frame_size, sd) > margin


def test_a_margin_of_nothing_takes_everything():
    assert picks_for(0, 80, 10) == 80


def _scores(**agents: list[float]) -> pd.DataFrame:
    rows = [(agent, score) for agent, own in agents.items() for score in own]
    return pd.DataFrame(rows, columns=["agent_id", "percent"], dtype=object)


def test_few_scores_that_agree_do_not_look_steady():
    random = np.random.default_rng(1)
    agents = {f"a{k}": list(80 + 10 * random.standard_normal(12)) for k in range(30)}
    found = spread_of(_scores(lucky=[90.0, 90.0, 90.0], **agents))
    assert found.pooled == pytest.approx(10, abs=1)
    assert found.of("lucky") == pytest.approx(found.pooled, rel=0.15)
    assert found.of("nobody") == found.pooled


def test_many_scores_keep_their_own_spread():
    random = np.random.default_rng(2)
    steady = {f"s{k}": list(80 + 2 * random.standard_normal(60)) for k in range(10)}
    wild = {f"w{k}": list(60 + 15 * random.standard_normal(60)) for k in range(10)}
    found = spread_of(_scores(**steady, **wild))
    assert found.of("s0") < 5
    assert found.of("w0") > 12
    assert found.of("s0") > np.std(steady["s0"], ddof=1)


def test_shrunken_spreads_are_nearer_to_the_truth_than_those_of_few_scores():
    random = np.random.default_rng(3)
    truths = random.uniform(6, 14, 200)
    agents = {f"a{k}": list(80 + sd * random.standard_normal(5)) for k, sd in enumerate(truths)}
    found = spread_of(_scores(**agents))
    own = np.array([np.std(scores, ddof=1) for scores in agents.values()])
    shrunken = np.array([found.of(agent) for agent in agents])
    assert np.mean((shrunken - truths) ** 2) < 0.6 * np.mean((own - truths) ** 2)


def test_without_two_scores_of_anyone_no_spread_is_known():
    found = spread_of(_scores(sara=[80.0], reza=[70.0]))
    assert (found.pooled, found.of("sara")) == (None, None)
    assert spread_of(_scores()).pooled is None
    alone = spread_of(_scores(sara=[70.0, 90.0]))
    assert alone.of("sara") == alone.pooled == pytest.approx(200**0.5)
