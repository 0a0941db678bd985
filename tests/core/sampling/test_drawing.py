"""The draw against a plain one, and the promises that it makes."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qm.core.sampling.drawing import draw
from qm.core.sampling.given import PICK_COLUMNS, DrawInput
from qm.core.sampling.hashes import picks_sha256
from qm.core.sampling.numbers import permanent_number
from qm.core.sampling.random_picks import sample
from tests.core.sampling import small_populations as small
from tests.core.sampling.plain_draw import month_of, plain_draw

THOROUGH = settings(deadline=None, max_examples=60)
QUIET = settings(deadline=None, max_examples=12)


@given(small.draw_inputs)
@THOROUGH
def test_a_draw_is_what_writing_it_down_step_by_step_gives(given: DrawInput) -> None:
    result, plain = draw(given), plain_draw(given)
    for pick in plain.picks:
        pick["month"] = month_of(pick["started_at"], given.months)
    told = result.picks.to_dict("records")
    assert told == [{name: pick[name] for name in PICK_COLUMNS} for pick in plain.picks]
    assert result.excluded == plain.excluded
    assert result.frame_size == len(plain.frame_lines)
    assert result.frame_sha256 == plain.frame_sha256


@given(small.draw_inputs, st.randoms(use_true_random=False))
@QUIET
def test_it_does_not_depend_on_the_order_of_the_population(
    given: DrawInput, chance: random.Random
) -> None:
    order = list(range(len(given.population)))
    chance.shuffle(order)
    one, other = draw(given), draw(small.shuffled(given, order))
    pd.testing.assert_frame_equal(one.picks, other.picks)
    pd.testing.assert_frame_equal(one.coverage, other.coverage)
    assert one[2:] == other[2:]


@given(small.draw_inputs)
@QUIET
def test_rate_floor_and_cap_hold_for_every_agent(given: DrawInput) -> None:
    given = replace(given, new_agents=frozenset({"ali.moradi"}))
    given = replace(
        given,
        policy=given.policy.model_validate(
            given.policy.model_dump(by_alias=True) | {"new_agents": {"days": 90, "times": 2}}
        ),
    )
    result = draw(given)
    random_picks = result.picks[~result.picks["is_reserve"] & (result.picks["zone"] > 0)]
    sizes = result.coverage.groupby("agent_id")["frame_size"].sum()
    for agent, size in sizes.items():
        wanted = given.policy.picks_of(int(size), is_new=agent == "ali.moradi")
        assert (random_picks["agent_id"] == agent).sum() == wanted
        own = result.coverage[result.coverage["agent_id"] == agent]
        assert own["picked"].sum() == wanted
    assert sizes.sum() == result.frame_size
    assert sum(result.excluded.values()) + result.frame_size == len(given.population)


@given(small.draw_inputs)
@QUIET
def test_every_stratum_s_probabilities_sum_to_its_picks_and_all_are_positive(
    given: DrawInput,
) -> None:
    drawn = sample(given)
    chance = drawn.probability_of(np.arange(len(drawn.numbers)))
    assert (chance > 0).all()
    assert (chance <= 1).all()
    for start, size, picks in zip(
        drawn.strata.starts, drawn.strata.sizes, drawn.strata.picks, strict=True
    ):
        assert chance[start : start + size].sum() == pytest.approx(picks)


@given(small.draw_inputs)
@QUIET
def test_a_reserve_never_overtakes(given: DrawInput) -> None:
    drawn = sample(given)
    chosen = dict(zip(drawn.places.tolist(), drawn.ranks.tolist(), strict=True))
    for start, size, wanted in zip(
        drawn.zones.starts, drawn.zones.sizes, drawn.zones.wanted, strict=True
    ):
        zone = range(start, start + size)
        picks = [drawn.keys[place] for place in zone if 0 < chosen.get(place, 0) <= wanted]
        reserves = [drawn.keys[place] for place in zone if chosen.get(place, 0) > wanted]
        others = [drawn.keys[place] for place in zone if place not in chosen]
        in_order = sorted(picks) + sorted(reserves) + sorted(others)
        assert in_order == sorted(in_order)
        assert len(picks) == wanted
        most = wanted * given.policy.replacements.reserves_per_pick
        assert len(reserves) == min(size - wanted, most)


@given(small.draw_inputs)
@QUIET
def test_targeted_picks_stay_apart(given: DrawInput) -> None:
    picks = draw(given).picks
    assert picks["interaction_id"].is_unique
    targeted = picks[picks["purpose"] == "targeted"]
    assert set(targeted["inclusion_probability"]) <= {0.0}
    assert not targeted["is_reserve"].any()
    for quota in given.policy.targeted:
        own = targeted[targeted["quota"] == quota.quota]
        assert len(own) <= quota.max_per_period
        assert list(own["rank"]) == list(range(1, len(own) + 1))
        if quota.max_per_agent:
            assert (own["agent_id"].value_counts() <= quota.max_per_agent).all()


@given(small.draw_inputs, st.data())
@QUIET
def test_an_interaction_more_changes_no_other_s_number(
    given: DrawInput, data: st.DataObject
) -> None:
    assume(len(given.population) > 1)
    gone = data.draw(st.integers(0, len(given.population) - 1))
    fewer = replace(given, population=given.population.drop(index=gone))
    all_of_them, others = (
        dict(zip(drawn.ids.take(drawn.strata.rows).to_pylist(), drawn.numbers, strict=True))
        for drawn in (sample(given), sample(fewer))
    )
    assert {name: all_of_them[name] for name in others} == others


def test_stored_numbers_are_used_and_the_missing_ones_made() -> None:
    rows = small.calls(20)
    made = draw(small.given(rows)).picks.iloc[0]
    assert made["number"] == permanent_number("s", made["interaction_id"])
    rows[3]["number"] = 0.0
    stored = draw(small.given(rows)).picks.iloc[0]
    assert (stored["interaction_id"], stored["number"]) == ("sara.nouri-0003", 0.0)
    assert made["interaction_id"] != "sara.nouri-0003"


def test_equal_numbers_and_equal_times_go_by_the_id() -> None:
    rows = small.calls(60, number=0.5, started_at=small.START)
    picks = draw(small.given(rows, replacements={"reserves_per_pick": 2})).picks
    zones = [picks[picks["zone"] == zone]["interaction_id"].tolist() for zone in (1, 2, 3)]
    assert zones == [
        [f"sara.nouri-{first + place:04d}" for place in range(3)] for first in (0, 20, 40)
    ]


def test_zones_spread_the_picks_over_the_time() -> None:
    picks = draw(small.given(small.calls(100), percent=10)).picks
    hours = picks[~picks["is_reserve"]]["interaction_id"].str[-4:].astype(int)
    assert list(hours // 10) == list(range(10))


def test_where_several_rules_hold_the_largest_times_counts() -> None:
    rows = small.calls(20)
    for row in rows[:5]:
        row |= {"talk_s": 10.0, "hold_s": 60.0}
    likelier = [{"when": small.LONG_HOLD, "times": 3}, {"when": small.SHORT, "times": 2}]
    given = small.given(rows, percent=10, likelier=likelier)
    drawn = sample(given)
    # 2 picks of 15 interactions of size 1 and 5 of size 3.
    assert list(drawn.probability_of(np.arange(20))) == [6 / 30] * 5 + [2 / 30] * 15


def test_a_quarter_s_picks_belong_to_their_months() -> None:
    rows = small.calls(10) + small.calls(10, "emma.clark")
    for place, row in enumerate(rows):
        row["started_at"] = small.MONTHS[1][1] + timedelta(microseconds=place % 2 - 1)
    result = draw(small.given(rows, percent=100))
    assert result.picks["month"].value_counts().to_dict() == {"2026-06": 10, "2026-07": 10}
    assert result.coverage.to_dict("records") == [
        {"agent_id": agent, "month": month, "frame_size": 5, "picked": 5}
        for agent in ("emma.clark", "sara.nouri")
        for month in ("2026-06", "2026-07")
    ]


def test_an_empty_population_gives_an_empty_draw() -> None:
    result = draw(small.given([], leave_out=[{"reason": "short", "when": small.SHORT}]))
    assert list(result.picks.columns) == PICK_COLUMNS
    assert (len(result.picks), len(result.coverage), result.frame_size) == (0, 0, 0)
    assert result.excluded == {"short": 0}


def test_the_frame_s_hash_tells_every_change() -> None:
    rows = small.calls(3)
    changed = [
        rows,
        rows[:2],
        [*rows[:2], rows[2] | {"agent_id": "emma.clark"}],
        [*rows[:2], rows[2] | {"started_at": small.START + timedelta(microseconds=1)}],
        [*rows[:2], rows[2] | {"interaction_id": "another"}],
    ]
    assert len({draw(small.given(each)).frame_sha256 for each in changed}) == len(changed)
    assert (
        draw(small.given(rows, "another seed")).frame_sha256 == draw(small.given(rows)).frame_sha256
    )


def test_the_picks_hash_tells_every_change_but_their_order() -> None:
    result = draw(small.given(small.calls(40)))
    picks = result.picks
    assert picks_sha256(picks.sample(frac=1, random_state=1)) == result.picks_sha256
    for name in PICK_COLUMNS:
        changed = picks.copy()
        value = changed[name].iloc[0]
        if name in ("quota", "stratum"):
            other = "other"
        elif isinstance(value, str):
            other = value + "x"
        else:
            other = (not value) if isinstance(value, bool | np.bool_) else value + 1
        changed[name] = [other, *changed[name].iloc[1:]]
        assert picks_sha256(changed) != result.picks_sha256, name
