from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.config import Settings
from qm.core.problems import BadInput
from qm.jobs import TranscriptionSummary, run_transcriptions
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Recording, Transcript
from tests.speech.drawn_calls import engine_with_calls
from tests.speech.sounds import DEMO_CALLS, base_model, clip

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

CALLS = {name: f"{name}.wav" for name in ("c1", "c2", "c3")}

# A `qm transcribe` of its own that may not talk to anybody.
RUN = """
import socket, sys
def refuse(self, address):
    sys.exit(f"connects to {address}")
socket.socket.connect = refuse
from pathlib import Path
from qm.config import Settings
from qm.jobs import run_transcriptions
database, data, recordings, model = sys.argv[1:]
summary = run_transcriptions(
    Settings(database_url=database, data_folder=data, recordings_folder=recordings,
             speech_model=model),
    on_progress=lambda done, total, label: print(done, total, label, flush=True),
)
"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    for number, file in enumerate(CALLS.values()):
        clip(DEMO_CALLS / "emma.clark.mp3", recordings / file, 12 * number, 12, sides=1)
    return Settings(
        database_url=database_url,
        data_folder=tmp_path / "var",
        recordings_folder=recordings,
        speech_model=str(base_model()),
    )


def start(settings: Settings) -> subprocess.Popen[str]:
    arguments = (
        settings.database_url,
        settings.data_folder,
        settings.recordings_folder,
        settings.speech_model,
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


def wait_until_running(engine: Engine, name: str, run: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while states(engine).get(name, ("", 0))[0] != "running":
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.speech
def test_a_killed_run_is_finished_by_the_next_one(settings: Settings) -> None:
    engine = engine_with_calls(settings.database, {**CALLS, "c0": "broken.wav"})
    (settings.recordings_folder / "broken.wav").write_text("no sound\n" * 100)
    killed = start(settings)
    wait_until_running(engine, "c2", killed)
    with pytest.raises(BadInput, match=r"jobs\.already_running"):
        run_transcriptions(settings)
    killed.kill()
    said, complained = killed.communicate()
    told = said.splitlines()
    # The next recording may have begun, and the process died, before an end was told.
    assert (told, complained) == (["1 4 c0", "2 4 c1"][: len(told)], "")
    left = {"c0": ("failed", 1), "c1": ("done", 1), "c2": ("running", 1), "c3": ("waiting", 0)}
    assert states(engine) == left

    finishing = start(settings)
    said, complained = finishing.communicate(timeout=250)
    assert (finishing.returncode, complained) == (0, "")
    assert said.splitlines() == ["1 2 c2", "2 2 c3"]
    assert states(engine) == left | {"c2": ("done", 2), "c3": ("done", 1)}
    with transaction(engine) as session:
        assert len(session.scalars(select(col(Transcript.id))).all()) == 3
        done = session.scalars(
            select(col(AuditEvent.subject)).where(col(AuditEvent.action) == "transcribed")
        )
        assert Counter(done) == dict.fromkeys(("c0", *CALLS), 1)
    assert run_transcriptions(settings) == TranscriptionSummary(0, 0, 0, ())
    engine.dispose()


@pytest.mark.speech
def test_several_recordings_at_a_time(settings: Settings) -> None:
    engine = engine_with_calls(settings.database, {"c1": "c1.wav", "c2": "c2.wav", "c3": "c1.wav"})
    progress: list[tuple[int, int, str]] = []
    summary = run_transcriptions(
        settings, workers=2, on_progress=lambda *step: progress.append(step)
    )
    assert summary == TranscriptionSummary(done=2, reused=1, skipped=0, failed=())
    assert progress == [(1, 3, "c1"), (2, 3, "c2"), (3, 3, "c3")]
    engine.dispose()


def test_a_lost_database_is_not_hidden_by_the_memory_of_the_queue(
    settings: Settings, tmp_path: Path
) -> None:
    (settings.recordings_folder / "text.wav").write_text("no sound")
    for name in ("first", "second"):  # two databases, one queue
        address = f"sqlite:///{tmp_path / name}.db"
        engine = engine_with_calls(address, {"c1": "text.wav"})
        summary = run_transcriptions(settings.model_copy(update={"database_url": address}))
        assert [outcome.interaction_id for outcome in summary.failed] == ["c1"]
        assert states(engine) == {"c1": ("failed", 1)}
        engine.dispose()


def test_an_unusable_model_stops_the_run_and_blames_no_recording(
    settings: Settings, tmp_path: Path
) -> None:
    engine = engine_with_calls(settings.database, CALLS)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadInput, match=r"speech\.folder_incomplete"):
        run_transcriptions(settings.model_copy(update={"speech_model": str(empty)}))
    assert states(engine) == dict.fromkeys(CALLS, ("waiting", 0))
    engine.dispose()


def test_the_web_process_gets_the_jobs_without_the_model() -> None:
    code = (
        "import sys, qm.jobs, qm.workflow.transcription\n"
        "print([m for m in ('faster_whisper', 'ctranslate2', 'av') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_nothing_pending_starts_nothing(settings: Settings) -> None:
    engine = engine_with_calls(settings.database, {})
    assert run_transcriptions(settings) == TranscriptionSummary(0, 0, 0, ())
    assert not (settings.data_folder / "jobs.sqlite").exists()
    engine.dispose()
