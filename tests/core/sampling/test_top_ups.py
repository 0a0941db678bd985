"""Top-ups: earlier picks stay, new interactions are drawn, stored reserves fill what is missing."""

from dataclasses import replace
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.sampling.drawing import draw
from qm.core.sampling.given import DrawInput, DrawResult
from tests.core.sampling import small_populations as small

AGENT = "sara.nouri"


def in_effect(picks: pd.DataFrame, replaced: int = 0) -> pd.DataFrame:
    """Stored picks; the first so many were replaced by nothing."""
    is_in_effect = ~picks["is_reserve"]
    gone = picks.index[is_in_effect][:replaced]
    return picks.assign(
        is_in_effect=is_in_effect & ~picks.index.isin(gone), is_replaced=picks.index.isin(gone)
    )


def extended(
    first: DrawInput, earlier: pd.DataFrame, rows: list[dict[str, Any]], **content: Any
) -> DrawInput:
    """What a top-up depends on after these rows came."""
    new = small.population(rows)
    population = pd.concat(
        [first.population.assign(is_new=False), new.assign(is_new=True)], ignore_index=True
    )
    for name in small.CATEGORIES:
        population[name] = population[name].astype("category")
    policy = first.policy.model_copy(update=content)
    return replace(first, population=population, earlier=earlier, policy=policy)


def later(count: int, agent: str = AGENT, **same: Any) -> list[dict[str, Any]]:
    return [
        row | {"interaction_id": f"new-{row['interaction_id']}"}
        for row in small.calls(count, agent, **same)
    ]


def picked(result: DrawResult) -> pd.DataFrame:
    return result.picks[~result.picks["is_reserve"]]


def test_what_came_since_is_drawn_up_to_the_target() -> None:
    first = small.given(small.calls(100), percent=10)
    before = in_effect(draw(first).picks)
    result = draw(extended(first, before, later(55)))
    # ⌈10 % of 155⌉ = 16, of which 10 are there.
    assert len(picked(result)) == 6
    assert picked(result)["interaction_id"].str.startswith("new-").all()
    assert result.frame_size == 55
    assert result.coverage.to_dict("records") == [
        {"agent_id": AGENT, "month": "2026-06", "frame_size": 55, "picked": 6}
    ]
    # The zones go on where those of the first draw end.
    assert sorted(set(result.picks["zone"])) == list(range(11, 17))


def test_picks_that_were_lost_are_made_up_for() -> None:
    first = small.given(small.calls(100), percent=10)
    before = in_effect(draw(first).picks, replaced=3)
    assert len(picked(draw(extended(first, before, later(55))))) == 9
    alone = extended(first, before, later(55), carry_over="none")
    assert len(picked(draw(alone))) == 6  # ⌈10 % of 55⌉


def test_reserves_fill_what_the_new_part_cannot_supply() -> None:
    first = small.given(small.calls(40), percent=10, replacements={"reserves_per_pick": 2})
    before = in_effect(draw(first).picks, replaced=4)
    result = draw(extended(first, before, later(2)))
    own, taken = picked(result).iloc[:2], picked(result).iloc[2:]
    assert set(own["interaction_id"]) == {"new-sara.nouri-0000", "new-sara.nouri-0001"}
    # ⌈10 % of 42⌉ = 5 of which 2 are new; the reserves of rank 2 with the smallest numbers.
    waiting = before[before["is_reserve"] & (before["rank"] == 2)].sort_values("number")
    expected = waiting.head(3)
    same = ["interaction_id", "stratum", "zone", "zone_size", "number", "inclusion_probability"]
    pd.testing.assert_frame_equal(
        taken[same].reset_index(drop=True), expected[same].reset_index(drop=True)
    )
    assert set(taken["rank"]) == {2}
    assert list(result.coverage["picked"]) == [5]
    assert list(result.coverage["frame_size"]) == [2]


