"""Who may read the audit log, and how far reading it has come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qm.core.access import ROLES, Actor
from qm.core.problems import NotAllowed
from qm.store.audit import Wanted, record
from qm.store.engine import open_engine, transaction
from qm.workflow.audit import list_doers, list_events, log_head, verify_log

AT = datetime(2026, 11, 5, 7, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("role", ROLES)
def test_only_managers_and_administrators_read_it(database_url: str, role: str) -> None:
    engine = open_engine(database_url)
    actor = Actor("somebody", role)  # type: ignore[arg-type]
    calls = (
        lambda: list_events(engine, actor, Wanted(), limit=1),
        lambda: list_doers(engine, actor),
        lambda: log_head(engine, actor),
        lambda: verify_log(engine, actor),
    )
    for call in calls:
        if role in {"manager", "admin"}:
            call()
        else:
            with pytest.raises(NotAllowed):
                call()


def test_progress_is_told(database_url: str) -> None:
    engine = open_engine(database_url)
    with transaction(engine) as session:
        for number in range(2_500):
            record(session, actor="a", action="b", subject=str(number), at=AT)
    told: list[tuple[int, int]] = []
    found = verify_log(engine, Actor("m", "manager"), on_progress=lambda *done: told.append(done))
    assert (found.is_intact, found.events) == (True, 2_500)
    assert told == [(1_000, 2_500), (2_000, 2_500)]
