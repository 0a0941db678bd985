"""Due dates and working days on the clocks of the centre."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from qm.core.assignment.due_dates import due_date, end_of_next_working_day, working_days
from qm.core.centre import Centre

TEHRAN = Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa")
LONDON = Centre(ZoneInfo("Europe/London"), "gregorian", "en")
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "leave", "tehran", "london"),
    [
        (7, [], 6, 5),
        (7, [(date(2026, 11, 23), date(2026, 11, 24))], 4, 3),
        (7, [(date(2026, 11, 20), date(2026, 11, 29))], 0, 0),
        (7, [(date(2026, 11, 27), date(2026, 11, 27))], 6, 4),  # a Friday
        (1, [], 1, 1),
        (0, [], 0, 0),
        (-3, [], 0, 0),
    ],
)
def test_working_days(days: int, leave: list, tehran: int, london: int) -> None:
    due = MONDAY + timedelta(days=days)
    assert working_days(MONDAY, due, leave, centre=TEHRAN) == tehran
    assert working_days(MONDAY, due, leave, centre=LONDON) == london


def test_the_day_is_that_of_the_centre() -> None:
    """Twenty to midnight of Thursday in UTC is Friday in Tehran: a day off."""
    late = datetime(2026, 11, 26, 23, 40, tzinfo=UTC)
    assert working_days(late, late + timedelta(days=1), centre=TEHRAN) == 0
    assert working_days(late, late + timedelta(days=1), centre=LONDON) == 1


@pytest.mark.parametrize(
    ("after", "due", "is_late"),
    [
        (None, MONDAY + timedelta(days=7), False),
        (10, MONDAY + timedelta(days=7), False),
        (3, datetime(2026, 11, 24, 20, 30, tzinfo=UTC), False),
        (1, datetime(2026, 11, 24, 20, 30, tzinfo=UTC), True),
    ],
)
def test_due_dates(after: int | None, due: datetime, is_late: bool) -> None:
    end = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    found = due_date(MONDAY, end, days=7, days_after_period=after, centre=TEHRAN)
    assert found == (due, is_late)


def test_a_day_limit_across_the_change_of_clocks_stays_midnight() -> None:
    end = datetime(2026, 10, 23, 23, tzinfo=UTC)  # midnight in London's summer time
    now = datetime(2026, 10, 22, 8, tzinfo=UTC)
    due, _is_late = due_date(now, end, days=30, days_after_period=5, centre=LONDON)
    assert due == datetime(2026, 10, 29, tzinfo=UTC)


def test_the_next_working_day_passes_over_days_off() -> None:
    thursday = datetime(2026, 11, 26, 8, tzinfo=UTC)
    friday = thursday + timedelta(days=1)
    assert end_of_next_working_day(thursday, TEHRAN) == datetime(2026, 11, 28, 20, 30, tzinfo=UTC)
    assert end_of_next_working_day(friday, LONDON) == datetime(2026, 12, 1, tzinfo=UTC)
