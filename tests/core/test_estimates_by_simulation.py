"""How often the intervals hold the truth, over 1,000 draws of one contact centre.

The centre is copied 1,000 times under other ids, so that one call draws it 1,000 times: agents of
unequal size with a minimum of picks, scores that depend on the agent, fall from day to day and
are lower where customers were unhappy.
"""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from qm.core.estimates import stands_for, weighted_mean
from qm.core.sampling.drawing import DrawInput, draw
from qm.core.sampling.policy import Policy

REPETITIONS = 1000
SIZES = [8, 20, 36, 60, 96]
SKILLS = [-12.0, -6.0, 0.0, 3.0, 6.0]
START = datetime(2026, 10, 23, tzinfo=UTC)
FLOORED = Policy(policy="floored", version="1", percent=Decimal(8), min_per_agent=4)
RISKY = Policy.model_validate(
    {
        "policy": "risky",
        "version": "1",
        "percent": 15,
        "min_per_agent": 4,
        "likelier": [{"when": {"interaction": "outcome", "is": ("unhappy",)}, "times": 4}],
    }
)


@pytest.fixture(scope="module")
def centre() -> pd.DataFrame:
    random = np.random.default_rng(3)
    agent = random.permutation(np.repeat(np.arange(len(SIZES)), SIZES))
    day = np.linspace(0, 29.9, len(agent))
    is_unhappy = random.random(len(agent)) < 0.2
    noise = random.gamma(1.5, 6, len(agent))
    scores = 98 + np.array(SKILLS)[agent] - 0.4 * day - 12 * is_unhappy - noise
    outcome = np.where(is_unhappy, "unhappy", "fine")
    return pd.DataFrame(
        {"agent": agent, "day": day, "outcome": outcome, "score": np.clip(scores, 0, 100)}
    )


@pytest.fixture(scope="module")
def population(centre: pd.DataFrame) -> pd.DataFrame:
    copies = pd.concat([centre] * REPETITIONS, ignore_index=True)
    repetition = np.repeat(np.arange(REPETITIONS), len(centre))
    agents = [f"{r}/{a}" for r in range(REPETITIONS) for a in range(len(SIZES))]
    started = pd.Timestamp(START) + pd.to_timedelta(copies["day"], unit="D")
    one = pd.Categorical.from_codes(np.zeros(len(copies), dtype=int), ["one"])
    return pd.DataFrame(
        {
            "interaction_id": [f"{r}-{i}" for r in range(REPETITIONS) for i in range(len(centre))],
            "agent_id": pd.Categorical.from_codes(
                repetition * len(SIZES) + copies["agent"].to_numpy(), agents
            ),
            **dict.fromkeys(("team_id", "channel", "queue", "direction", "language"), one),
            "outcome": pd.Categorical(copies["outcome"]),
            "started_at": started.astype("datetime64[us, UTC]"),
            **dict.fromkeys(("talk_s", "hold_s", "wrap_s"), 60.0),
            "recorded": True,
            "evaluated": False,
            "drawn": False,
            "number": np.nan,
        }
    )


def _picks(population: pd.DataFrame, centre: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    months = (("2026-10", START),)
    drawn = draw(DrawInput(population, policy, "a seed", ZoneInfo("UTC"), months)).picks
    picks = drawn[~drawn["is_reserve"]].reset_index(drop=True)
    place = picks["interaction_id"].str.partition("-")
    return picks.assign(
        draw_id=place[0].astype(int),
        score=centre["score"].to_numpy()[place[2].astype(int)],
        is_evaluated=True,
    )


@pytest.fixture(scope="module")
def floored(population: pd.DataFrame, centre: pd.DataFrame) -> pd.DataFrame:
    return _picks(population, centre, FLOORED)


def _estimates(picks: pd.DataFrame) -> pd.DataFrame:
    """Return, of each repetition, the weighted mean with its interval and the plain mean."""
    evaluated = picks[picks["is_evaluated"]].assign(stands_for=stands_for(picks))
    columns = "draw_id agent_id stratum zone score stands_for".split()
    rows: dict[int, list[tuple]] = {}
    for row in evaluated[columns].astype(object).itertuples(index=False):
        rows.setdefault(row.draw_id, []).append(row)
    found = []
    for own in rows.values():
        values, weights = [row.score for row in own], [row.stands_for for row in own]
        mean = weighted_mean(values, weights, [tuple(row[:4]) for row in own])
        found.append((mean.value, mean.low, mean.high, mean.sampling_error, np.mean(values)))
    assert len(found) == REPETITIONS
    return pd.DataFrame(found, columns=["mean", "low", "high", "error", "plain"])


def _covered(found: pd.DataFrame, truth: float) -> float:
    return float(((found["low"] <= truth) & (truth <= found["high"])).mean())


def _bias_in_errors(means: pd.Series, truth: float) -> float:
    return float((means.mean() - truth) / (means.std() / REPETITIONS**0.5))


def test_one_pick_per_zone_covers_the_centres_mean_as_often_as_it_says(floored, centre):
    found, truth = _estimates(floored), centre["score"].mean()
    assert 0.93 <= _covered(found, truth) <= 0.975  # 94.5 %
    assert abs(_bias_in_errors(found["mean"], truth)) < 3
    assert 0.95 < (found["error"] ** 2).mean() ** 0.5 / found["mean"].std() < 1.1
    # Floors draw the small, weak agents more often: the plain mean of the picks is 3 points low.
    assert found["plain"].mean() - truth < -2


def test_missing_picks_are_made_up_for_by_their_own_stratum(floored, centre):
    is_evaluated = np.random.default_rng(7).random(len(floored)) < 0.75
    found = _estimates(floored.assign(is_evaluated=is_evaluated))
    truth = centre["score"].mean()
    assert 0.93 <= _covered(found, truth) <= 0.975  # 94.2 %
    assert abs(_bias_in_errors(found["mean"], truth)) < 3


def test_interactions_drawn_more_often_are_weighted_back(population, centre):
    found, truth = _estimates(_picks(population, centre, RISKY)), centre["score"].mean()
    assert 0.93 <= _covered(found, truth) <= 0.975  # 94.9 %
    assert abs(_bias_in_errors(found["mean"], truth)) < 3
    assert found["plain"].mean() - truth < -4
