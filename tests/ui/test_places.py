"""Places of an interaction in the address."""

from __future__ import annotations

import pytest

from qm.ui.player import Start
from qm.ui.player.places import read_place, written_place


@pytest.mark.parametrize(
    ("at", "line", "start"),
    [
        ("75", "", Start(75.0, None)),
        ("34.5-52", "", Start(34.5, None, end_s=52.0)),
        ("34-52", "3", Start(34.0, 3, end_s=52.0)),
        ("52-34", "", Start(52.0, None)),
        ("", "3", Start(None, 3)),
        ("", "", None),
        ("-5", "", None),
        ("1e9", "", None),
        ("nan", "x", None),
        ("۷۵", "۳", None),
        ("75\n", "3\n", None),
        ("9" * 400, "9" * 400, None),
    ],
)
def test_a_place_is_read_or_left_alone(at: str, line: str, start: Start | None) -> None:
    assert read_place(at, line) == start


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 3.0), (34.5, 52.0), (75.0, None)])
def test_a_written_place_is_read_again(start_s: float, end_s: float | None) -> None:
    assert read_place(written_place(start_s, end_s), "") == Start(start_s, None, end_s=end_s)
    assert written_place(None, None) == ""
