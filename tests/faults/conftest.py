"""What the fault tests share."""

from __future__ import annotations

import shutil
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
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of a SQLite file with the present tables and nothing in them."""
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    return f"sqlite:///{tmp_path / 'qm.db'}"
