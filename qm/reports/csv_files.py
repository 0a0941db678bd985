"""The monthly report as CSV: a ZIP file with one table each, for other programs."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from qm.reports.files import printable, written_whole
from qm.reports.layout import SHEETS, Column
from qm.reports.monthly import MonthlyReport
from qm.reports.words import DEFINITIONS, Translate, headlines, moment, word

# Programs that open CSV take a cell that begins so for a formula (also in its wide forms).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLACES = 6


def write_csv_files(report: MonthlyReport, path: Path, _: Translate) -> None:
    """Write the report to the ZIP file `path`: about.csv, a CSV per sheet, definitions.csv.

    UTF-8 with byte order mark (without it Excel misreads Persian), comma, CRLF; numbers with
    Latin digits and a point. A text that begins like a formula gets a leading apostrophe.
    """
    made_at = report.made_at.astimezone(report.centre.zone).timetuple()[:6]
    with written_whole(path) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for name, rows in _files(report, _):
            entry = zipfile.ZipInfo(f"{name}.csv", made_at)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _csv(rows))


def _files(report: MonthlyReport, _: Translate) -> Iterable[tuple[str, list[list[str]]]]:
    yield "about", [[_text(line)] for line in headlines(report, _)]
    for sheet in SHEETS:
        table = getattr(report, sheet.name)
        heading = [_(column.heading) for column in sheet.columns]
        records: list[dict[Any, Any]] = table.to_dict("records")
        rows = [
            [_cell(row[column.name], column, report, _) for column in sheet.columns]
            for row in records
        ]
        yield sheet.name, [heading, *rows]
    yield "definitions", [[_(term), _(meaning)] for term, meaning in DEFINITIONS]


def _cell(value: Any, column: Column, report: MonthlyReport, _: Translate) -> str:
    if value is None:
        return ""
    if column.kind in {"whole", "decimal"}:
        return str(round(value, _PLACES))
    if column.kind == "word":
        return _text(word(value, _))
    if isinstance(value, datetime):
        return moment(value, report.centre, "en")
    return _text(str(value))


def _text(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode("utf-8-sig")
