"""Files that are made to hurt: each ends with a reason, and the worker lives on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.store.engine import transaction
from qm.store.tables import Recording, Worker
from tests.faults.bombs import write_bombs
from tests.faults.calls import DONE, check_once, ends, settings_for, speak
from tests.faults.garbage import write_garbage
from tests.faults.processes import wait_until
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.faults.workers import Workers

pytestmark = pytest.mark.speech

# The model takes about 0.4 GB, the four hours that are read at most 0.46 GB.
_MOST_MEGABYTES = 1500
_SECONDS = 60
_EXPECTED = {
    "audio.not_audio",
    "audio.no_sound",
    "audio.cut_short",
    "audio.odd_rate",
    "audio.too_long",
}


def test_audio_bombs_are_refused_within_bounds(
    sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    bombs = dict(write_bombs(settings.recordings_folder))
    engine = engine_with_calls(
        sqlite_url, {"z": speak(settings, "z.wav", 0, 4)} | {n: n for n in bombs}
    )
    worker = workers.supervisor(settings, until_empty=False)
    wait_until(
        lambda: {row.state for row in ends(engine).values()} == {"done", "failed"},
        "all have ended",
        _SECONDS,
        worker.told,
    )
    (pid,) = worker.worker_pids
    assert most_megabytes(pid) < _MOST_MEGABYTES
    worker.end()
    found = ends(engine)
    assert found.pop("z") == DONE
    assert {name: row.problem for name, row in found.items()} == bombs
    assert {row.tries for row in found.values()} == {1}
    check_once(engine, sounds=1)
    engine.dispose()


def test_two_hundred_damaged_files_stop_nothing(
    sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    files = {name: name for name in write_garbage(settings.recordings_folder, 200)}
    files["z"] = speak(settings, "z.wav", 0, 4)  # the last in the queue
    engine = engine_with_calls(sqlite_url, files)
    worker = workers.supervisor(settings, processes=2)
    assert worker.wait() == 0, worker.told()
    found = ends(engine)
    assert found.pop("z") == DONE
    problems = [row.problem for row in found.values() if row.state == "failed"]
    assert set(problems) <= _EXPECTED, worker.told()
    assert 80 < len(problems) < 150  # neither all refused at sight nor all still whole
    assert {row.state for row in found.values()} == {"done", "failed"}
    assert {row.tries for row in found.values()} == {1}
    assert process_count(engine) == 2  # the first two have lived through all of them
    assert transcript_of(engine, "z") is not None
    engine.dispose()


def most_megabytes(pid: int) -> int:
    """The most memory that a process has ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = [line for line in lines if line.startswith("VmHWM")]
    return int(peak.split()[1]) // 1024


def process_count(engine: Engine) -> int:
    """How many processes have worked on this queue."""
    with transaction(engine) as session:
        return len(session.scalars(select(Worker)).all())


def transcript_of(engine: Engine, interaction_id: str) -> int | None:
    """The transcript in force of a recording."""
    with transaction(engine) as session:
        query = select(col(Recording.transcript_id))
        return session.scalar(query.where(col(Recording.interaction_id) == interaction_id))
