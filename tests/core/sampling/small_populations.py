"""Small populations, policies and draw inputs for tests, given by hand or by hypothesis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import strategies as st

from qm.core.sampling.given import DrawInput
from qm.core.sampling.policy import Policy

START = datetime(2026, 6, 1, tzinfo=UTC)
MONTHS = (("2026-06", START), ("2026-07", datetime(2026, 7, 1, tzinfo=UTC)))
TEHRAN = ZoneInfo("Asia/Tehran")
CATEGORIES = ["agent_id", "team_id", "channel", "queue", "direction", "language", "outcome"]
NUMBERS = ["talk_s", "hold_s", "wrap_s", "number"]
FLAGS = ["recorded", "evaluated", "drawn"]
DEFAULTS: dict[str, Any] = (
    dict.fromkeys([*CATEGORIES, *NUMBERS], None)
    | dict.fromkeys(FLAGS, False)
    | {"agent_id": "sara.nouri", "team_id": "orders", "started_at": START}
)
SHORT = {"interaction": "talk_s", "at_most": 15}
LONG_HOLD = {"interaction": "hold_s", "at_least": 60}
NOT_RECORDED = {"interaction": "recorded", "is": ["no"]}


def population(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A population with the contract's columns and types."""
    frame = pd.DataFrame([DEFAULTS | row for row in rows], columns=["interaction_id", *DEFAULTS])
    frame["started_at"] = pd.to_datetime(frame["started_at"], utc=True).astype(
        "datetime64[us, UTC]"
    )
    types = dict.fromkeys(CATEGORIES, "category") | dict.fromkeys(NUMBERS, "float64")
    return frame.astype({"interaction_id": "str"} | types | dict.fromkeys(FLAGS, "bool"))


def calls(count: int, agent: str = "sara.nouri", **same: Any) -> list[dict[str, Any]]:
    """So many interactions of an agent, one an hour."""
    return [
        {
            "interaction_id": f"{agent}-{place:04d}",
            "agent_id": agent,
            "started_at": START + timedelta(hours=place),
        }
        | same
        for place in range(count)
    ]


def policy(**content: Any) -> Policy:
    """A policy of five percent where nothing else is said."""
    return Policy.model_validate({"policy": "p", "version": "1", "percent": 5} | content)


def given(rows: list[dict[str, Any]] | pd.DataFrame, seed: str = "s", **content: Any) -> DrawInput:
    """What a draw of `rows` by a policy of this `content` depends on."""
    frame = rows if isinstance(rows, pd.DataFrame) else population(rows)
    return DrawInput(frame, policy(**content), seed, TEHRAN, MONTHS)


def shuffled(draw_input: DrawInput, order: list[int]) -> DrawInput:
    """The same with its population in another order."""
    return replace(draw_input, population=draw_input.population.iloc[order])


def any_row(chance: Random, place: int) -> dict[str, Any]:
    """Any interaction of a few agents in two months."""
    return {
        "interaction_id": f"c-{place:03d}",
        "agent_id": chance.choice(["ali.moradi", "emma.clark", "sara.nouri", "sara.nouri"]),
        "channel": chance.choice(["call", "call", "chat", "email", None]),
        "queue": chance.choice(["orders", "وفاداری", None]),
        "talk_s": chance.choice([None, 10.0, 119.9, 120.0, 700.0]),
        "hold_s": chance.choice([None, 0.0, 60.0, 90.5]),
        "started_at": START + timedelta(minutes=15 * chance.randrange(60 * 24 * 4)),
        "recorded": chance.random() < 0.7,
    }


@st.composite
def populations(draw: st.DrawFn, most: int = 90) -> pd.DataFrame:
    """Any population; from one seed, for lists of hypothesis are nearly always short."""
    size, chance = draw(st.integers(0, most)), Random(draw(st.integers(0, 10**9)))
    places = chance.sample(range(size), size)
    return population([any_row(chance, place) for place in places])


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """What any policy of these populations may say."""
    least = draw(st.integers(0, 6))
    overs = ["channel", "queue", "duration", "part_of_day"]
    return {
        "percent": draw(st.decimals(Decimal("0.5"), 100, places=2)),
        "min_per_agent": least,
        "max_per_agent": draw(st.none() | st.integers(max(1, least), 12)),
        "spread": {
            "time_zones": draw(st.booleans()),
            "over": draw(st.lists(st.sampled_from(overs), unique=True, max_size=3)),
        },
        "leave_out": draw(
            st.sampled_from(
                [
                    [],
                    [
                        {"reason": "short", "when": SHORT},
                        {"reason": "no_recording", "when": NOT_RECORDED},
                    ],
                ]
            )
        ),
        "likelier": draw(
            st.sampled_from([[], [{"when": LONG_HOLD, "times": 3}, {"when": SHORT, "times": 2}]])
        ),
        "double_scored_percent": draw(st.sampled_from([0, 10, 50])),
        "targeted": draw(
            st.sampled_from(
                [
                    [],
                    [
                        {
                            "quota": "hold",
                            "when": LONG_HOLD,
                            "max_per_period": 5,
                            "max_per_agent": 2,
                        },
                        {
                            "quota": "long",
                            "when": {"interaction": "talk_s", "at_least": 120},
                            "max_per_period": 3,
                        },
                    ],
                ]
            )
        ),
        "replacements": {"reserves_per_pick": draw(st.integers(0, 3))},
    }


draw_inputs = st.builds(
    lambda frame, content, seed: given(frame, seed, **content),
    populations(),
    contents(),
    st.text(max_size=6),
)
