"""The queue of recordings in plain lines, and as values for JSON."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pandas as pd

from qm.core.problems import Problem
from qm.core.queue_time import TimeLeft
from qm.core.text import clock
from qm.workflow.transcription_queue import Queue

_UNKNOWN = {
    "no_worker": "unknown, no worker is alive",
    "nothing_measured": "unknown, nothing was transcribed yet",
    "no_length": "unknown, the recordings' lengths are not known",
}


def lines_of(queue: Queue, moment: Callable[[datetime], str]) -> Iterator[str]:
    """Yield the queue line by line; `moment` writes a time."""
    yield ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in queue.counts.items())
    if queue.paused_at:
        yield f"paused by {queue.paused_by} at {moment(queue.paused_at)}"
    yield f"time left: {_left(queue.left)}{_measured(queue)}"
    yield f"workers alive: {len(queue.workers)}"
    for row in queue.workers.to_dict("records"):
        since = moment(row["started_at"])
        yield f"  {row['host']} process {row['pid']}, {row['model']}, since {since}"
    yield from _listed("running", queue.running, _running)
    yield from _listed("waiting", queue.waiting, lambda row: _waiting(row, moment))
    yield from _listed("failed", queue.failed, lambda row: str(Problem.from_data(row["problem"])))


def as_data(queue: Queue) -> dict[str, Any]:
    """Return the queue as values that JSON can hold; moments in ISO 8601, lengths in seconds."""
    data = asdict(queue) | {"left_s": queue.left.seconds, "left_unknown": queue.left.unknown}
    del data["left"]
    return {name: _plain(value) for name, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return [
            {name: _plain(cell) for name, cell in row.items()} for row in value.to_dict("records")
        ]
    return value.isoformat() if isinstance(value, datetime) else value


def _left(left: TimeLeft) -> str:
    return _UNKNOWN[left.unknown] if left.unknown else f"about {clock(left.seconds, 'en')}"


def _measured(queue: Queue) -> str:
    if queue.pace is None:
        return ""
    return f" ({queue.pace:.3f} s of work per second of sound, by the last {queue.measured})"


def _listed(title: str, rows: pd.DataFrame, line: Callable[[dict[Any, Any]], str]) -> Iterator[str]:
    if len(rows):
        yield f"{title}:"
    for row in rows.to_dict("records"):
        yield f"  {row['interaction_id']}  {row['recording_file'] or ''}  {line(row)}"


def _running(row: dict[Any, Any]) -> str:
    where = f"{row['host']} process {row['pid']}" if row["host"] else "nobody"
    far = f"{clock(row['heard_s'], 'en')} of {clock(row['length_s'], 'en')}"
    left = "" if row["left_s"] is None else f", about {clock(row['left_s'], 'en')} left"
    return f"{where}, {far}{left}"


def _waiting(row: dict[Any, Any], moment: Callable[[datetime], str]) -> str:
    if row["is_held"]:
        return "held"
    if row["next_try_at"] is None:
        return clock(row["length_s"], "en")
    problem = Problem.from_data(row["problem"]) if row["problem"] else ""
    return f"put off until {moment(row['next_try_at'])}: {problem}"
