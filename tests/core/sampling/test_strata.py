"""Strata: what is spread over, joined where too small, and named."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from qm.core.sampling.drawing import draw
from qm.core.sampling.ordering import time_order
from qm.core.sampling.population import names
from qm.core.sampling.random_picks import sample
from tests.core.sampling import small_populations as small


def mixed(**counts: int) -> list[dict[str, object]]:
    rows = small.calls(sum(counts.values()))
    channels = [channel for channel, count in counts.items() for _call in range(count)]
    return [row | {"channel": channel} for row, channel in zip(rows, channels, strict=True)]


@pytest.mark.parametrize(
    ("counts", "strata"),
    [
        ({"call": 60, "chat": 40}, {"call": 6, "chat": 4}),
        ({"call": 94, "chat": 6}, {"call … chat": 10}),
        ({"call": 6, "chat": 54, "email": 40}, {"call … chat": 6, "email": 4}),
        ({"a": 9, "b": 9, "c": 9, "d": 73}, {"a … b": 2, "c … d": 8}),
        ({"call": 55, "chat": 45}, {"call": 6, "chat": 4}),
    ],
)
def test_cells_with_less_than_one_expected_pick_join_their_neighbour(
    counts: dict[str, int], strata: dict[str, int]
) -> None:
    picks = draw(small.given(mixed(**counts), percent=10, spread={"over": ["channel"]})).picks
    assert picks[~picks["is_reserve"]]["stratum"].value_counts().to_dict() == strata


def test_values_in_the_order_of_the_policy() -> None:
    rows = small.calls(4, talk_s=30.0) + small.calls(4, "emma.clark", channel="chat")
    rows[0] |= {"channel": "chat", "talk_s": 601.0}
    given = small.given(rows, percent=100, spread={"over": ["duration", "channel"]})
    assert sample(given).strata.labels == ["— · chat", "0-120 s · —", "600+ s · chat"]


def test_long_names_are_shortened_and_stay_apart() -> None:
    rows = small.calls(4)
    for place, row in enumerate(rows):
        row["queue"] = "q" * 99 + str(place // 2)
    labels = sample(small.given(rows, percent=100, spread={"over": ["queue"]})).strata.labels
    assert len(set(labels)) == 2
    assert all(len(label) <= 98 for label in labels)


@pytest.mark.parametrize(
    ("clock", "part"),
    [
        ("05:59:59.999999", "18:00-06:00"),
        ("06:00", "06:00-12:00"),
        ("11:59", "06:00-12:00"),
        ("18:00", "18:00-06:00"),
        ("00:00", "18:00-06:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Tehran", "Europe/Berlin", "Asia/Kathmandu"])
def test_the_day_has_its_parts_on_the_centre_s_clock(clock: str, part: str, zone: str) -> None:
    # 29 March 2026 is when Berlin's clocks went forward.
    for day in ("2026-03-28", "2026-03-29", "2026-03-30"):
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))
        given = small.given(small.calls(1, started_at=moment), spread={"over": ["part_of_day"]})
        given = type(given)(given.population, given.policy, "s", ZoneInfo(zone), given.months)
        assert sample(given).strata.labels == [part]


def test_time_orders_whatever_the_span() -> None:
    """Keys that would not fit into 64 bits are made of ranks."""
    groups = np.array([1, 0, 1, 0])
    started = np.array([5, 2**62, -(2**61), -(2**62)])
    ids = names(small.population(small.calls(4))["interaction_id"])
    order = time_order(groups, started, np.arange(4, dtype=np.int32), ids)
    assert list(order) == [3, 1, 2, 0]


def test_many_cells_give_what_few_give() -> None:
    """More possible than real cells: numbered by those that there are."""
    rows = small.calls(300)
    for place, row in enumerate(rows):
        row |= {"queue": f"q{place % 60:02d}", "channel": f"c{place % 60:02d}", "talk_s": 1.0}
        row["started_at"] = small.START + timedelta(minutes=place)
    over_two = small.given(rows, percent=100, spread={"over": ["queue"]})
    many = small.given(rows, percent=100, spread={"over": ["queue", "channel"]})
    few, more = sample(over_two), sample(many)
    assert list(few.strata.rows) == list(more.strata.rows)
    assert list(few.strata.starts) == list(more.strata.starts)
