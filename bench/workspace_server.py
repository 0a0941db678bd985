"""The server as an operator starts it: `qm serve` in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 120.0


@contextmanager
def running_qm(folder: Path, database: str) -> Iterator[str]:
    """Yield the address of a server on this database as soon as its sign-in page answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    others = {name: value for name, value in os.environ.items() if not name.startswith("QM_")}
    log = folder / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-c", "from qm.cli import main; main()", "serve", "--port", str(port)],
            cwd=_ROOT,
            env={
                **others,
                "PYTHONPATH": str(_ROOT),
                "QM_DATA_FOLDER": str(folder / "var"),
                "QM_DATABASE_URL": database,
                "QM_CENTRE_CALENDAR": "gregorian",
                "QM_CENTRE_LANGUAGE": "en",
            },
            stdout=said,
            stderr=said,
        )
    try:
        _wait(port, server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", "/sign-in")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
