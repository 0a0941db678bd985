"""Years, months, quarters and weeks of the Gregorian and the Solar Hijri calendar, as days."""

from datetime import date, timedelta
from typing import Literal

from persiantools.jdatetime import JalaliDate

from qm.core.text import Language

Calendar = Literal["jalali", "gregorian"]

_SATURDAY, _MONDAY = 5, 0
_FIRST_WEEKDAY: dict[Calendar, int] = {"jalali": _SATURDAY, "gregorian": _MONDAY}

MONTHS: dict[Calendar, dict[Language, list[str]]] = {
    "jalali": {
        "fa": "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(),
        "en": (
            "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand"
        ).split(),
    },
    "gregorian": {
        "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر".split(),
        "en": (
            "January February March April May June July August September October November December"
        ).split(),
    },
}
# The quarters of the Solar Hijri year are the seasons.
QUARTERS: dict[Calendar, dict[Language, list[str]]] = {
    "jalali": {
        "fa": "بهار تابستان پاییز زمستان".split(),
        "en": "Spring Summer Autumn Winter".split(),
    },
    "gregorian": {
        "fa": ["سه‌ماههٔ اول", "سه‌ماههٔ دوم", "سه‌ماههٔ سوم", "سه‌ماههٔ چهارم"],
        "en": "Q1 Q2 Q3 Q4".split(),
    },
}


def parts_of(day: date, calendar: Calendar) -> tuple[int, int, int]:
    """Return year, month and day of the month of a Gregorian date in `calendar`."""
    if calendar == "gregorian":
        return day.year, day.month, day.day
    jalali = JalaliDate(day)
    return jalali.year, jalali.month, jalali.day


def month_start(calendar: Calendar, year: int, month: int) -> date:
    """Return the Gregorian date of a month's first day; months from 13 on lie in later years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if calendar == "gregorian":
        return date(year, month, 1)
    first: date = JalaliDate(year, month, 1).to_gregorian()
    return first


def week_start(calendar: Calendar, year: int, week: int) -> date:
    """Return the Gregorian date of a week's first day: a Saturday, or a Monday if Gregorian.

    Week 1 is the one with at least four days in the year (as in ISO 8601), so it holds the
    year's fourth day.
    """
    fourth = month_start(calendar, year, 1) + timedelta(days=3)
    into_week = (fourth.weekday() - _FIRST_WEEKDAY[calendar]) % 7
    return fourth + timedelta(days=7 * (week - 1) - into_week)


def weeks_in(calendar: Calendar, year: int) -> int:
    """Return how many weeks the year has: 52 or 53."""
    return (week_start(calendar, year + 1, 1) - week_start(calendar, year, 1)).days // 7


def week_of(day: date, calendar: Calendar) -> tuple[int, int]:
    """Return year and number of the week in which a Gregorian date lies.

    The days around New Year can lie in a week of the year before or after.
    """
    year = parts_of(day, calendar)[0] + 1
    while week_start(calendar, year, 1) > day:
        year -= 1
    return year, (day - week_start(calendar, year, 1)).days // 7 + 1


def days_label(first: date, last: date, calendar: Calendar, language: Language) -> str:
    """Return a span of days with Latin digits, such as “9 to 15 Aban”.

    The years are told where the two days lie in different ones.
    """
    names = MONTHS[calendar][language]
    year, month, day = parts_of(first, calendar)
    last_year, last_month, last_day = parts_of(last, calendar)
    to = "تا" if language == "fa" else "to"
    start, end = f"{day}", f"{last_day} {names[last_month - 1]}"
    if (year, month) != (last_year, last_month):
        start = f"{day} {names[month - 1]}"
    if year != last_year:
        start, end = f"{start} {year}", f"{end} {last_year}"
    return f"{start} {to} {end}"
