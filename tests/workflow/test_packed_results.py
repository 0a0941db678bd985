"""The packed results of an evaluation say what its answers say, also of evaluations from before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text

from qm.core.forms.form import Form
from qm.core.quality.asked import questions_of_form
from qm.core.quality.results import packed_results
from qm.core.scoring.score import score
from qm.store.engine import _alembic, migrate, transaction
from qm.store.tables import Evaluation
from qm.workflow.evaluation_rows import answer_rows, scored
from tests.fixtures.any_form import any_answers, any_facts, any_form
from tests.store.test_migration_0003 import _before

migration = import_module("qm.store.migrations.versions.0006_reports_that_stay")
patient = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@patient
@given(st.data())
def test_results_are_packed_as_the_migration_packs_the_answers(data: st.DataObject) -> None:
    form: Form = data.draw(any_form(plain_texts=True, max_sections=2))
    answers, facts = data.draw(any_answers(form)), data.draw(any_facts(form))
    card = score(form, answers, facts)
    rows = answer_rows(form, answers, card)
    packed = packed_results(form, card)
    assert scored(form, card)["results"] == packed == _packed_by_migration(rows)
    asked = questions_of_form(form)
    assert [question.question_id for question in asked] == sorted(q.id for q in form.questions())
    by_id = {row.question_id: row for row in rows}
    for question, letter in zip(asked, packed, strict=True):
        row = by_id[question.question_id]
        assert (row.critical, row.section_id) == (question.critical, question.section_id)
        assert (letter in "FSPfsp") == (row.state == "answered")
        assert letter.islower() == (row.is_fatal and row.state == "answered")
        assert (row.possible_points is not None) == question.is_scored


def _packed_by_migration(rows: list[Any]) -> str:
    engine = create_engine("sqlite://")
    columns = ["question_id", "section_id", "state", "earned_points", "possible_points", "is_fatal"]
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE evaluation (id INTEGER, results TEXT)"))
        connection.execute(text("INSERT INTO evaluation VALUES (1, '')"))
        names = ", ".join(columns)
        connection.execute(text(f"CREATE TABLE answer (evaluation_id, {names})"))
        places = ", ".join(f":{name}" for name in columns)
        insert = text(f"INSERT INTO answer VALUES (1, {places})")
        connection.execute(insert, [{name: getattr(row, name) for name in columns} for row in rows])
        migration._pack_results(connection)
        return connection.execute(text("SELECT results FROM evaluation")).scalar_one()


def test_evaluations_from_before_get_results_queue_and_start(bare_database_url: str) -> None:
    engine = _before(bare_database_url)
    migrate(engine)
    with transaction(engine) as session:
        evaluation = session.get_one(Evaluation, 7)
        started = session.execute(text("SELECT started_at FROM interaction")).scalar_one()
    # asked (hidden), greeting (answered, the points are not known to fall short), solved (N/A).
    assert evaluation.results == "HFN"
    assert evaluation.queue == "sales"
    assert str(evaluation.started_at)[:16] == str(started)[:16]
    indexes = {index["name"] for index in inspect(engine).get_indexes("pick")}
    assert {"ix_pick_month_draw_id", "ix_pick_agent_id_month"} <= indexes
    command.downgrade(_alembic(engine), "0005")
    columns = {column["name"] for column in inspect(engine).get_columns("evaluation")}
    assert not {"results", "queue", "started_at"} & columns
    migrate(engine)
    with transaction(engine) as session:
        assert session.get_one(Evaluation, 7).results == "HFN"
    engine.dispose()
