from __future__ import annotations

import pytest

from qm.core.queue_time import TimeLeft, time_left, total_length_s


def test_workers_share_what_waits_and_what_runs() -> None:
    # 600 s wait, 100 s and 50 s are left of what runs; half a second of work each: 375 s of work.
    left = time_left(600.0, [100.0, 50.0], pace=0.5, workers=2)
    assert left == TimeLeft(0.5 * 750 / 2)


def test_no_recording_is_shared() -> None:
    assert time_left(0.0, [3600.0, 10.0], pace=0.1, workers=4) == TimeLeft(360.0)


def test_a_running_one_of_unknown_length_counts_as_the_mean_of_the_others() -> None:
    assert time_left(0.0, [60.0, 20.0, None], pace=1.0, workers=1) == TimeLeft(120.0)


def test_nothing_left_takes_no_time_whoever_works() -> None:
    assert time_left(0.0, [], pace=None, workers=0) == TimeLeft(0.0)


@pytest.mark.parametrize(
    ("waiting_s", "running_s", "pace", "workers", "why"),
    [
        (60.0, [], 0.1, 0, "no_worker"),
        (60.0, [], None, 1, "nothing_measured"),
        (None, [], 0.1, 1, "no_length"),
        (0.0, [None], 0.1, 1, "no_length"),
    ],
)
def test_what_cannot_be_told_says_why(
    waiting_s: float | None,
    running_s: list[float | None],
    pace: float | None,
    workers: int,
    why: str,
) -> None:
    left = time_left(waiting_s, running_s, pace=pace, workers=workers)
    assert (left.seconds, left.unknown) == (None, why)


def test_unknown_lengths_are_the_mean_of_the_known() -> None:
    assert total_length_s(5, 2, 100.0) == 250.0
    assert total_length_s(0, 0, 0.0) == 0.0
    assert total_length_s(3, 0, 0.0) is None
