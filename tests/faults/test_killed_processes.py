"""`kill -9` of workers, of their supervisor and of the web process in the middle of calls."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.faults.calls import (
    Ended,
    check_once,
    ends,
    settings_for,
    speak,
    wait_until_running,
)
from tests.faults.processes import is_there, kill, wait_until
from tests.fixtures.small_centre import SmallCentre
from tests.fixtures.web import running_web
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.workers import Workers

pytestmark = pytest.mark.speech


@pytest.mark.postgres
def test_a_killed_worker_loses_nothing(
    postgres_database: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(postgres_database, tmp_path)
    engine = engine_with_calls(settings.database, {"a": speak(settings, "a.wav", 0, 8)})
    worker = workers.supervisor(settings)
    wait_until_running(engine, "a", worker)
    kill(*worker.worker_pids)
    assert worker.wait() == 0, worker.told()
    assert ends(engine) == {"a": Ended("done", None, 2)}
    check_once(engine, sounds=1)
    engine.dispose()


def test_a_file_that_crashes_every_process_is_given_up(
    sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path, speech_tries=2)
    files = {"a": speak(settings, "a.wav", 0, 8), "b": speak(settings, "b.wav", 10, 8)}
    engine = engine_with_calls(settings.database, files)
    worker = workers.command(settings, "transcribe")
    for interaction_id, tries in (("a", 1), ("a", 2), ("b", 1)):
        wait_until_running(engine, interaction_id, worker, tries=tries)
        (pid,) = worker.worker_pids
        os.kill(pid, signal.SIGSEGV)  # as a fault in a decoder's C code
    assert worker.wait() == 1, worker.told()
    assert ends(engine) == {
        "a": Ended("failed", "transcription.killed", 2),
        "b": Ended("done", None, 2),  # a worker that was killed once loses nothing
    }
    assert "a.wav: The process ended 2 times" in worker.told()
    check_once(engine, sounds=1)
    engine.dispose()


def test_a_killed_supervisor_and_a_killed_web_process(
    sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    files = {"a": speak(settings, "a.wav", 0, 8), "b": speak(settings, "b.wav", 10, 8)}
    engine = engine_with_calls(settings.database, files)
    first = workers.supervisor(settings)
    wait_until_running(engine, "a", first)
    orphans = first.worker_pids
    assert orphans
    kill(first.process.pid)
    wait_until(lambda: not any(map(is_there, orphans)), "the workers have followed")
    assert ends(engine)["a"].state in {"waiting", "done"}  # given back, or just finished

    with running_web(SmallCentre(engine, tmp_path), data_folder=str(settings.data_folder)) as web:
        second = workers.supervisor(settings)
        wait_until_running(engine, "b", second)
        kill(web.pid)
    assert second.wait() == 0, second.told()
    assert ends(engine).keys() == files.keys()
    check_once(engine, sounds=2)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()
