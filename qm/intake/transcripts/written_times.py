"""Times of written messages → seconds from the first of them, or spans from the beginning."""

import re
from datetime import UTC, datetime

from persiantools.jdatetime import JalaliDate

from qm.core.text import latin_digits
from qm.intake.fields import Refused
from qm.intake.files import shown
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import RECORDING_S_MOST, TIME_WRONG, WRITTEN_S_MOST

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?", re.ASCII)
_SPAN = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,6}))?", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ,]+(\S.*)", re.ASCII)
_LAST_JALALI_YEAR = 1500
_EPOCH_S, _EPOCH_MS = 1e9, 1e11
_DAY_S = 86_400


class Moments:
    """Turns the times of one file into seconds, in the order in which they stand there.

    Dates, epochs and clock times count from the first one; a clock that jumps back by more than
    half a day has passed midnight. Numbers that are no epoch, and clocks whose first time lies in
    the first hour of the day, count from the beginning as they are. Dates without an offset are
    all taken for the same zone's.
    """

    def __init__(self) -> None:
        self._first_s: float | None = None
        self._last_clock_s: float | None = None
        self._days = 0

    def seconds(self, value: Node) -> float | None:
        """Return the seconds of a time, None where there is none; raises `Refused`."""
        if value.value is None or value.value == "":
            return None
        moment_s, counts_from_first = self._moment_s(value)
        if self._first_s is None:
            self._first_s = moment_s if counts_from_first else 0.0
        seconds = round(moment_s - self._first_s, 3)
        if not 0 <= seconds <= WRITTEN_S_MOST:
            raise _wrong(value, WRITTEN_S_MOST)
        return seconds

    def _moment_s(self, value: Node) -> tuple[float, bool]:
        text = value.text()
        if text is not None and (found := _CLOCK.fullmatch(latin_digits(text).strip())):
            return self._clock_s(found, value), not self._is_first_hour(found)
        if text is not None and (written := _date(latin_digits(text).strip())):
            return written.timestamp(), True
        number = value.number()
        if number is None:
            raise _wrong(value, WRITTEN_S_MOST)
        if number >= _EPOCH_MS:
            return number / 1000, True
        return number, number >= _EPOCH_S

    def _is_first_hour(self, found: re.Match[str]) -> bool:
        return self._first_s is None and int(found[1]) == 0

    def _clock_s(self, found: re.Match[str], value: Node) -> float:
        clock_s = _seconds(found[1], found[2], found[3], found[4])
        if int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
            raise _wrong(value, _DAY_S)
        if self._last_clock_s is not None and self._last_clock_s - clock_s > _DAY_S / 2:
            self._days += 1
        self._last_clock_s = clock_s
        return clock_s + self._days * _DAY_S


def span_s(value: Node, unit_s: float) -> float | None:
    """Return seconds from the beginning: a number of `unit_s`, or a span such as 01:05.2."""
    text = value.text()
    if text is not None and not text.strip():
        return None
    found = _SPAN.fullmatch(latin_digits(text).strip()) if text is not None else None
    if found is None:
        return Node(latin_digits(text) if text else value.value, value.path).seconds(unit_s)
    if int(found[2]) > 59 or int(found[3]) > 59:
        raise _wrong(value, RECORDING_S_MOST)
    return _seconds(found[1] or "0", found[2], found[3], found[4])


def _seconds(hours: str, minutes: str, seconds: str | None, fraction: str | None) -> float:
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    return whole + int((fraction or "0").ljust(6, "0")) / 1e6


def _date(text: str) -> datetime | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    try:
        if year < _LAST_JALALI_YEAR:
            on = JalaliDate(year, month, day).to_gregorian()
            year, month, day = on.year, on.month, on.day
        if not 1990 <= year <= 2200:
            return None
        time = found[4].strip().zfill(5) if found[4][1:2] == ":" else found[4].strip()
        written = datetime.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}T{time}")
        return written if written.tzinfo else written.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _wrong(value: Node, most: int) -> Refused:
    return Refused(TIME_WRONG, field=value.path, value=shown(str(value.value)[:100]), most=most)
