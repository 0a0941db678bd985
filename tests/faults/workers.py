"""Real supervisors with their worker processes, to be started, watched and killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qm.config import Settings
from tests.faults.processes import children_of, kill, marked

ROOT = Path(__file__).parents[2]

# What `qm worker` and `qm transcribe` call, with less patience than they have.
_SUPERVISOR = """
import json, sys
from qm.config import Settings
from qm.jobs import Timing, run_worker
given = json.loads(sys.argv[1])
print(run_worker(
    Settings(**given["settings"]),
    processes=given["processes"],
    until_empty=given["until_empty"],
    timing=Timing(**given["timing"]),
))
"""

# Rights are given up for good only by becoming another program.
_OBEYING = """
import os, sys
from tests.faults.processes import obey_permissions
obey_permissions()
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""

# Two seconds without a beat is long for a busy machine, too, yet never wrong: only slower.
TIMING = {
    "beat_s": 0.3,
    "patience_s": 2.0,
    "poll_s": 0.2,
    "grace_s": 3.0,
    "restart_s": [0.0],
    "try_again_s": [0.5],
}


@dataclass(frozen=True)
class Supervisor:
    """A supervisor that runs, or has ended."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def worker_pids(self) -> list[int]:
        """The processes that do its work."""
        return children_of(self.process.pid)

    def told(self) -> str:
        """What it and its workers have written so far."""
        return self.log.read_text(errors="replace")

    def wait(self, seconds: float = 180) -> int:
        """Wait until it has ended; return its exit code."""
        return self.process.wait(timeout=seconds)

    def end(self) -> None:
        """Tell it to end, as the system does at its shutdown; it must do so in order."""
        self.process.terminate()
        assert self.wait(30) == 0, self.told()


class Workers:
    """Starts processes of qm; `kill_all` leaves none of them, nor of their children."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = f"QM_FAULTS={uuid.uuid4().hex}"
        self._started: list[subprocess.Popen[bytes]] = []

    def supervisor(
        self,
        settings: Settings,
        *,
        processes: int = 1,
        until_empty: bool = True,
        obeying: bool = False,
        **timing: float,
    ) -> Supervisor:
        """Start a supervisor; `obeying` makes root heed permissions like everybody."""
        given: dict[str, Any] = {
            "settings": settings.model_dump(mode="json"),
            "processes": processes,
            "until_empty": until_empty,
            "timing": {**TIMING, **timing},
        }
        return self._start(["-c", _SUPERVISOR, json.dumps(given)], {}, obeying=obeying)

    def command(self, settings: Settings, *words: str, obeying: bool = False) -> Supervisor:
        """Start `qm WORDS…` with these settings in the environment."""
        content = settings.model_dump(mode="json", exclude_defaults=True)
        given = {f"QM_{name.upper()}": str(value) for name, value in content.items()}
        program = "from qm.cli import main; main()"
        return self._start(["-c", program, *words], given, obeying=obeying)

    def _start(self, words: list[str], given: dict[str, str], *, obeying: bool) -> Supervisor:
        log = self._folder / f"process-{len(self._started)}.log"
        name, _, value = self._mark.partition("=")
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        mine = {key: old for key, old in os.environ.items() if not key.startswith("QM_")}
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, *(["-c", _OBEYING] if obeying else []), *words],
                cwd=self._folder,
                env={**mine, "PYTHONPATH": paths, **given, name: value},
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
            )
        self._started.append(process)
        return Supervisor(process, log)

    def kill_all(self) -> None:
        """Kill what was started, also what was stopped or has lost its supervisor."""
        kill(*marked(self._mark))
        for process in self._started:
            process.wait(timeout=30)
