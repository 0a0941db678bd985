from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.periods import Calendar, Period, PeriodKind, day_label, moment_label
from qm.core.problems import BadInput

TEHRAN = ZoneInfo("Asia/Tehran")
FIRST, LAST = datetime(1990, 1, 1), datetime(2090, 1, 1)  # noqa: DTZ001 (hypothesis adds UTC)
CALENDARS: tuple[Calendar, ...] = get_args(Calendar)
KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)


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
    ("text", "expected"),
    [
        ("1405-08", Period(1405, 8)),
        ("۱۴۰۵-۰۸", Period(1405, 8)),
        ("1405-W32", Period(1405, 32, "week")),
        ("۱۴۰۵-w۰۳", Period(1405, 3, "week")),
        ("2026-W53", Period(2026, 53, "week")),
        (" 1405-q3 ", Period(1405, 3, "quarter")),
    ],
)
def test_latin_and_persian_digits_are_read(text: str, expected: Period) -> None:
    assert Period.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("1405", "1405-13", "1405-00", "05-1405", "aban", "", "99999-01", "1199-01", "2201-01"),
        *("1405-Q0", "1405-Q5", "1405-W", "1405-W123", "1405-S2", "1405-Q03"),
    ],
)
def test_what_is_no_period_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        Period.parse(text)
    assert refused.value.problems[0].code == "period.unreadable"
    assert "1405-08" in refused.value.problems[0].remedy
    assert "1405-W32" in refused.value.problems[0].remedy


@pytest.mark.parametrize(("text", "weeks"), [("2025-W53", 52), ("1405-W00", 52), ("1408-W54", 53)])
def test_a_week_that_the_year_does_not_have_is_refused(text: str, weeks: int) -> None:
    with pytest.raises(BadInput) as refused:
        Period.parse(text)
    assert [p.code for p in refused.value.problems] == ["period.no_such_week"]
    assert f"the year has {weeks} weeks" in refused.value.problems[0].reason


@pytest.mark.parametrize(("text", "month"), [("1405-W32", "1405-08"), ("2026-Q4", "2026-10")])
def test_a_command_of_months_refuses_other_periods_in_words(text: str, month: str) -> None:
    with pytest.raises(BadInput) as refused:
        Period.parse(text).require_month()
    assert [p.code for p in refused.value.problems] == ["period.not_a_month"]
    assert str(refused.value) == (
        f"period: “{text}” is no month. Write a month here, such as {month}. [period.not_a_month]"
    )
    assert Period(1405, 8).require_month() == Period(1405, 8)


def test_labels_in_both_languages() -> None:
    period = Period(1405, 8)
    assert period.label("en") == "Aban 1405"
    assert period.label("fa") == "آبان ۱۴۰۵"
    assert Period(2026, 11).label("fa") == "نوامبر ۲۰۲۶"
    moment = datetime(2026, 11, 5, 7, 2, tzinfo=UTC)
    assert day_label(moment, "jalali", TEHRAN, "en") == "14 Aban 1405"
    assert moment_label(moment, "jalali", TEHRAN, "fa") == "۱۴ آبان ۱۴۰۵، ۱۰:۳۲"


@pytest.mark.parametrize(
    ("text", "english", "persian"),
    [
        ("1405-Q3", "Autumn 1405", "پاییز ۱۴۰۵"),
        ("2026-Q4", "Q4 2026", "سه‌ماههٔ چهارم ۲۰۲۶"),
        ("1405-W32", "Week 32 of 1405 (2 to 8 Aban)", "هفتهٔ ۳۲ سال ۱۴۰۵ (۲ تا ۸ آبان)"),
        (
            "1405-W31",
            "Week 31 of 1405 (25 Mehr to 1 Aban)",
            "هفتهٔ ۳۱ سال ۱۴۰۵ (۲۵ مهر تا ۱ آبان)",
        ),
        (
            "2026-W53",
            "Week 53 of 2026 (28 December 2026 to 3 January 2027)",
            "هفتهٔ ۵۳ سال ۲۰۲۶ (۲۸ دسامبر ۲۰۲۶ تا ۳ ژانویه ۲۰۲۷)",
        ),
    ],
)
def test_labels_of_weeks_and_quarters(text: str, english: str, persian: str) -> None:
    assert Period.parse(text).label("en") == english
    assert Period.parse(text).label("fa") == persian


