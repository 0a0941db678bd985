"""Quality by weekday and hour: on the centre's clocks, of few the n alone, and nothing told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from qm.core.quality.behind import Behind
from qm.core.quality.facts import Facts
from qm.core.quality.hours import FEWEST_IN_CELL, hours_of
from tests.core.quality.small_facts import facts

TEHRAN = ZoneInfo("Asia/Tehran")
LATE = datetime(2026, 10, 25, 20, 45, tzinfo=UTC)  # Sunday; in Tehran Monday, 00:15
MONDAY, TUESDAY = 0, 1


def centre(*counts: int) -> Facts:
    """So many evaluations an hour later each time, scores 70, 80, 90, 70 …"""
    moments = [LATE + timedelta(hours=at) for at, n in enumerate(counts) for _ in range(n)]
    rows = [{"percent": 70.0 + 10 * (number % 3)} for number in range(len(moments))]
    found = facts(*rows)
    found.evaluations["started_at"] = moments
    return found


def test_cells_stand_on_the_centres_clocks_and_lead_to_as_many_evaluations_as_their_n():
    of = centre(6, 0, 9)
    cells = hours_of(of, TEHRAN).cells
    assert {cell: mean.n for cell, mean in cells.items()} == {
        (MONDAY, 0): 6, (MONDAY, 2): 9, (None, 0): 6, (None, 2): 9, (MONDAY, None): 15
    }  # fmt: skip
    assert cells[MONDAY, 0].value == pytest.approx(80.0)
    assert cells[MONDAY, 0].margin is not None
    for (weekday, hour), mean in cells.items():
        behind = Behind(("1405-08",), weekday=weekday, hour=hour, measured="score")
        assert len(behind.of(of, TEHRAN).evaluations) == mean.n


def test_of_few_scores_there_is_the_n_alone():
    cells = hours_of(centre(FEWEST_IN_CELL - 1, FEWEST_IN_CELL), TEHRAN).cells
    few, enough = cells[MONDAY, 0], cells[MONDAY, 1]
    assert (few.value, few.n, few.note) == (None, FEWEST_IN_CELL - 1, "too_few_values")
    assert enough.value is not None
    assert cells[MONDAY, None].n == 2 * FEWEST_IN_CELL - 1


def test_a_small_group_is_not_shown_nor_what_would_tell_it():
    day = [0] * 24
    day[0], day[1], day[2] = 6, 12, 20
    cells = hours_of(centre(*day, 15), TEHRAN, fewest=10).cells
    hidden = {cell for cell, mean in cells.items() if mean.note == "too_few_to_show"}
    # The 6, the next larger one beside it, and every sum that one of them is in.
    assert hidden == {(MONDAY, 0), (MONDAY, 1), (None, 0), (None, 1), (MONDAY, None)}
    assert all(cells[cell].value is None for cell in hidden)
    assert cells[TUESDAY, 0].value is not None


def test_hours_of_nothing_tell_nothing():
    empty = centre()
    assert hours_of(empty, TEHRAN).cells == {}
    assert hours_of(empty, TEHRAN).hours.verdict == "too_few"


def test_equal_hours_cannot_be_told_apart_and_very_different_ones_can():
    alike = hours_of(centre(30, 30, 30), TEHRAN)
    assert alike.hours.verdict == "not_apart"
    unlike = centre(30, 30, 30)
    unlike.evaluations.loc[:29, "percent"] -= 40
    assert hours_of(unlike, TEHRAN).hours.verdict == "apart"
