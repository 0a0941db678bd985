"""Where an interaction stood, in agreement with the draw."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings

from qm.core.sampling.drawing import draw
from qm.core.sampling.explaining import explain
from qm.core.sampling.given import DrawInput
from tests.core.sampling import small_populations as small


def test_a_pick_and_one_that_was_not_picked() -> None:
    given = small.given(small.calls(100), percent=10)
    picks = draw(given).picks
    standing = explain(given, picks["interaction_id"][2])
    assert (standing.status, standing.purpose) == ("picked", "random")
    place = standing.place
    assert place is not None
    assert (place.agent_size, place.agent_picks, place.stratum) == (100, 10, "")
    assert (place.zone, place.zones, place.zone_size, place.zone_picks) == (2, 10, 10, 1)
    assert place.zone_starts_at == small.START + timedelta(hours=10)
    assert place.zone_ends_at == small.START + timedelta(hours=19)
    assert (place.rank, place.cut, place.inclusion_probability) == (1, standing.number, 0.1)
    others = [f"sara.nouri-{hour:04d}" for hour in range(10, 20)]
    standings = [explain(given, name) for name in others]
    ranks = [each.place.rank for each in standings if each.place]
    assert sorted(ranks) == list(range(1, 11))
    by_number = np.argsort(np.argsort([each.number or 0 for each in standings])) + 1
    assert ranks == list(by_number)
    assert {each.place.cut for each in standings if each.place} == {standing.number}


def test_left_out_targeted_and_unknown() -> None:
    rows = small.calls(40, hold_s=90.0)
    rows[3]["talk_s"] = 1.0
    given = small.given(
        rows,
        leave_out=[{"reason": "short", "when": small.SHORT}],
        targeted=[{"quota": "hold", "when": small.LONG_HOLD, "max_per_period": 1}],
    )
    left_out = explain(given, "sara.nouri-0003")
    assert (left_out.status, left_out.reason, left_out.place) == ("left_out", "short", None)
    assert left_out.number is not None
    picks = draw(given).picks
    target = explain(given, picks[picks["purpose"] == "targeted"]["interaction_id"].iloc[0])
    assert (target.status, target.purpose, target.quota) == ("picked", "targeted", "hold")
    assert target.place is not None
    assert target.place.rank > 2
    assert explain(given, "nobody's").status == "not_in_population"


def test_in_a_top_up_what_was_there_before_is_not_in_its_population() -> None:
    first = small.given(small.calls(40), percent=5, replacements={"reserves_per_pick": 1})
    picks = draw(first).picks
    lost = picks["interaction_id"][0]
    earlier = picks.assign(
        is_in_effect=~picks["is_reserve"] & (picks["interaction_id"] != lost),
        is_replaced=picks["interaction_id"] == lost,
    )
    again = replace(first, population=first.population.assign(is_new=False), earlier=earlier)
    taken = draw(again).picks["interaction_id"]
    assert len(taken) == 1
    standing = explain(again, taken[0])
    assert (standing.status, standing.purpose, standing.place) == ("picked", "random", None)
    assert explain(again, lost).status == "not_in_population"


@given(small.draw_inputs)
@settings(deadline=None, max_examples=6)
def test_the_explanations_agree_with_the_draw(given: DrawInput) -> None:
    assume(len(given.population))
    picks = draw(given).picks.set_index("interaction_id")
    for name in given.population["interaction_id"][:12]:
        standing = explain(given, name)
        place = standing.place
        if standing.status == "left_out":
            assert name not in picks.index
            continue
        assert place is not None
        assert place.cut is not None
        assert standing.number is not None
        is_random = standing.status == "picked" and standing.purpose != "targeted"
        assert is_random == (place.rank <= place.zone_picks)
        if is_random:
            assert standing.number <= place.cut + 1e-12
        else:
            assert standing.number >= place.cut - 1e-12
        if name not in picks.index:
            assert standing.status == "not_picked"
        elif standing.purpose != "targeted":
            stored = picks.loc[name]
            assert (stored["rank"], stored["zone"], stored["zone_size"], stored["stratum"]) == (
                place.rank,
                place.zone,
                place.zone_size,
                place.stratum,
            )
            assert stored["inclusion_probability"] == pytest.approx(place.inclusion_probability)
            assert standing.is_double_scored == (stored["purpose"] == "double_scored")
