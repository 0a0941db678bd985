"""The monthly quality report as files."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.text import Language
from qm.locale import translator
from qm.reports.csv_files import write_csv_files
from qm.reports.workbook import write_workbook
from qm.workflow.reporting import monthly_report


def write_report(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    language: Language,
    centre: Centre,
    folder: Path,
    now: datetime,
) -> tuple[Path, Path]:
    """Write the month's report into `folder` as a workbook and as a ZIP of CSV files.

    Returns their paths; files of an earlier report of the same month and language are replaced
    once the new ones are complete.
    """
    report = monthly_report(engine, actor, period, language=language, centre=centre, now=now)
    stem = f"quality-{period}-{language}"
    workbook, tables = folder / f"{stem}.xlsx", folder / f"{stem}-csv.zip"
    write_workbook(report, workbook, translator(language))
    write_csv_files(report, tables, translator(language))
    return workbook, tables
