"""A worker that stands still beyond its lease: others take over, and it may do no harm."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from qm.store.engine import transaction
from qm.store.tables import Recording, Transcript
from tests.faults.calls import (
    DONE,
    add_call,
    check_once,
    ends,
    settings_for,
    speak,
    wait_until_running,
)
from tests.faults.processes import is_there, wait_until
from tests.faults.workers import TIMING
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.faults.workers import Workers


@pytest.mark.speech
def test_a_stopped_worker_is_fenced_out(sqlite_url: str, tmp_path: Path, workers: Workers) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    engine = engine_with_calls(settings.database, {"a": speak(settings, "a.wav", 0, 12)})
    stopped = workers.supervisor(settings, until_empty=False)
    wait_until_running(engine, "a", stopped)
    both = [stopped.process.pid, *stopped.worker_pids]  # the whole machine, as asleep
    wait_until(lambda: has_stopped(engine, both), "they stand still outside a transaction")

    other = workers.supervisor(settings)
    assert other.wait() == 0, other.told()
    assert ends(engine)["a"].state == "done"
    stored = everything(engine)

    for pid in both:
        os.kill(pid, signal.SIGCONT)
    add_call(engine, "b", speak(settings, "b.wav", 30, 4))
    wait_until(
        lambda: ends(engine).get("b") == DONE,
        "it goes on, and its sleep costs nothing a try",
        told=lambda: f"{ends(engine)}\n{stopped.told()}",
    )
    assert all(map(is_there, both))  # none had to be started again
    assert [row for row in everything(engine) if row in stored] == stored
    check_once(engine, sounds=2)
    stopped.end()
    engine.dispose()


@pytest.mark.speech
def test_a_sleep_costs_a_recording_no_try(
    sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    engine = engine_with_calls(settings.database, {"a": speak(settings, "a.wav", 0, 12)})
    slept = workers.supervisor(settings)
    wait_until_running(engine, "a", slept)
    both = [slept.process.pid, *slept.worker_pids]
    wait_until(lambda: has_stopped(engine, both), "they stand still outside a transaction")
    time.sleep(TIMING["patience_s"] + 0.5)
    for pid in both:  # the supervisor wakes first, and looks after its worker
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.7)
    assert slept.wait() == 0, slept.told()
    assert ends(engine) == {"a": DONE}
    engine.dispose()


def has_stopped(engine: Engine, pids: list[int]) -> bool:
    """Stop the processes; whoever would keep SQLite's only lock for ever goes on instead."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(0.05)  # until the last of them stands still
    at_once = sqlite3.connect(engine.url.database or "", timeout=0, isolation_level=None)
    try:
        with closing(at_once):
            at_once.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        return False
    return True


def everything(engine: Engine) -> list[object]:
    """What is stored of the recordings and transcripts, as plain values."""
    with transaction(engine) as session:
        recordings = session.exec(select(Recording).order_by(Recording.interaction_id))
        transcripts = session.exec(select(Transcript).order_by(Transcript.id))
        return [row.model_dump() for rows in (recordings, transcripts) for row in rows]
