from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qm.core.periods import Period, day_label, moment_label
from qm.core.problems import BadInput

TEHRAN = ZoneInfo("Asia/Tehran")
FIRST, LAST = datetime(1990, 1, 1), datetime(2090, 1, 1)  # noqa: DTZ001 (hypothesis adds UTC)


def test_a_jalali_month_starts_and_ends_at_midnight_in_tehran() -> None:
    # 1 Aban 1405 is 23 October 2026, 1 Azar 1405 is 22 November 2026; Tehran is UTC+03:30.
    start, end = Period.parse("1405-08").bounds(TEHRAN)
    assert start == datetime(2026, 10, 22, 20, 30, tzinfo=UTC)
    assert end == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


def test_a_gregorian_month_follows_daylight_saving() -> None:
    start, end = Period.parse("2026-03").bounds(ZoneInfo("Europe/Berlin"))
    assert start == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert end == datetime(2026, 3, 31, 22, tzinfo=UTC)


def test_esfand_of_a_leap_year_has_thirty_days() -> None:
    start, end = Period.parse("1403-12").bounds(TEHRAN)
    assert (end - start).days == 30


@pytest.mark.parametrize(
    ("text", "expected"), [("1405-08", Period(1405, 8)), ("۱۴۰۵-۰۸", Period(1405, 8))]
)
def test_latin_and_persian_digits_are_read(text: str, expected: Period) -> None:
    assert Period.parse(text) == expected


@pytest.mark.parametrize("text", ["1405", "1405-13", "1405-00", "05-1405", "aban", "", "99999-01"])
def test_what_is_no_month_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        Period.parse(text)
    assert refused.value.problems[0].code == "period.unreadable"
    assert "1405-08" in refused.value.problems[0].remedy


def test_labels_in_both_languages() -> None:
    period = Period(1405, 8)
    assert period.label("en") == "Aban 1405"
    assert period.label("fa") == "آبان ۱۴۰۵"
    assert Period(2026, 11).label("fa") == "نوامبر ۲۰۲۶"
    moment = datetime(2026, 11, 5, 7, 2, tzinfo=UTC)
    assert day_label(moment, "jalali", TEHRAN, "en") == "14 Aban 1405"
    assert moment_label(moment, "jalali", TEHRAN, "fa") == "۱۴ آبان ۱۴۰۵، ۱۰:۳۲"


@given(
    st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)),
    st.sampled_from(["jalali", "gregorian"]),
)
def test_every_moment_lies_within_its_month(moment: datetime, calendar: str) -> None:
    period = Period.containing(moment, calendar, TEHRAN)  # type: ignore[arg-type]
    start, end = period.bounds(TEHRAN)
    assert start <= moment < end
    assert period.calendar == calendar
    assert period.shift(1).bounds(TEHRAN)[0] == end
    assert period.shift(13).shift(-13) == period
