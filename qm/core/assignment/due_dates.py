"""When evaluations are due, and how much working time an analyst has until then."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from qm.core.centre import Centre
from qm.core.periods import Calendar

Days = tuple[date, date]
"""First and last day of a leave, both included."""

# The weekly day or days off, as `date.weekday` counts: Friday; Saturday and Sunday.
_DAYS_OFF: dict[Calendar, frozenset[int]] = {
    "jalali": frozenset({4}),
    "gregorian": frozenset({5, 6}),
}


def due_date(
    now: datetime, period_end: datetime, *, days: int, days_after_period: int | None, centre: Centre
) -> tuple[datetime, bool]:
    """Return when evaluations assigned `now` are due, and whether that is later than it may be.

    `days` from now, and no later than `days_after_period` (None: no such limit). Where that
    leaves no working day, the end of the next working day on the centre's clocks.
    """
    due = now + timedelta(days=days)
    if days_after_period is not None:
        end = period_end.astimezone(centre.zone) + timedelta(days=days_after_period)
        due = min(due, end.astimezone(UTC))
    if working_days(now, due, centre=centre):
        return due, False
    return end_of_next_working_day(now, centre), True


def end_of_next_working_day(now: datetime, centre: Centre) -> datetime:
    """Return the midnight that ends the first working day after today."""
    day = now.astimezone(centre.zone).date() + timedelta(days=1)
    while not _is_working_day(day, centre):
        day += timedelta(days=1)
    midnight = datetime.combine(day + timedelta(days=1), time(), centre.zone)
    return midnight.astimezone(UTC)


def working_days(
    now: datetime, due: datetime, leave: Iterable[Days] = (), *, centre: Centre
) -> int:
    """Return the working days from today to the day before the due day that are no leave.

    Days off are Fridays in a centre with the Solar Hijri calendar, else Saturdays and Sundays.
    """
    away = list(leave)
    first = now.astimezone(centre.zone).date()
    count = (due.astimezone(centre.zone).date() - first).days
    days = (first + timedelta(days=n) for n in range(max(count, 0)))
    return sum(
        _is_working_day(day, centre) and not any(start <= day <= end for start, end in away)
        for day in days
    )


def _is_working_day(day: date, centre: Centre) -> bool:
    return day.weekday() not in _DAYS_OFF[centre.calendar]
