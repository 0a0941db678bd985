"""Days as people write and read them, in the calendar of the centre."""

import datetime as dt

from persiantools.jdatetime import JalaliDate

from qm.core.periods import Period, day_label
from qm.core.problems import BadInput
from qm.core.text import latin_digits
from qm.ui.here import Here


def day_of_text(text: str) -> dt.date:
    """Return the day that is written as year, month, day with `/`, `-` or `.` between.

    The year tells the calendar: 1405/08/14 is Solar Hijri, 2026-11-05 Gregorian. Raises
    ValueError where there is no such day.
    """
    parts = latin_digits(text).strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise ValueError(f"“{text}” is no day")
    try:
        month = Period.parse("-".join(parts[:2]))
    except BadInput as error:
        raise ValueError(f"“{text}” is no day") from error
    if month.calendar == "gregorian":
        return dt.date(month.year, month.number, int(parts[2]))
    day: dt.date = JalaliDate(month.year, month.number, int(parts[2])).to_gregorian()
    return day


def text_of_day(day: dt.date) -> str:
    """Return a day as it is entered in the Solar Hijri calendar: 1405/08/14."""
    return str(JalaliDate(day).strftime("%Y/%m/%d"))


def day_in_words(page: Here, day: dt.date) -> str:
    """Return a day with the name of its month, such as “14 Aban 1405”."""
    centre = page.centre
    noon = dt.datetime.combine(day, dt.time(12), centre.zone)
    return day_label(noon, centre.calendar, centre.zone, page.language)
