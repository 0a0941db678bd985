"""Evaluations of earlier releases: their agents saw them, so they are closed."""

from __future__ import annotations

from sqlalchemy import select

from qm.core.access import Actor
from qm.store.engine import migrate, transaction
from qm.store.evaluation_list import Wanted
from qm.store.life import steps_of
from qm.store.tables import Evaluation, EvaluationLife
from qm.workflow.evaluation_list import list_evaluations
from tests.store.test_migration_0003 import _before

SARA = Actor("sara", "agent", agent_id="sara")


def test_what_was_submitted_before_is_closed_and_stays_in_its_agents_sight(
    bare_database_url: str,
) -> None:
    engine = _before(bare_database_url)
    migrate(engine)
    with transaction(engine) as session:
        evaluation = session.scalars(select(Evaluation)).one()
        life = session.scalars(select(EvaluationLife)).one()
        assert steps_of(session, evaluation.assignment_id) == []
    assert life.assignment_id == evaluation.assignment_id
    assert (life.state, life.published_revision, life.due_at) == ("closed", 1, None)
    assert life.since == life.published_at == evaluation.submitted_at
    assert (evaluation.kind, evaluation.revised_by) == ("official", None)
    listed = list_evaluations(
        engine, SARA, Wanted((evaluation.period,)), now=evaluation.submitted_at
    )
    assert list(listed["state"]) == ["closed"]
    engine.dispose()
