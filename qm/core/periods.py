"""Months of the Gregorian and the Solar Hijri calendar, and their bounds in a time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language, latin_digits, localise_digits

Calendar = Literal["jalali", "gregorian"]

PERIOD_UNREADABLE = explain(
    "period.unreadable",
    N_("“{value}” is not a month."),
    N_("Write year-month, such as 1405-08 (Solar Hijri) or 2026-11 (Gregorian)."),
)

# Years before this one are Solar Hijri: the calendars are 621 years apart, so no month that a
# contact centre can have recorded is ambiguous.
_FIRST_GREGORIAN_YEAR = 1700

_JALALI_MONTHS: dict[Language, list[str]] = {
    "fa": "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(),
    "en": (
        "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand"
    ).split(),
}
_GREGORIAN_MONTHS: dict[Language, list[str]] = {
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر".split(),
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
}


@dataclass(frozen=True, order=True)
class Period:
    """A month; its text form `1405-08` or `2026-11` sorts in time within a calendar."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Return the month written as year-month (Latin or Persian digits).

        Raises `BadInput` where the text is no month.
        """
        found = re.fullmatch(r"\s*(\d{4})-(\d{1,2})\s*", latin_digits(text))
        if found is None or not 1 <= int(found[2]) <= 12 or not 1200 <= int(found[1]) <= 2200:
            raise BadInput(Problem(PERIOD_UNREADABLE, "period", values={"value": text}))
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def containing(cls, moment: datetime, calendar: Calendar, zone: ZoneInfo) -> "Period":
        """Return the month of `calendar` in which `moment` lies on the clocks of `zone`."""
        day = moment.astimezone(zone).date()
        if calendar == "gregorian":
            return cls(day.year, day.month)
        jalali = JalaliDate(day)
        return cls(jalali.year, jalali.month)

    @property
    def calendar(self) -> Calendar:
        """The calendar that the year belongs to."""
        return "gregorian" if self.year >= _FIRST_GREGORIAN_YEAR else "jalali"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def shift(self, months: int) -> "Period":
        """Return the month that lies `months` later (earlier where negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Period(index // 12, index % 12 + 1)

    def first_day(self) -> date:
        """Return the Gregorian date of the month's first day."""
        if self.calendar == "gregorian":
            return date(self.year, self.month, 1)
        first: date = JalaliDate(self.year, self.month, 1).to_gregorian()
        return first

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the UTC moments at which the month starts and at which the next one does."""

        def midnight(period: Period) -> datetime:
            day = period.first_day()
            return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)

        return midnight(self), midnight(self.shift(1))

    def label(self, language: Language) -> str:
        """Return the month's name and year, such as “Aban 1405”."""
        names = _GREGORIAN_MONTHS if self.calendar == "gregorian" else _JALALI_MONTHS
        return f"{names[language][self.month - 1]} {localise_digits(str(self.year), language)}"


def day_label(moment: datetime, calendar: Calendar, zone: ZoneInfo, language: Language) -> str:
    """Return the day of `moment` on the clocks of `zone`, such as “14 Aban 1405”."""
    local = moment.astimezone(zone).date()
    day = local.day if calendar == "gregorian" else JalaliDate(local).day
    month = Period.containing(moment, calendar, zone).label(language)
    return f"{localise_digits(str(day), language)} {month}"


def moment_label(moment: datetime, calendar: Calendar, zone: ZoneInfo, language: Language) -> str:
    """Return day and time of `moment` on the clocks of `zone`."""
    time = localise_digits(f"{moment.astimezone(zone):%H:%M}", language)
    return f"{day_label(moment, calendar, zone, language)}{'،' if language == 'fa' else ','} {time}"
