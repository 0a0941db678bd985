"""PostgreSQL killed during a run, and started again: nobody has to do anything."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.store.engine import transaction
from qm.store.tables import Worker
from tests.faults.calls import check_once, ends, settings_for, speak, wait_until_running
from tests.faults.processes import children_of, kill, wait_until
from tests.fixtures.missing import missing
from tests.fixtures.postgres_server import Server, installed_server
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.faults.workers import Workers


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A PostgreSQL that runs and that nobody else needs."""
    reasons = []
    for kind in ("embedded", "system"):
        try:
            with installed_server(kind) as server:
                server.start()
                yield server
                crash(server)
                return
        except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
            reasons.append(f"{kind}: {error}")
    raise missing("PostgreSQL", "; ".join(reasons))


def crash(server: Server) -> None:
    """`kill -9` of the server with all its processes, and of the traces that name them."""
    with suppress(FileNotFoundError):  # it is dead already
        kill(server.pid, *children_of(server.pid))
    for path in (server.folder / "data" / "postmaster.pid", *server.folder.glob(".s.PGSQL.*")):
        path.unlink(missing_ok=True)


@pytest.mark.speech
@pytest.mark.postgres
def test_a_killed_server_costs_time_but_no_call(
    own_server: Server, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(own_server.url, tmp_path)
    files = {name: speak(settings, f"{name}.wav", 8 * n, 6) for n, name in enumerate("ab")}
    engine = engine_with_calls(settings.database, {**files, "e": "broken.wav"})
    (settings.recordings_folder / "broken.wav").write_text("no sound\n" * 100)
    first, second = workers.supervisor(settings), workers.supervisor(settings)
    wait_until_running(engine, "a", first)
    at_work = [*first.worker_pids, *second.worker_pids]
    assert len(at_work) == 2

    crash(own_server)
    both = (first, second)
    wait_until(lambda: all("cannot be used" in one.told() for one in both), "both say so")
    own_server.start()

    assert (first.wait(), second.wait()) == (0, 0), first.told() + second.told()
    assert "is back" in first.told()
    assert worker_pids(engine) == set(at_work)  # none had to be started again
    assert ends(engine).pop("e").problem == "audio.not_audio"
    check_once(engine, sounds=2)
    engine.dispose()


def worker_pids(engine: Engine) -> set[int]:
    """The processes that have ever worked on this queue."""
    with transaction(engine) as session:
        return set(session.scalars(select(col(Worker.pid))))
