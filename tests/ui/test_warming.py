from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from qm.store.engine import migrate, open_engine, transaction
from qm.ui.warming import warm_up
from qm.workflow.evaluations import periods_drawn
from qm.workflow.quality_facts import quality_facts
from tests.fixtures.small_centre import CENTRE
from tests.reports.case import fill


def test_newest_month_is_in_the_memory_once_the_server_warmed_up(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'qm.db'}"
    engine = open_engine(url)
    migrate(engine)
    fill(engine)
    newest = periods_drawn(engine)[0]
    assert reads_evaluations(open_engine(url), newest)
    warm_up(engine, CENTRE)
    assert not reads_evaluations(engine, newest)


def reads_evaluations(engine: Engine, month: str) -> bool:
    """Return whether the evaluations of a month have to be read for its figures."""
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with transaction(engine) as session:
        quality_facts(session, [month])
    return any("evaluation.results" in statement for statement in asked)


def test_a_database_that_cannot_be_read_is_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING):
        warm_up(open_engine(f"sqlite:///{tmp_path / 'empty.db'}"), CENTRE)
    assert "not computed in advance" in caplog.text
