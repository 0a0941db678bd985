"""Folders that may not be written, or not be read: said in words, and it goes on afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qm.store.engine import migrate, open_engine
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
    assert "Permission denied" in run(workers, settings, "jobs", code=0)

    settings.recordings_folder.chmod(0o755)
    assert "1 wait again" in run(workers, settings, "jobs", "retry", code=0)
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
