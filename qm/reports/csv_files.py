"""The monthly report as CSV: a ZIP file with one tidy table each, for other programs."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qm.reports.cells import NUMBERS, Teller
from qm.reports.dictionary import Entry, dictionary_rows
from qm.reports.files import printable, written_whole
from qm.reports.layout import Column
from qm.reports.methods import Note, method_notes
from qm.reports.monthly import PrintedReport
from qm.reports.words import Translate, headlines, scope_lines, standing, summary_lines

# Programs that open CSV take a cell that begins so for a formula (also in its wide forms).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLACES = 6

Row = Sequence[str]


def write_csv_files(report: PrintedReport, path: Path, _: Translate) -> None:
    """Write the report to the ZIP file `path`: a CSV per table, and what explains them.

    Columns are named as in every language and version; `dictionary.csv` says what each means,
    its unit and when it is empty, `methods.csv` how the numbers are made, `about.csv` what the
    report says in words. UTF-8 with byte order mark (without it Excel misreads Persian), comma,
    CRLF; numbers with Latin digits and a point. A text that begins like a formula gets a leading
    apostrophe. The same report gives the same bytes.
    """
    made_at = report.made_at.astimezone(report.centre.zone).timetuple()[:6]
    with written_whole(path) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for name, rows in _files(report, _):
            entry = zipfile.ZipInfo(f"{name}.csv", made_at)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _csv(rows))


def _files(report: PrintedReport, _: Translate) -> Iterable[tuple[str, Iterable[Row]]]:
    title, *rest = headlines(report, _)
    title = f"{title} · {standing(report, _)}"
    said = [title, *summary_lines(report, _), *scope_lines(report, _), *rest]
    yield "about", [[_text(line)] for line in said]
    yield "dictionary", _explained(Entry._fields, dictionary_rows(report, _))
    yield "methods", _explained(tuple(Note.__annotations__), method_notes(report, _))
    tell = Teller(_, report.centre, "en")
    for sheet in report.sheets:
        frame = report.tables[sheet.name]
        cells = [_cells(column, frame[column.name], tell) for column in sheet.columns]
        heading = [column.name for column in sheet.columns]
        yield sheet.name, [heading, *zip(*cells, strict=True)]


def _explained(names: Sequence[str], entries: Iterable[object]) -> list[Row]:
    return [names, *([_text(getattr(each, name)) for name in names] for each in entries)]


def _cells(column: Column, values: Iterable[Any], tell: Teller) -> list[str]:
    cells = tell.cells(column, values)
    write = _number if column.kind in NUMBERS else _text
    return ["" if value is None else write(value) for value in cells]


def _number(value: float) -> str:
    return str(round(value, _PLACES))


def _text(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv(rows: Iterable[Row]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue().encode("utf-8-sig")
