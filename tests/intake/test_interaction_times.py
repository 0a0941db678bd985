from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.intake.reading import BERLIN, Reader, only_problem, row


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05T10:32:00+03:30",
        "2026-11-05 07:02Z",
        "2026-11-05 10:32",
        "2026/11/05 10:32:00",
        "1405/08/14 10:32",
        "1405-08-14T10:32:00+03:30",
        "۱۴۰۵/۰۸/۱۴ ۱۰:۳۲",
    ],
)
def test_ways_to_write_the_start(reader: Reader, text: str) -> None:
    (found,) = reader.rows(row(started_at=text)).rows
    assert found.started_at == datetime(2026, 11, 5, 7, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30 10:00", "import.no_such_date"),
        ("1405/12/30 10:00", "import.no_such_date"),  # 1405 is no leap year
        ("1405/13/01 10:00", "import.no_such_date"),
        ("0000-01-01 10:00", "import.no_such_date"),
        ("2026-11-05 25:00", "import.no_such_date"),
        ("2026-11-05 10:00+99:99", "import.no_such_date"),
        ("05.11.2026 10:00", "import.time_unreadable"),
        ("2026-11-05", "import.time_unreadable"),
        ("yesterday", "import.time_unreadable"),
        ("1900-01-01 00:00", "import.long_ago"),
        ("9999-12-31T23:59-12:00", "import.in_future"),
        ("2026-11-22T12:00:01Z", "import.in_future"),
    ],
)
def test_impossible_starts(reader: Reader, text: str, code: str) -> None:
    problem = reader.rejected(started_at=text)
    assert (problem.code, problem.field) == (code, "started_at")


def test_a_clock_that_runs_ahead_is_tolerated_for_a_day(reader: Reader) -> None:
    assert reader.rows(row(started_at="2026-11-22T12:00:00Z")).rows


@pytest.mark.parametrize(
    ("text", "code", "remedy"),
    [
        ("2026-03-29 02:30", "import.time_skipped", "2026-03-29T02:30:00+01:00"),
        ("2026-10-25 02:30", "import.time_twice", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_local_times_that_daylight_saving_skips_or_repeats(
    reader: Reader, text: str, code: str, remedy: str
) -> None:
    result = reader.rows(row(1), row(2, started_at=text), row(3), centre=BERLIN)
    problem = only_problem(result, at_row=3)
    assert (problem.code, problem.field) == (code, "started_at")
    assert "Europe/Berlin" in problem.reason
    assert remedy in problem.remedy
    (found,) = reader.rows(row(started_at=remedy), centre=BERLIN).rows
    assert found.started_at.tzinfo is UTC


def test_the_hours_around_the_gap_are_read(reader: Reader) -> None:
    before, after = reader.rows(
        row(1, started_at="2026-03-29 01:59:59"),
        row(2, started_at="2026-03-29 03:00:00"),
        centre=BERLIN,
    ).rows
    assert after.started_at - before.started_at == timedelta(seconds=1)


def test_solar_hijri_dates_only_where_they_are_the_centres_calendar(reader: Reader) -> None:
    result = reader.rows(row(1), row(2, started_at="1405/08/14 10:32"), row(3), centre=BERLIN)
    assert only_problem(result, at_row=3).code == "import.other_calendar"
