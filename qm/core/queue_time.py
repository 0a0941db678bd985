"""How long the transcription of what waits will still take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Unknown = Literal["no_worker", "nothing_measured", "no_length"]


@dataclass(frozen=True)
class TimeLeft:
    """Seconds until everything is done; where they cannot be told, `unknown` says why.

    `no_worker`: nobody works; `nothing_measured`: nothing was transcribed yet whose pace could
    be taken; `no_length`: of nothing that waits is the length known.
    """

    seconds: float | None
    unknown: Unknown | None = None


def time_left(
    waiting_s: float | None,
    running_s: Sequence[float | None],
    *,
    pace: float | None,
    workers: int,
) -> TimeLeft:
    """Return the time until the recordings that wait and those that run are done.

    `waiting_s` are the seconds of sound that wait (None: unknown), `running_s` those that each
    running recording still has (None counts as the mean of the others), `pace` the seconds that
    one worker needs for a second of sound, `workers` how many work at a time. They share the
    sound evenly, but no recording is shared: the longest one that runs is a lower bound.
    """
    known = [left for left in running_s if left is not None]
    if waiting_s == 0 and not running_s:
        return TimeLeft(0.0)
    if workers < 1:
        return TimeLeft(None, "no_worker")
    if pace is None:
        return TimeLeft(None, "nothing_measured")
    if waiting_s is None or (running_s and not known):
        return TimeLeft(None, "no_length")
    mean = sum(known) / len(known) if known else 0.0
    total = waiting_s + sum(known) + mean * (len(running_s) - len(known))
    return TimeLeft(pace * max(total / workers, max(known, default=0.0)))


def total_length_s(count: int, of_known_length: int, length_s: float) -> float | None:
    """Return the length of `count` recordings from that of those whose length is known.

    The others are taken to be as long on average; None where no length is known.
    """
    if not count:
        return 0.0
    return length_s / of_known_length * count if of_known_length else None
