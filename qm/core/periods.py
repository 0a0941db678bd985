"""Periods of the Gregorian and the Solar Hijri calendar, and their bounds in a time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import total_ordering
from typing import Literal
from zoneinfo import ZoneInfo

from qm.core.calendars import (
    MONTHS,
    QUARTERS,
    Calendar,
    days_label,
    month_start,
    parts_of,
    week_of,
    week_start,
    weeks_in,
)
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language, latin_digits, localise_digits

__all__ = ["Calendar", "Period", "PeriodKind", "day_label", "moment_label"]

PeriodKind = Literal["week", "month", "quarter"]

PERIOD_UNREADABLE = explain(
    "period.unreadable",
    N_("“{value}” is not a period."),
    N_(
        "Write year-month, such as 1405-08 (Solar Hijri) or 2026-11 (Gregorian); "
        "a week as 1405-W32, a quarter as 1405-Q3."
    ),
)
NO_SUCH_WEEK = explain(
    "period.no_such_week",
    N_("“{value}” is not a period: the year has {weeks} weeks."),
    N_("Write a week from 1 to {weeks}; the days around New Year may lie in a week of next year."),
)
NOT_A_MONTH = explain(
    "period.not_a_month",
    N_("“{value}” is no month."),
    N_("Write a month here, such as {month}."),
)

# Years before this one are Solar Hijri: the calendars are 621 years apart, so no period that a
# contact centre can have recorded is ambiguous.
_FIRST_GREGORIAN_YEAR = 1700

_WRITTEN = re.compile(
    r"\s*(?P<year>[0-9]{4})-((?P<month>[0-9]{1,2})|W(?P<week>[0-9]{1,2})|Q(?P<quarter>[1-4]))\s*",
    re.IGNORECASE,
)


@total_ordering
@dataclass(frozen=True)
class Period:
    """A month, week or quarter: the `number`-th one of its year. Periods sort in time.

    Their text forms are `1405-08` or `2026-11`, `1405-W32` and `1405-Q3`. Weeks run from Saturday
    to Friday, Gregorian ones from Monday to Sunday; week 1 has at least four days in its year.
    """

    year: int
    number: int
    kind: PeriodKind = "month"

    def __hash__(self) -> int:
        return 64 * self.year + self.number  # a million contacts are counted by their months

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Return the period written so (Latin or Persian digits).

        Raises `BadInput` where the text is no period.
        """
        found = _WRITTEN.fullmatch(latin_digits(text))
        year = int(found["year"]) if found else 0
        if found and 1200 <= year <= 2200:
            if found["quarter"]:
                return cls(year, int(found["quarter"]), "quarter")
            if found["week"]:
                return cls._week(year, int(found["week"]), text)
            if 1 <= int(found["month"]) <= 12:
                return cls(year, int(found["month"]))
        raise BadInput(Problem(PERIOD_UNREADABLE, "period", values={"value": text}))

    @classmethod
    def _week(cls, year: int, week: int, text: str) -> "Period":
        weeks = weeks_in(cls(year, 1).calendar, year)
        if not 1 <= week <= weeks:
            values = {"value": text, "weeks": weeks}
            raise BadInput(Problem(NO_SUCH_WEEK, "period", values=values))
        return cls(year, week, "week")

    @classmethod
    def containing(
        cls, moment: datetime, calendar: Calendar, zone: ZoneInfo, kind: PeriodKind = "month"
    ) -> "Period":
        """Return the period of `calendar` in which `moment` lies on the clocks of `zone`."""
        return cls.of_day(moment.astimezone(zone).date(), calendar, kind)

    @classmethod
    def of_day(cls, day: date, calendar: Calendar, kind: PeriodKind = "month") -> "Period":
        """Return the period of `calendar` in which a Gregorian date lies."""
        if kind == "week":
            return cls(*week_of(day, calendar), "week")
        year, month, _day = parts_of(day, calendar)
        return cls(year, month) if kind == "month" else cls(year, (month + 2) // 3, "quarter")

    @property
    def calendar(self) -> Calendar:
        """The calendar that the year belongs to."""
        return "gregorian" if self.year >= _FIRST_GREGORIAN_YEAR else "jalali"

    def __str__(self) -> str:
        marks = {"month": f"{self.number:02d}", "week": f"W{self.number:02d}"}
        return f"{self.year:04d}-{marks.get(self.kind, f'Q{self.number}')}"

    def __lt__(self, other: "Period") -> bool:
        return (self.first_day(), self.last_day()) < (other.first_day(), other.last_day())

    def require_month(self) -> "Period":
        """Return the period itself; raises `BadInput` where it is a week or a quarter."""
        if self.kind != "month":
            values = {"value": str(self), "month": str(self.months(self.calendar)[0])}
            raise BadInput(Problem(NOT_A_MONTH, "period", values=values))
        return self

    def shift(self, count: int) -> "Period":
        """Return the period of its kind that lies `count` later (earlier where negative)."""
        if self.kind == "week":
            day = self.first_day() + timedelta(weeks=count)
            return Period(*week_of(day, self.calendar), "week")
        in_year = 12 if self.kind == "month" else 4
        index = self.year * in_year + self.number - 1 + count
        return Period(index // in_year, index % in_year + 1, self.kind)

    def first_day(self) -> date:
        """Return the Gregorian date of the period's first day."""
        return self._start(self.number)

    def last_day(self) -> date:
        """Return the Gregorian date of the period's last day."""
        return self._start(self.number + 1) - timedelta(days=1)

    def _start(self, number: int) -> date:
        if self.kind == "week":
            return week_start(self.calendar, self.year, number)
        month = number if self.kind == "month" else 3 * number - 2
        return month_start(self.calendar, self.year, month)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the UTC moments at which the period starts and at which the next one does."""

        def midnight(day: date) -> datetime:
            return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

        return midnight(self.first_day()), midnight(self._start(self.number + 1))

    def months(self, calendar: Calendar) -> tuple["Period", ...]:
        """Return the months of `calendar` that have a day in the period, in order."""
        month, last = (Period.of_day(d, calendar) for d in (self.first_day(), self.last_day()))
        months = [month]
        while months[-1] != last:
            months.append(months[-1].shift(1))
        return tuple(months)

    def label(self, language: Language) -> str:
        """Return the period in words: “Aban 1405”, “Autumn 1405”, a week with its days."""
        if self.kind == "week":
            days = days_label(self.first_day(), self.last_day(), self.calendar, language)
            words = {
                "fa": f"هفتهٔ {self.number} سال {self.year} ({days})",
                "en": f"Week {self.number} of {self.year} ({days})",
            }
            return localise_digits(words[language], language)
        names = MONTHS if self.kind == "month" else QUARTERS
        name = names[self.calendar][language][self.number - 1]
        return f"{name} {localise_digits(str(self.year), language)}"


def day_label(moment: datetime, calendar: Calendar, zone: ZoneInfo, language: Language) -> str:
    """Return the day of `moment` on the clocks of `zone`, such as “14 Aban 1405”."""
    local = moment.astimezone(zone).date()
    day = parts_of(local, calendar)[2]
    month = Period.of_day(local, calendar).label(language)
    return f"{localise_digits(str(day), language)} {month}"


def moment_label(moment: datetime, calendar: Calendar, zone: ZoneInfo, language: Language) -> str:
    """Return day and time of `moment` on the clocks of `zone`."""
    time = localise_digits(f"{moment.astimezone(zone):%H:%M}", language)
    return f"{day_label(moment, calendar, zone, language)}{'،' if language == 'fa' else ','} {time}"