def test_spent_reserves_and_those_left_out_by_now_stay_out() -> None:
    leave_out = [{"reason": "evaluated", "when": {"interaction": "evaluated", "is": ["yes"]}}]
    first = small.given(
        small.calls(20), percent=5, leave_out=leave_out, replacements={"reserves_per_pick": 3}
    )
    before = in_effect(draw(first).picks, replaced=1)
    one, two, three = before.loc[before["is_reserve"], "interaction_id"]
    before.loc[before["interaction_id"] == one, "is_replaced"] = True
    again = extended(first, before, [])
    again.population.loc[again.population["interaction_id"] == two, "evaluated"] = True
    assert list(picked(draw(again))["interaction_id"]) == [three]


def test_an_evaluated_pick_still_counts_as_the_agent_s() -> None:
    leave_out = [{"reason": "evaluated", "when": {"interaction": "evaluated", "is": ["yes"]}}]
    first = small.given(small.calls(20), percent=5, leave_out=leave_out)
    before = in_effect(draw(first).picks)
    again = extended(first, before, later(20))
    is_pick = again.population["interaction_id"].isin(before[before["is_in_effect"]].interaction_id)
    again.population["evaluated"] = is_pick
    result = draw(again)
    assert len(picked(result)) == 1  # ⌈5 % of 40⌉ = 2, not ⌈5 % of 39⌉ less one that is not there
    assert result.excluded == {"evaluated": 0}  # of the new ones


def test_quotas_count_what_earlier_draws_targeted() -> None:
    quota = {"quota": "hold", "when": small.LONG_HOLD, "max_per_period": 3, "max_per_agent": 2}
    first = small.given(small.calls(20, hold_s=60.0), targeted=[quota])
    before = in_effect(draw(first).picks)
    assert (before["quota"] == "hold").sum() == 2
    rows = later(20, hold_s=60.0) + later(20, "emma.clark", hold_s=60.0)
    picks = draw(extended(first, before, rows)).picks
    assert list(picks[picks["quota"] == "hold"]["agent_id"]) == ["emma.clark"]


@given(small.populations(), small.contents(), small.populations(), st.integers(0, 4), st.booleans())
@settings(deadline=None, max_examples=20)
def test_a_top_up_repeats_nothing_and_reaches_the_target_where_it_can(
    population: pd.DataFrame,
    content: dict[str, Any],
    new: pd.DataFrame,
    replaced: int,
    carries_over: bool,
) -> None:
    first = small.given(population, **content)
    before = in_effect(draw(first).picks, replaced)
    rows = new.assign(interaction_id="new-" + new["interaction_id"]).to_dict("records")
    carry_over = "within_period" if carries_over else "none"
    again = extended(first, before, rows, carry_over=carry_over)
    result = draw(again)
    spent = before[before["is_in_effect"] | before["is_replaced"]]
    assert not result.picks["interaction_id"].isin(spent["interaction_id"]).any()
    assert result.picks["interaction_id"].is_unique
    assert sum(result.excluded.values()) + result.frame_size == len(new)
    whole = draw(replace(again, earlier=None))
    sizes = whole.coverage.groupby("agent_id")["frame_size"].sum()
    fresh = result.coverage.groupby("agent_id")["frame_size"].sum()
    random = picked(result)[picked(result)["purpose"] != "targeted"]
    standing = spent[spent["is_in_effect"] & (spent["purpose"] != "targeted")]
    waiting = before[before["is_reserve"]]
    for agent in sizes.index:
        now = int((random["agent_id"] == agent).sum())
        if not carries_over:
            assert now == again.policy.picks_of(int(fresh.get(agent, 0)))
            continue
        target = again.policy.picks_of(int(sizes[agent])) - (standing["agent_id"] == agent).sum()
        supply = fresh.get(agent, 0) + (waiting["agent_id"] == agent).sum()
        assert now == min(max(target, 0), supply)
