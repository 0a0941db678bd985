"""A full disk under the data folder: said in words, nothing half-written, and it goes on."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from qm.store.engine import transaction
from qm.store.tables import Transcript
from tests.faults.calls import (
    DONE,
    Ended,
    check_once,
    ends,
    settings_for,
    speak,
    wait_until_running,
)
from tests.faults.processes import wait_until
from tests.fixtures.missing import missing
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.workers import Workers

pytestmark = pytest.mark.speech


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk that is to be filled")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    ended = subprocess.run(mount, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise missing("a small disk (tmpfs)", ended.stderr)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_fills_up_in_the_middle_of_a_call(
    small_disk: Path, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(f"sqlite:///{small_disk / 'qm.db'}", tmp_path)
    engine = engine_with_calls(settings.database, {"a": speak(settings, "a.wav", 0, 8)})
    command = workers.command(settings, "transcribe")
    wait_until_running(engine, "a", command)
    filler = fill(small_disk)
    wait_until(lambda: "cannot be used" in command.told(), "it says so", told=command.told)
    assert "full" in command.told()
    assert "room" in command.told()  # what to do
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Transcript)) == 0
    assert ends(engine) == {"a": Ended("running")}

    filler.unlink()
    assert command.wait() == 0, command.told()
    assert ends(engine) == {"a": DONE}
    check_once(engine, sounds=1)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()


def test_no_room_for_the_model(
    small_disk: Path, sqlite_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    packaged = {"data_folder": small_disk, "speech_model": "package:base"}
    engine = engine_with_calls(sqlite_url, {"a": speak(settings, "a.wav", 0, 4)})
    command = workers.command(settings.model_copy(update=packaged), "transcribe")
    assert command.wait() == 1
    assert "No space left on device" in command.told()
    assert "Traceback" not in command.told()
    assert ends(engine) == {"a": Ended("waiting", None, 0)}
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []
    engine.dispose()


def fill(disk: Path) -> Path:
    """Leave no room on a disk; return the file that takes it."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    return filler