def test_the_solar_hijri_week_runs_from_saturday_to_friday() -> None:
    # 1 Farvardin 1405 is Saturday, 21 March 2026; 1 Farvardin 1404 was a Friday.
    assert Period(1405, 1, "week").first_day() == date(2026, 3, 21)
    assert Period(1404, 1, "week").first_day() == date(2025, 3, 22)
    assert Period.of_day(date(2025, 3, 21), "jalali", "week") == Period(1403, 52, "week")


def test_gregorian_weeks_are_those_of_iso_8601() -> None:
    for days in range(0, 300 * 366, 5):
        day = date(1850, 1, 1) + timedelta(days=days)
        year, week, _weekday = day.isocalendar()
        assert Period.of_day(day, "gregorian", "week") == Period(year, week, "week")


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("kind", KINDS)
def test_periods_follow_each_other_without_gap_or_overlap(
    calendar: Calendar, kind: PeriodKind
) -> None:
    start = date(1850, 1, 1)
    periods = [Period.of_day(start, calendar, kind)]
    while periods[-1].last_day() < date(2150, 1, 1):
        periods.append(periods[-1].shift(1))
    assert len(set(periods)) == len(periods) > 1200
    assert sorted(periods, key=str) == periods
    for period, following in pairwise(periods):
        assert period.last_day() + timedelta(days=1) == following.first_day()
        assert following.shift(-1) == period < following
        assert period.calendar == calendar
    assert all(period == Period.parse(str(period)) for period in periods[::7])
    lengths = {(p.last_day() - p.first_day()).days + 1 for p in periods}
    assert lengths <= {"week": {7}, "month": {28, 29, 30, 31}, "quarter": set(range(89, 94))}[kind]


@given(
    st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)),
    st.sampled_from(CALENDARS),
    st.sampled_from(KINDS),
)
@settings(max_examples=60)
def test_every_moment_lies_within_its_period(
    moment: datetime, calendar: Calendar, kind: PeriodKind
) -> None:
    period = Period.containing(moment, calendar, TEHRAN, kind)
    start, end = period.bounds(TEHRAN)
    assert start <= moment < end
    assert (period.calendar, period.kind) == (calendar, kind)
    assert Period.containing(start, calendar, TEHRAN, kind) == period
    assert period.shift(1).bounds(TEHRAN)[0] == end
    assert period.shift(13).shift(-13) == period


@given(
    st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)),
    st.sampled_from(CALENDARS),
    st.sampled_from(KINDS),
    st.sampled_from(CALENDARS),
)
@settings(max_examples=60)
def test_the_months_of_a_period_are_those_with_a_day_in_it(
    moment: datetime, calendar: Calendar, kind: PeriodKind, other: Calendar
) -> None:
    period = Period.containing(moment, calendar, TEHRAN, kind)
    length = (period.last_day() - period.first_day()).days + 1
    days = (period.first_day() + timedelta(days=day) for day in range(length))
    expected = sorted({Period.of_day(day, other) for day in days})
    assert list(period.months(other)) == expected


def test_periods_of_all_kinds_sort_in_time() -> None:
    texts = ["1405-06", "1405-W27", "1405-07", "1405-Q3", "2026-10", "1405-W31", "1405-08"]
    assert [str(period) for period in sorted(map(Period.parse, reversed(texts)))] == texts


def test_the_months_of_a_period_in_both_calendars() -> None:
    assert Period(1405, 8).months("jalali") == (Period(1405, 8),)
    assert Period(1405, 31, "week").months("jalali") == (Period(1405, 7), Period(1405, 8))
    autumn = Period(1405, 3, "quarter")
    assert [str(m) for m in autumn.months("jalali")] == ["1405-07", "1405-08", "1405-09"]
    assert [str(m) for m in autumn.months("gregorian")] == [
        *("2026-09", "2026-10", "2026-11", "2026-12")
    ]
