"""What `make bench-report` measures is a whole centre, and whose numbers are whose."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from bench import report_duckdb, report_pandas
from bench.report_centre import MONTH, Size, fill
from bench.report_figures import Measured, differing, figures_of
from bench.report_forms import form_of
from bench.report_ours import STEPS, numbers
from qm.core.access import COMMAND_LINE
from qm.core.quality.results import packed_results
from qm.core.scoring.score import score
from qm.store.engine import open_engine, transaction
from qm.store.tables import AnswerRow, Evaluation, Interaction, Pick, metadata
from qm.workflow.draw_checks import verify_draw
from qm.workflow.evaluation_rows import answers_of
from qm.workflow.overview_questions import MOST_QUESTIONS

EVALUATIONS, MONTHS, WITH_ANSWERS = 200, 14, 2


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(database_url)
    fill(engine, tmp_path, Size.of(EVALUATIONS), months=MONTHS, answers=WITH_ANSWERS)
    yield engine
    engine.dispose()


def test_the_centre_is_whole_and_its_numbers_are_those_of_pandas(
    centre: Engine, database_url: str, tmp_path: Path
) -> None:
    assert verify_draw(centre, COMMAND_LINE, 1).is_right
    assert orphans(centre) == {}
    assert months(centre) == {str(MONTH.shift(-back)) for back in range(MONTHS)}
    assert form_versions(centre) == {("2026-10", "2"), ("2025-11", "2"), ("2025-10", "1")}
    assert wrongly_scored(centre) == []

    ours = numbers(centre, tmp_path)
    assert ours["centre//evaluated"] > EVALUATIONS * 0.8
    assert differing(ours, report_pandas.numbers(database_url, str(MONTH))) == []
    if find_spec("duckdb"):
        report_duckdb.export(database_url, str(MONTH), tmp_path)
        assert differing(ours, report_duckdb.numbers(tmp_path)) == []

    trend = STEPS["trend_of_centre"](centre, tmp_path)
    assert trend["evaluated"] > MONTHS * ours["centre//evaluated"] * 0.9
    assert STEPS["overview_changed"](centre, tmp_path)["questions"] == MOST_QUESTIONS
    assert differing(numbers(centre, tmp_path), ours) == []
    assert STEPS["signals"](centre, tmp_path)["charts"] > 1
    if centre.dialect.name == "sqlite":  # the files are written from the same tables
        assert STEPS["report"](centre, tmp_path)[".xlsx"] > 10_000


def orphans(engine: Engine) -> dict[str, int]:
    """Return how many rows name another that is not there, by table and column."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for key in table.foreign_keys:
                there = select(key.column)
                lonely = (
                    select(func.count())
                    .select_from(table)
                    .where(key.parent.is_not(None), key.parent.not_in(there))
                )
                if count := connection.scalar(lonely):
                    found[f"{table.name}.{key.parent.name}"] = count
    return found


def months(engine: Engine) -> set[str]:
    """Return the months that have evaluations of interactions and picks of just these months."""
    query = (
        select(Evaluation.period, Interaction.started_at, Pick.month)
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .join(Pick, col(Pick.interaction_id) == col(Interaction.id))
        .where(col(Evaluation.is_latest))
    )
    with transaction(engine) as session:
        rows = session.execute(query).all()
    assert {period for period, _, _ in rows} == {month for _, _, month in rows}
    return {period for period, at, _ in rows if f"{at:%Y-%m}" == period}


def form_versions(engine: Engine) -> set[tuple[str, str]]:
    """Return the versions of the form of calls in the newest month and around the break."""
    query = select(Evaluation.period, Evaluation.form_version).where(
        col(Evaluation.form_id) == "call",
        col(Evaluation.period).in_(["2026-10", "2025-11", "2025-10"]),
    )
    with transaction(engine) as session:
        return {(period, version) for period, version in session.execute(query)}


def wrongly_scored(engine: Engine) -> list[int | None]:
    """Return the evaluations of the newest months whose answers give another score or result."""
    with transaction(engine) as session:
        answered = select(AnswerRow.evaluation_id)
        newest = session.scalars(select(Evaluation).where(col(Evaluation.id).in_(answered))).all()
        rows: dict[int, list[AnswerRow]] = {}
        for row in session.scalars(select(AnswerRow)):
            rows.setdefault(row.evaluation_id, []).append(row)
    wrong, forms = [], cache(form_of)
    for evaluation in newest:
        form = forms(evaluation.channel, evaluation.form_version)
        card = score(form, answers_of(form, rows[evaluation.id or 0]))
        found = card.percent and float(card.percent), packed_results(form, card)
        if found != (evaluation.percent, evaluation.results):
            wrong.append(evaluation.id)
    return wrong


def test_figures_stand_beside_their_goals_and_other_numbers_are_no_success() -> None:
    def step(seconds: float, **found: float | None) -> Measured:
        return Measured(seconds, seconds, seconds, seconds, 100.0, found)

    steps = {
        "overview": step(0.5),
        "overview_changed": step(1.1),
        "overview_of_nothing_kept": step(5),
        "trend_of_centre": step(1),
        "trend_of_agent": step(1),
        "overview_of_past": step(1),
        "report": step(61),
        "signals": step(1),
        "numbers_of_nothing_kept": step(3),
        "numbers": step(2, a=1.0, b=None),
        "pandas": step(9, a=1.0 + 1e-12, b=None),
        "duckdb": None,
    }
    reached = {figure.name: figure.is_reached for figure in figures_of("sqlite", steps)}
    assert reached["sqlite_overview_again"]
    assert not reached["sqlite_overview_changed"]
    assert not reached["sqlite_report"]
    assert reached["sqlite_unlike_pandas"]
    assert not reached["sqlite_faster_than_pandas"]
    assert not reached["sqlite_slower_than_duckdb"]

    steps["pandas"] = step(10, a=1.0 + 1e-8)
    reached = {figure.name: figure.is_reached for figure in figures_of("sqlite", steps)}
    assert not reached["sqlite_unlike_pandas"]
    assert reached["sqlite_faster_than_pandas"]
    assert differing({"a": 1.0, "b": None}, {"a": 1.0 + 1e-8, "c": 1.0}) == ["a", "b", "c"]
