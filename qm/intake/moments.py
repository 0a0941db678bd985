"""Written date and time → an aware moment, refused where the clock does not decide it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from qm.core.centre import Centre
from qm.core.problems import N_, explain
from qm.core.text import latin_digits
from qm.intake.fields import Refused
from qm.intake.files import shown

_WRITTEN = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:T|\s+)"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_FIRST_GREGORIAN_YEAR = 1700
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2200
_CLOCK_TOLERANCE = timedelta(days=1)

TIME_UNREADABLE = explain(
    "import.time_unreadable",
    N_("“{value}” is not a date with a time of day."),
    N_("Write it like 2026-11-05T10:32:00+03:30."),
)
NO_SUCH_DATE = explain(
    "import.no_such_date",
    N_("There is no such date or time of day as “{value}”."),
    N_("Check day and month; write it like 2026-11-05T10:32:00+03:30."),
)
OTHER_CALENDAR = explain(
    "import.other_calendar",
    N_("“{value}” is a Solar Hijri date, and the centre's calendar is the Gregorian one."),
    N_("Write the Gregorian date, or set centre_calendar to jalali."),
)
TIME_SKIPPED = explain(
    "import.time_skipped",
    N_("“{value}” never was on the clocks of {zone}: daylight saving skipped that hour."),
    N_("Write the offset from UTC, such as {value}{offset}, as the source system knows it."),
)
TIME_TWICE = explain(
    "import.time_twice",
    N_("“{value}” was twice on the clocks of {zone}: daylight saving ended in that hour."),
    N_("Write the offset from UTC, such as {value}{offset}, as the source system knows it."),
)
IN_FUTURE = explain(
    "import.in_future",
    N_("“{value}” lies more than a day in the future."),
    N_("Check the year, the order of day and month, and the offset from UTC."),
)
LONG_AGO = explain(
    "import.long_ago",
    N_("“{value}” lies before the year {year}."),
    N_("Check the year; empty dates of other systems often become 1900 or 1970."),
)


def moment_reader(centre: Centre, now: datetime) -> Callable[[str], datetime]:
    """Return the function that reads a moment as UTC, and raises `Refused` where it cannot.

    A local time without offset is read on the centre's clocks. One that daylight saving skipped
    or repeated is refused rather than guessed, and so is one more than a day after `now`.
    """

    def moment(text: str) -> datetime:
        plain = text if text.isascii() else latin_digits(text)
        parts = _WRITTEN.fullmatch(plain.strip())
        if parts is None:
            raise Refused(TIME_UNREADABLE, value=shown(text))
        local = _local(parts, centre)
        zone = _offset(parts[9]) if parts[9] else centre.zone
        found = _certain(local, zone)
        if found > now + _CLOCK_TOLERANCE:
            raise Refused(IN_FUTURE, value=shown(text))
        return found

    return moment


def _local(parts: re.Match[str], centre: Centre) -> datetime:
    year, month, day = int(parts[1]), int(parts[3]), int(parts[4])
    if year < _FIRST_GREGORIAN_YEAR and centre.calendar != "jalali":
        raise Refused(OTHER_CALENDAR, value=parts[0])
    fraction = int((parts[8] or "0").ljust(6, "0"))
    try:
        on = JalaliDate(year, month, day).to_gregorian() if year < _FIRST_GREGORIAN_YEAR else None
        on = on or date(year, month, day)
        clock = int(parts[5]), int(parts[6]), int(parts[7] or 0), fraction
        local = datetime(on.year, on.month, on.day, *clock)  # noqa: DTZ001 (zone comes next)
    except (ValueError, OverflowError):
        raise Refused(NO_SUCH_DATE, value=parts[0]) from None
    if local.year < _EARLIEST_YEAR:
        raise Refused(LONG_AGO, value=parts[0], year=_EARLIEST_YEAR)
    if local.year > _LATEST_YEAR:  # so that no offset can lead beyond the last year there is
        raise Refused(IN_FUTURE, value=parts[0])
    return local


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if int(text[-2:]) > 59 or minutes > 14 * 60:
        raise Refused(NO_SUCH_DATE, value=text)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _certain(local: datetime, zone: tzinfo) -> datetime:
    """Return the UTC moment of a local time that was on the clocks exactly once."""
    aware = local.replace(tzinfo=zone)
    found = aware.astimezone(UTC)
    if isinstance(zone, ZoneInfo) and aware.utcoffset() != aware.replace(fold=1).utcoffset():
        was_there = found.astimezone(zone).replace(tzinfo=None) == local
        code = TIME_TWICE if was_there else TIME_SKIPPED
        value = local.isoformat()
        raise Refused(code, value=value, zone=zone.key, offset=aware.isoformat()[-6:])
    return found
