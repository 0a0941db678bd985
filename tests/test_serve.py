"""`qm serve` as an operator starts it: the server of production, not that of development."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

ROOT = Path(__file__).parents[1]
QM = [sys.executable, "-c", "from qm.cli import main; main()"]


def environment(folder: Path) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("QM_")}
    return others | {"QM_DATA_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}


def sign_in_page(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(f"{address}/sign-in", timeout=10) as answer:
                return str(answer.read(), "utf-8")
        except URLError:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_the_app_is_served_behind_its_gate(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [*QM, "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(tmp_path / "var"),
            stdout=said,
            stderr=said,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        assert 'name="password"' in sign_in_page(address, server)
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(f"ws://127.0.0.1:{port}/_stcore/stream"),
        ):
            pass
        assert refused.value.response.status_code == 403
        assert (tmp_path / "var" / "qm.sqlite").is_file()
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert "Traceback" not in log.read_text()


def test_elsewhere_it_says_where_it_must_run(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*QM, "serve"],
        cwd=tmp_path,
        env=environment(tmp_path / "var"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "streamlit_app.py is not here: run this in the project's folder.\n"
