"""What is measured of us: the data of pages, and the report, through the workflow's functions.

Each function is one step of the measurement. Where the project gets a better way to the same
thing, only the line that calls it changes here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Engine, delete, select
from sqlmodel import col

from bench.report_centre import AFTER, CENTRE, MONTH
from bench.report_pandas import LEVELS, MEASURES, Numbers
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.quality.figures import figures_by
from qm.core.quality.questions import questions_by
from qm.store.engine import transaction
from qm.store.evaluations import add_evaluation, answers_of
from qm.store.tables import Evaluation, MonthFigures
from qm.workflow.overview import overview as overview_of_month
from qm.workflow.quality import agent_trend, centre_trend
from qm.workflow.quality_facts import quality_facts
from qm.workflow.report_files import write_report
from qm.workflow.signals import signals as signals_of_month

_TREND = tuple(MONTH.shift(-back) for back in range(24))


def overview(engine: Engine, _folder: Path) -> dict[str, float]:
    """Load what the overview of the newest month shows."""
    return _overview(engine, MONTH)


def overview_of_past(engine: Engine, _folder: Path) -> dict[str, float]:
    """Load what the overview of the month before shows, whose rows are kept."""
    return _overview(engine, MONTH.shift(-1))


def overview_of_nothing_kept(engine: Engine, folder: Path) -> dict[str, float]:
    """Load it on a database that was never asked for a figure."""
    _forget(engine)
    return overview(engine, folder)


def overview_changed(engine: Engine, folder: Path) -> dict[str, float]:
    """Load it after one more correction of one of its evaluations."""
    with transaction(engine) as session:
        query = select(Evaluation).where(
            col(Evaluation.period) == str(MONTH), col(Evaluation.is_latest).is_(True)
        )
        before = session.scalars(query.limit(1)).one()
        again = before.model_dump(exclude={"id", "revision", "is_latest"})
        add_evaluation(session, Evaluation(**again), answers_of(session, before.id or 0))
    return overview(engine, folder)


def _overview(engine: Engine, month: Period) -> dict[str, float]:
    found = overview_of_month(engine, COMMAND_LINE, month, centre=CENTRE)
    changes = [beside for beside in found.figures.values() if beside.change.difference]
    return {"changes": len(changes), "questions": len(found.questions)}


def trend_of_centre(engine: Engine, _folder: Path) -> dict[str, float]:
    """Load the centre's 24 months."""
    months = centre_trend(engine, COMMAND_LINE, _TREND).months
    return {"evaluated": sum(month.figures.evaluated for month in months)}


def trend_of_agent(engine: Engine, _folder: Path) -> dict[str, float]:
    """Load an agent's 24 months."""
    months = agent_trend(engine, COMMAND_LINE, "agent-0000", _TREND).months
    return {"evaluated": sum(month.figures.evaluated for month in months)}


def signals(engine: Engine, _folder: Path) -> dict[str, float]:
    """Load what changed beyond noise in the newest month, by charts over twelve."""
    found = signals_of_month(engine, COMMAND_LINE, MONTH)
    return {"signals": len(found.signals), "charts": len(found.charts)}


def numbers_of_nothing_kept(engine: Engine, folder: Path) -> Numbers:
    """Return the numbers on a database that was never asked for a figure."""
    _forget(engine)
    return numbers(engine, folder)


def _forget(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(delete(MonthFigures))


def numbers(engine: Engine, _folder: Path) -> Numbers:
    """Return the numbers of the month that pandas computes, too; ours have intervals, besides."""
    with transaction(engine) as session:
        facts = quality_facts(session, [str(MONTH)])
    found: Numbers = {}
    for level, columns in {"centre": (), **{name: (c,) for name, c in LEVELS.items()}}.items():
        for key, figures in figures_by(facts, *columns).items():
            who = "/".join([level, *map(str, key or ("",))])
            found |= {f"{who}/{name}": figures.estimates[name].value for name in MEASURES}
            found[f"{who}/evaluated"] = float(figures.evaluated)
    for asked in questions_by(facts)[()]:
        name = f"question/{asked.form_id}@{asked.form_version}:{asked.question_id}"
        found |= {f"{name}/short": asked.short_share.value, f"{name}/count": float(asked.short)}
    return found


def report(engine: Engine, folder: Path) -> dict[str, float]:
    """Write the files of the report as `qm report` does, and return their sizes in bytes."""
    files = write_report(
        engine,
        COMMAND_LINE,
        MONTH,
        language="fa",
        centre=CENTRE,
        folder=folder,
        now=AFTER,
        formats=("xlsx", "pdf"),
    )
    return {file.suffix: file.stat().st_size for file in files}


STEPS: Mapping[str, Callable[[Engine, Path], Mapping[str, float | None]]] = {
    "numbers_of_nothing_kept": numbers_of_nothing_kept,
    "overview_of_nothing_kept": overview_of_nothing_kept,
    "overview": overview,
    "overview_changed": overview_changed,
    "overview_of_past": overview_of_past,
    "trend_of_centre": trend_of_centre,
    "trend_of_agent": trend_of_agent,
    "signals": signals,
    "numbers": numbers,
    "report": report,
}
"""By name, in the order to take them in: what one keeps, those after it find."""
