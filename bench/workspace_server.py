"""Servers as operators start them, ours by `qm serve`, each in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 300.0


@contextmanager
def running_qm(folder: Path, database: str) -> Iterator[str]:
    """Yield the address of a server on this database as soon as its sign-in page answers."""
    port = free_port()
    command = [sys.executable, "-c", "from qm.cli import main; main()", "serve"]
    variables = {
        "PYTHONPATH": str(_ROOT),
        "QM_DATA_FOLDER": str(folder / "var"),
        "QM_DATABASE_URL": database,
        "QM_CENTRE_CALENDAR": "gregorian",
        "QM_CENTRE_LANGUAGE": "en",
    }
    command += ["--port", str(port)]
    with answering(command, folder, variables, port, "/sign-in") as url:
        yield url


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def answering(
    command: Sequence[str], folder: Path, variables: Mapping[str, str], port: int, path: str
) -> Iterator[str]:
    """Start a server and yield its address as soon as it answers on `path`; end it afterwards.

    What it says is in `server.log` of the folder. Raises RuntimeError where it does not start.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith("QM_")}
    log = folder / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            command, cwd=_ROOT, env={**others, **variables}, stdout=said, stderr=said
        )
    try:
        _wait(port, path, server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, path: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
