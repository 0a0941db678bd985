"""What `make bench-workspace` says of lost work: nothing acknowledged may be missing or twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bench.workspace_analysts import Done, Storing
from bench.workspace_centre import ANALYSTS, NOW, fill
from bench.workspace_stored import compare
from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.store.engine import open_engine, transaction
from qm.store.tables import Draft
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from qm.workflow.my_work import my_work

ANALYST = Actor(ANALYSTS[3], "analyst")
GIVEN = {f"q{number}": "full" for number in range(20)}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(database_url)
    fill(engine, tmp_path, 200, 3)
    yield engine
    engine.dispose()


def work(engine: Engine) -> Done:
    """Submit the first of the analyst's assignments and save the second as a draft."""
    first, second, _third = my_work(engine, ANALYST).open["assignment_id"]
    answers = {name: Answer(option=option) for name, option in GIVEN.items()}
    for assignment in (first, second):
        saved = open_assignment(engine, ANALYST, int(assignment)).saved
        save_draft(engine, ANALYST, int(assignment), answers, "", saved=saved, now=NOW)
    later = NOW + timedelta(minutes=1)
    submit_evaluation(engine, ANALYST, int(first), saved=1, now=later)
    return Done(
        answers={int(first): dict(GIVEN), int(second): dict(GIVEN)},
        submitted={int(first): Storing(1, 2)},
    )


def test_what_was_acknowledged_is_there_once_and_what_is_missing_is_told(centre: Engine) -> None:
    assert my_work(centre, ANALYST).submitted == 7
    done = work(centre)
    assert compare(centre, {ANALYST.username: done}) == (40, 40, 1, 1, 0)

    draft = next(id_ for id_ in done.answers if id_ not in done.submitted)
    with transaction(centre) as session:
        session.delete(session.get_one(Draft, draft))
    done.submitted[draft] = Storing(1, 2)
    assert compare(centre, {ANALYST.username: done}) == (40, 20, 2, 1, 0)
