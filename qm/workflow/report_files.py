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
from qm.reports.printed import Paper, on_pages
from qm.reports.words import Translate
from qm.reports.workbook import write_workbook
from qm.workflow.report_reading import read_report

_OF_SHEETS: Mapping[Format, Callable[[PrintedReport, Path, Translate], None]] = {
    "xlsx": write_workbook,
    "csv": write_csv_files,
}
_OF_PAGES: Mapping[Format, Callable[[Paper, Path], None]] = {"pdf": write_pdf, "html": write_html}
_ENDINGS: Mapping[Format, str] = {
    "xlsx": ".xlsx",
    "csv": "-csv.zip",
    "pdf": ".pdf",
    "html": ".html",
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
    return write_files(
        read_report(engine, actor, period, centre=centre, now=now), language, formats, folder
    )


def write_files(
    report: MonthlyReport, language: Language, formats: Sequence[Format], folder: Path
) -> tuple[Path, ...]:
    """Write a report in a language into `folder`, a file per format, and return their paths.

    A frozen report gives the same bytes each time.
    """
    paths = {
        name: folder / file_name(report.period, report.number, language, name) for name in formats
    }
    printed, translate = report.in_language(language), translator(language)
    del report
    for name, write_sheets in _OF_SHEETS.items():
        if name in paths:
            _give_back_memory()
            write_sheets(printed, paths[name], translate)
    if paths.keys() & _OF_PAGES.keys():
        paper = on_pages(printed, translate)
        del printed  # of a large centre 200 MiB, of which the pages hold a part
        for name, write_pages in _OF_PAGES.items():
            if name in paths:
                _give_back_memory()
                write_pages(paper, paths[name])
    return tuple(paths.values())


def file_name(period: Period, number: int | None, language: Language, name: Format) -> str:
    """Return the name of a report's file; a draft (`number` None) and a revision say so."""
    mark = "-draft" if number is None else f"-r{number}" if number > 1 else ""
    return f"quality-{period}{mark}-{language}{_ENDINGS[name]}"


def _give_back_memory() -> None:
    """Let the system have what figures and other files needed: printing takes hundreds of MiB."""
    pyarrow.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
