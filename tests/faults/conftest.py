"""What the fault tests share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.faults.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    """Starts supervisors and commands; none of their processes outlives the test."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the fault tests find processes in /proc, which only Linux has")
    started = Workers(tmp_path)
    yield started
    started.kill_all()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'qm.db'}"
