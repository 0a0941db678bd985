from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qm.core.sign_in import (
    ATTEMPT_WINDOW,
    TOO_MANY_ATTEMPTS,
    SignInRefused,
    password_problems,
    username_key,
    username_problems,
    wait_s,
)

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("nine char", "person.password_short"),
        ("", "person.password_short"),
        ("x" * 201, "person.password_long"),
        ("Sara.Nouri", "person.password_is_username"),
        ("ten  chars", None),
        ("گذرواژهٔ خوب من", None),
        ("x" * 200, None),
    ],
)
def test_passwords(password: str, code: str | None) -> None:
    codes = [problem.code for problem in password_problems("sara.nouri", password)]
    assert codes == ([code] if code else [])


def test_a_password_problem_tells_the_length_and_never_the_password() -> None:
    text = str(password_problems("sara.nouri", "secret!")[0])
    assert "7 characters" in text
    assert "at least 10" in text
    assert "secret!" not in text


@pytest.mark.parametrize("username", ["sara.nouri", "a", "qa-2_b", "x" * 100])
def test_good_usernames(username: str) -> None:
    assert username_problems(username) == []


@pytest.mark.parametrize("username", ["", "سارا", "Sara", ".sara", "a b", "a/b", "a\n", "x" * 101])
def test_bad_usernames(username: str) -> None:
    assert [problem.code for problem in username_problems(username)] == ["person.username"]


def test_a_typed_username_becomes_the_stored_one() -> None:
    assert username_key("  Sara.Nouri۲ ") == "sara.nouri2"
    assert username_key("a\0" + "b" * 200) == "a" + "b" * 99


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=count) for count in minutes]


@pytest.mark.parametrize(
    ("attempts", "expected_s"),
    [
        ([], 0),
        (minutes_ago(1, 2), 0),  # two of three
        (minutes_ago(1, 2, 14), 60),  # the oldest leaves the window in a minute
        (minutes_ago(14, 1, 2), 60),  # in any order
        (minutes_ago(1, 2, 3, 14), 12 * 60),  # a slot is free when the third last has left
        (minutes_ago(1, 2, 15), 0),  # just left it
        (minutes_ago(0, 0, 0), 15 * 60),
    ],
)
def test_at_most_three_attempts_are_heard_in_any_window(
    attempts: list[datetime], expected_s: int
) -> None:
    assert timedelta(minutes=15) == ATTEMPT_WINDOW
    assert wait_s(attempts, 3, NOW) == expected_s


def test_the_wait_is_told_in_whole_minutes_rounded_up() -> None:
    refusal = SignInRefused(TOO_MANY_ATTEMPTS, wait_s=61)
    assert refusal.problems[0].remedy == "Try again in 2 minutes."
