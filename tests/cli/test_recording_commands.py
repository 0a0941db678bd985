"""`qm import recordings`: once, as a rehearsal, and as a watch in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from qm.store.tables import AuditEvent, Interaction, Recording
from qm.workflow import recording_scans
from tests.fixtures.command import Command
from tests.fixtures.recording_files import put, wav_bytes

CALLS = """\
id,channel,agent,team,started_at
c-1,call,sara,orders,2026-11-05T10:32:00+03:30
c-2,call,sara,orders,2026-11-05T11:32:00+03:30
"""
NEW = "out-0912-sara-20261105-092517-n1.wav"
ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes files while these tests scan, so there is nothing to wait for."""
    monkeypatch.setattr(recording_scans.time, "sleep", lambda _seconds: None)


def with_calls(qm: Command) -> None:
    assert qm("import", "interactions", qm.write("calls.csv", CALLS)).code == 0


def files(qm: Command) -> dict[str, str | None]:
    engine = qm.database()
    with engine.connect() as connection:
        found = connection.execute(select(Recording.interaction_id, Recording.file_name)).all()
    engine.dispose()
    return {row[0]: row[1] for row in found}


def count(qm: Command, table: type[Interaction] | type[AuditEvent]) -> int:
    engine = qm.database()
    with engine.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(table))
    engine.dispose()
    return found or 0


@pytest.mark.usefixtures("hurried")
def test_a_folder_is_scanned_and_scanned_again(qm: Command) -> None:
    with_calls(qm)
    put(qm.recordings, "2026/c-1.wav")
    put(qm.recordings, NEW)
    rehearsed = qm("import", "recordings", "--dry-run")
    assert (rehearsed.code, files(qm), count(qm, Interaction)) == (0, {}, 2)
    first = qm("import", "recordings")
    assert first == rehearsed
    assert "1 found for known calls, 1 new calls, 0 known, 0 left out" in first.out
    assert files(qm) == {"c-1": "2026/c-1.wav"}
    assert count(qm, Interaction) == 3
    events = count(qm, AuditEvent)
    again = qm("import", "recordings")
    assert (again.code, count(qm, AuditEvent)) == (0, events)
    assert "0 found for known calls, 0 new calls, 2 known, 0 left out" in again.out


@pytest.mark.usefixtures("hurried")
def test_what_is_left_out_is_listed_with_the_remedy(qm: Command) -> None:
    with_calls(qm)
    put(qm.recordings, "late.wav")
    put(qm.recordings, "out-0912-new.agent-20261105-092517-n1.wav")
    ended = qm("import", "recordings")
    assert ended.code == 1
    assert "late.wav: No interaction has the id “late”" in ended.err
    assert "--team" in ended.err
    assert qm("import", "recordings", "--team", "orders").out.count("1 new calls") == 1


@pytest.mark.usefixtures("hurried")
def test_folders_and_patterns_that_cannot_be_used_are_told(qm: Command) -> None:
    elsewhere = qm("import", "recordings", "/etc")
    assert (elsewhere.code, "does not lie in the recordings folder" in elsewhere.err) == (1, True)
    qm.set(recording_names='["{agent}-{time}"]')
    wrong = qm("import", "recordings")
    assert wrong.code == 1
    assert "recording_names[0]" in wrong.err
    assert "{time:%Y%m%d-%H%M%S}" in wrong.err


@contextmanager
def watching(qm: Command) -> Iterator[subprocess.Popen[str]]:
    """A real watch that looks every second; killed at the end if it still runs."""
    program = "from qm.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "import", "recordings", "--watch", "--every", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(qm: Command, expected: dict[str, str | None]) -> None:
    end = time.monotonic() + PATIENCE_S
    while files(qm) != expected:
        assert time.monotonic() < end, files(qm)
        time.sleep(0.1)


def test_a_watch_takes_up_what_arrives_survives_being_killed_and_ends_when_told(
    qm: Command,
) -> None:
    with_calls(qm)
    put(qm.recordings, "c-1.wav")
    with watching(qm) as process:
        wait_for(qm, {"c-1": "c-1.wav"})  # it is at work
        # A stream states no length: only that it grows tells that more will come.
        whole = bytearray(wav_bytes("arrives", 3.0))
        whole[4:8] = b"\xff\xff\xff\xff"
        with (qm.recordings / "c-2.wav").open("wb") as arriving:
            for start in range(0, len(whole), 1000):
                arriving.write(whole[start : start + 1000])
                arriving.flush()
                time.sleep(0.15)
                assert "c-2" not in files(qm)
        wait_for(qm, {"c-1": "c-1.wav", "c-2": "c-2.wav"})
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_S)
    events = count(qm, AuditEvent)
    with watching(qm) as process:
        put(qm.recordings, NEW)
        end = time.monotonic() + PATIENCE_S
        while count(qm, Interaction) < 3:
            assert time.monotonic() < end
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, "")
    assert [line.split(", ")[:2] for line in out.splitlines()] == [
        ["0 found for known calls", "1 new calls"]
    ]
    assert count(qm, AuditEvent) == events + 1
