from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.config import Settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import BadInput, Problem
from qm.jobs import Timing, TranscriptionSummary, run_transcriptions, run_worker
from qm.jobs.messages import send
from qm.jobs.worker_process import DATABASE_LOST
from qm.store.engine import transaction
from qm.store.tables import Recording, Worker
from qm.workflow.transcription import pending_recordings
from qm.workflow.transcription_queue import hold, pause, resume
from tests.speech.drawn_calls import NOW, engine_with_calls
from tests.speech.sounds import DEMO_CALLS, base_model, clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

CALLS = {name: f"{name}.wav" for name in ("c1", "c2", "c3")}
QUICK = Timing(beat_s=0.3, patience_s=3, poll_s=0.2, grace_s=2, restart_s=(0, 0.2))

# A worker of its own that may not talk to anybody.
RUN = """
import socket, sys
def refuse(self, address):
    sys.exit(f"connects to {address}")
socket.socket.connect = refuse
from qm.config import Settings
from qm.jobs import Timing, run_worker
database, data, recordings, model, until_empty = sys.argv[1:]
if __name__ == "__main__":
    summary = run_worker(
        Settings(database_url=database, data_folder=data, recordings_folder=recordings,
                 speech_model=model, speech_threads=1),
        processes=1, until_empty=until_empty == "yes",
        timing=Timing(beat_s=0.3, patience_s=3, poll_s=0.2, grace_s=2, restart_s=(0, 0.2)),
        on_progress=lambda done, total, label: print(done, total, label, flush=True),
    )
    print("ended", summary.done, flush=True)
"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_of(database_url, tmp_path)


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> Settings:
    """Settings for what does not depend on the kind of database."""
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    return settings_of(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)


def settings_of(database_url: str, folder: Path) -> Settings:
    recordings = folder / "recordings"
    recordings.mkdir()
    for number, file in enumerate(CALLS.values()):
        clip(DEMO_CALLS / "emma.clark.mp3", recordings / file, 4 * number, 4, sides=1)
    return Settings(
        database_url=database_url,
        data_folder=folder / "var",
        recordings_folder=recordings,
        speech_model=str(base_model()),
        speech_processes=1,
        speech_threads=1,
    )


def start(settings: Settings, *, until_empty: bool = True) -> subprocess.Popen[str]:
    arguments = (
        settings.database_url,
        settings.data_folder,
        settings.recordings_folder,
        settings.speech_model,
        "yes" if until_empty else "no",
    )
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def states(engine: Engine) -> dict[str, tuple[str, int]]:
    with transaction(engine) as session:
        rows = session.execute(
            select(col(Recording.interaction_id), col(Recording.state), col(Recording.attempts))
        )
        return {name: (state, attempts) for name, state, attempts in rows}


def workers(engine: Engine) -> list[Worker]:
    with transaction(engine) as session:
        return list(session.scalars(select(Worker).order_by(col(Worker.started_at))))


def wait_until(is_so: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def long_call(settings: Settings) -> None:
    """Make a recording long enough to be met in the middle of it."""
    clip(DEMO_CALLS / "emma.clark.mp3", settings.recordings_folder / "c1.wav", 0, 40, sides=1)


@pytest.mark.speech
def test_a_queue_is_worked_off_and_told(on_sqlite: Settings) -> None:
    files = {"c1": "c1.wav", "copy": "c1.wav", "text": "text.wav", "gone": "gone.wav"}
    (on_sqlite.recordings_folder / "text.wav").write_text("no sound\n" * 100)
    engine = engine_with_calls(on_sqlite.database, files)
    progress: list[tuple[int, int, str]] = []
    summary = run_transcriptions(
        on_sqlite, timing=QUICK, on_progress=lambda *step: progress.append(step)
    )
    assert [(done, total) for done, total, _ in progress] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {name for _, _, name in progress} == set(files)
    assert (summary.done, summary.reused) == (1, 1)
    assert [outcome.interaction_id for outcome in summary.failed] == ["text"]
    assert [outcome.interaction_id for outcome in summary.put_off] == ["gone"]
    assert all(worker.ended_at for worker in workers(engine))
    nothing = TranscriptionSummary(done=0, reused=0, failed=(), put_off=())
    assert run_transcriptions(on_sqlite, timing=QUICK) == nothing
    engine.dispose()


@pytest.mark.speech
def test_a_worker_that_is_told_to_end_gives_back_and_goes(on_sqlite: Settings) -> None:
    settings = on_sqlite
    long_call(settings)
    engine = engine_with_calls(settings.database, {"c1": "c1.wav"})
    run = start(settings, until_empty=False)
    wait_until(lambda: states(engine).get("c1", ("", 0))[0] == "running")
    (worker,) = workers(engine)
    assert (worker.host, worker.ended_at) == (socket.gethostname(), None)
    assert worker.pid != run.pid
    run.send_signal(signal.SIGTERM)
    said, complained = run.communicate(timeout=30)
    assert (run.returncode, said, complained) == (0, "ended 0\n", "")
    assert states(engine) == {"c1": ("waiting", 0)}
    assert workers(engine)[0].ended_at is not None
    assert not is_alive(worker.pid)
    engine.dispose()


def test_what_is_paused_or_held_is_left_alone(settings: Settings) -> None:
    engine = engine_with_calls(settings.database, {"c1": "text.wav", "c2": "text.wav"})
    (settings.recordings_folder / "text.wav").write_text("no sound")
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    pause(engine, COMMAND_LINE, now=NOW)
    nothing = TranscriptionSummary(done=0, reused=0, failed=(), put_off=())
    assert run_transcriptions(settings, timing=QUICK) == nothing
    assert workers(engine) == []  # nothing to do starts nothing
    resume(engine, COMMAND_LINE, now=NOW)
    hold(engine, COMMAND_LINE, ["c1"], now=NOW)
    summary = run_transcriptions(settings, timing=QUICK)
    assert [outcome.interaction_id for outcome in summary.failed] == ["c2"]
    assert states(engine) == {"c1": ("waiting", 0), "c2": ("failed", 1)}
    engine.dispose()


def test_an_unusable_model_stops_the_run_and_blames_no_recording(
    on_sqlite: Settings, tmp_path: Path
) -> None:
    engine = engine_with_calls(on_sqlite.database, CALLS)
    empty = tmp_path / "empty"
    empty.mkdir()
    unusable = on_sqlite.model_copy(update={"speech_model": str(empty)})
    with pytest.raises(BadInput, match=r"speech\.folder_incomplete"):
        run_worker(unusable, timing=QUICK)
    assert states(engine) == dict.fromkeys(CALLS, ("waiting", 0))
    engine.dispose()


def test_a_supervisor_can_tell_what_only_its_workers_know() -> None:
    sent = io.StringIO()
    send(sent, Problem(DATABASE_LOST, "worker", values={"detail": "database is locked"}))
    code = (
        "import sys, qm.jobs\nfrom qm.jobs.messages import received\nprint(received(sys.argv[1]))"
    )
    words = [sys.executable, "-c", code, sent.getvalue()]
    ended = subprocess.run(words, capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("worker: The database cannot be used (database is locked).")


def test_workers_that_cannot_live_are_not_started_for_ever(
    on_sqlite: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = engine_with_calls(on_sqlite.database, CALLS)
    monkeypatch.setenv("PYTHONHASHSEED", "no number")  # what the children's interpreter refuses
    with pytest.raises(BadInput, match=r"transcription\.workers_die"):
        run_worker(on_sqlite, timing=QUICK)
    assert states(engine) == dict.fromkeys(CALLS, ("waiting", 0))
    assert "PYTHONHASHSEED" in capfd.readouterr().err
    engine.dispose()


def test_the_web_process_gets_the_jobs_without_the_model() -> None:
    code = (
        "import sys, qm.jobs, qm.workflow.transcription, qm.workflow.transcription_queue\n"
        "import qm.ui.transcripts.queue_tab\n"
        "print([m for m in ('faster_whisper', 'ctranslate2', 'av') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
