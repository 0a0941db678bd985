"""Processes to be killed: who belongs to whom, real kills, and nothing left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_DROP_FROM_BOUNDING_SET = 24  # PR_CAPBSET_DROP
_IGNORES_PERMISSIONS = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_PATIENCE_S = 120.0


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that still are."""
    return [other for other in _pids() if _status(other).get("PPid") == str(pid)]


def marked(mark: str) -> list[int]:
    """The processes whose environment holds a text, wherever they were moved to."""
    found = []
    for pid in _pids():
        with suppress(OSError):
            if mark.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(pid)
    return [pid for pid in found if pid != os.getpid()]


def kill(*pids: int) -> None:
    """`kill -9`, and wait until they are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_there, pids)), "the killed processes are gone")


def is_there(pid: int) -> bool:
    """Whether a process lives; one that has ended and that nobody asked for does not."""
    return _status(pid).get("State", "Z")[0] not in "ZX"


def wait_until(
    is_so: Callable[[], object],
    what: str,
    patience_s: float = _PATIENCE_S,
    told: Callable[[], str] = str,
) -> None:
    """Look again and again until it is so; fail with `what`, and what `told` returns."""
    deadline = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline, f"not within {patience_s:.0f} s: {what}\n{told()}"
        time.sleep(0.03)


def obey_permissions() -> None:
    """Let the next program obey permission bits, also where root starts it."""
    if os.geteuid() == 0:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        for capability in _IGNORES_PERMISSIONS:
            if prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "PR_CAPBSET_DROP")


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name: value.strip() for name, _, value in pairs}
