"""The monthly quality report as files."""

import ctypes
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.report_rules import Format
from qm.core.text import Language
from qm.locale import translator
from qm.reports.csv_files import write_csv_files
from qm.reports.html import write_html
from qm.reports.monthly import MonthlyReport, PrintedReport
from qm.reports.pdf import write_pdf
from qm.reports.words import Translate
from qm.reports.workbook import write_workbook
from qm.workflow.report_reading import read_report

Write = Callable[[PrintedReport, Path, Translate], None]

_WRITERS: Mapping[Format, tuple[str, Write]] = {
    "xlsx": (".xlsx", write_workbook),
    "csv": ("-csv.zip", write_csv_files),
    "pdf": (".pdf", write_pdf),
    "html": (".html", write_html),
}


def write_report(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    language: Language,
    centre: Centre,
    folder: Path,
    now: datetime,
    formats: Sequence[Format] = ("xlsx", "csv"),
) -> tuple[Path, ...]:
    """Write the month's report into `folder`, a file per format, and return their paths.

    The newest frozen report where the month is closed, else a draft.
    Files of an earlier report of the same month, number and language are replaced once the new
    ones are complete.
    """
    report = read_report(engine, actor, period, centre=centre, now=now)
    return write_files(report, language, formats, folder)


def write_files(
    report: MonthlyReport, language: Language, formats: Sequence[Format], folder: Path
) -> tuple[Path, ...]:
    """Write a report in a language into `folder`, a file per format, and return their paths.

    A frozen report gives the same bytes each time.
    """
    printed, translate = report.in_language(language), translator(language)
    files = []
    for name in formats:
        _give_back_memory()
        path = folder / file_name(report.period, report.number, language, name)
        _WRITERS[name][1](printed, path, translate)
        files.append(path)
    return tuple(files)


def file_name(period: Period, number: int | None, language: Language, name: Format) -> str:
    """Return the name of a report's file; a draft (`number` None) and a revision say so."""
    mark = "-draft" if number is None else f"-r{number}" if number > 1 else ""
    return f"quality-{period}{mark}-{language}{_WRITERS[name][0]}"


def _give_back_memory() -> None:
    """Let the system have what figures and other files needed: printing takes hundreds of MiB."""
    pyarrow.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
