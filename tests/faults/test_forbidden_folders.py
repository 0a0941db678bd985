"""Folders that may not be written, or not be read: said in words, and it goes on afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from qm.cli.queue_words import lines_of
from qm.core.access import COMMAND_LINE
from qm.store.engine import migrate, open_engine
from qm.workflow.transcription_queue import list_queue, retry_failed
from tests.faults.calls import DONE, Ended, check_once, ends, settings_for, speak
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from pathlib import Path

    from qm.config import Settings
    from tests.faults.workers import Workers


@pytest.mark.speech
def test_recordings_that_may_not_be_read_are_put_off(
    sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    engine = engine_with_calls(settings.database, {"a": speak(settings, "a.wav", 0, 4)})
    settings.recordings_folder.chmod(0)
    refused = run(workers, settings, "transcribe")
    assert "a.wav" in refused
    assert "Permission denied" in refused
    assert "give qm the right to read it" in refused
    assert ends(engine) == {"a": Ended("waiting", "audio.unreadable", 1)}
    told = lines_of(list_queue(engine, COMMAND_LINE, now=datetime.now(UTC)), str)
    assert any("Permission denied" in line for line in told)  # as `qm jobs` tells it

    settings.recordings_folder.chmod(0o755)
    assert retry_failed(engine, COMMAND_LINE, None, now=datetime.now(UTC)) == 1
    assert "1 transcribed" in run(workers, settings, "transcribe", code=0)
    assert ends(engine) == {"a": DONE}
    check_once(engine, sounds=1)
    engine.dispose()


def test_a_data_folder_that_may_not_be_written(tmp_path: Path, workers: Workers) -> None:
    data = tmp_path / "data"
    settings = settings_for(f"sqlite:///{data / 'qm.db'}", tmp_path)
    engine = open_engine(settings.database)
    migrate(engine)
    engine.dispose()
    before = {path: path.read_bytes() for path in data.iterdir()}
    for path in (data, *before):
        path.chmod(0o555)
    refused = run(workers, settings, "transcribe")
    assert "The database cannot be used" in refused
    assert "Check database_url and data_folder" in refused
    assert "Traceback" not in refused
    assert {path: path.read_bytes() for path in data.iterdir()} == before

    for path in (data, *before):
        path.chmod(0o755)
    assert "0 transcribed" in run(workers, settings, "transcribe", code=0)


def run(workers: Workers, settings: Settings, *words: str, code: int = 1) -> str:
    """Run `qm WORDS…` without root's privilege to ignore permissions; return what it said."""
    command = workers.command(settings, *words, obeying=True)
    assert command.wait() == code, command.told()
    return command.told()
