"""The monthly report as an Excel workbook."""

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import xlsxwriter

from qm.core.problems import N_
from qm.reports.cells import NUMBERS, Teller
from qm.reports.dictionary import dictionary_rows
from qm.reports.files import printable, written_whole
from qm.reports.layout import Column, Sheet
from qm.reports.methods import method_notes
from qm.reports.monthly import PrintedReport
from qm.reports.words import Translate, form_names, headlines
from qm.reports.workbook.charts import drawings_of, write_drawings
from qm.reports.workbook.first_sheet import write_first_sheet
from qm.reports.workbook.look import Book, formats_of
from qm.reports.workbook.totals import write_totals

_LONGEST_TEXT = 32_767  # of a cell, in Excel
_HEADING_HEIGHT = 48
_LETTERS_A_PAGE = 260  # more on a page would be too small to read
_NOTES = (
    Column("title", N_("Term"), "text", 30),
    Column("what", N_("What it means"), "text", 50),
    Column("how", N_("How it is computed"), "text", 60),
    Column("not_said", N_("What it does not say"), "text", 50),
)
_DICTIONARY = (
    Column("title", N_("Table"), "text", 26),
    Column("heading", N_("Column"), "text", 30),
    Column("meaning", N_("What it means"), "text", 70),
    Column("unit", N_("Unit"), "text", 24),
    Column("empty", N_("Empty where"), "text", 50),
)


@dataclass(frozen=True)
class _Table:
    """Columns and their cells, each column's in the order of the rows."""

    columns: Sequence[Column]
    cells: Sequence[Sequence[Any]]

    @property
    def rows(self) -> int:
        return len(self.cells[0])


def write_workbook(report: PrintedReport, path: Path, _: Translate) -> None:
    """Write the report to the XLSX file `path`, right to left in Persian.

    Numbers stay numbers (shown with Persian digits), every text is written as text, never as a
    formula or link; the only formulas are sums and means of what stands in the file. The same
    report gives the same bytes. An existing file is replaced only once the new one is complete.
    """
    with written_whole(path) as unfinished, xlsxwriter.Workbook(str(unfinished)) as file:
        book = Book(file, report, _, formats_of(file, report.language == "fa"))
        # The report's time, not the file's: a frozen report gives the same bytes again.
        made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
        title = printable(headlines(report, _)[0])
        author = printable(report.made_by)
        file.set_properties({"title": title, "author": author, "created": made_at})
        first = book.add_sheet(N_("Summary"))
        for sheet in report.sheets:
            _write_sheet(book, sheet)
        _write_texts(book, N_("How the numbers are made"), _NOTES, list(method_notes(report, _)))
        _write_texts(book, N_("Columns"), _DICTIONARY, list(dictionary_rows(report, _)))
        charts = write_drawings(book, drawings_of(book))
        write_first_sheet(book, first, charts)
    # Its cells hold on to each other: of a large centre 190 MiB, which the next file would add to.
    del file, book, first, charts
    gc.collect()


def _write_sheet(book: Book, sheet: Sheet) -> None:
    worksheet = book.add_sheet(sheet.title)
    report, _ = book.report, book.translate
    tell = Teller(_, report.centre, report.language, form_names(report, _))
    frame = book.report.tables[sheet.name]
    cells = [tell.cells(column, frame[column.name]) for column in sheet.columns]
    _write_table(book, worksheet, _Table(sheet.columns, cells))
    write_totals(book, worksheet, sheet, frame)


def _write_texts(
    book: Book, title: str, columns: Sequence[Column], entries: Sequence[object]
) -> None:
    worksheet = book.add_sheet(title)
    cells = [[printable(getattr(each, column.name)) for each in entries] for column in columns]
    _write_table(book, worksheet, _Table(columns, cells))


def _write_table(book: Book, worksheet: Any, table: _Table) -> None:
    worksheet.set_row(0, _HEADING_HEIGHT)
    for place, (column, values) in enumerate(zip(table.columns, table.cells, strict=True)):
        is_number = column.kind in NUMBERS
        heading = book.formats["number heading" if is_number else "heading"]
        worksheet.set_column(place, place, column.width)
        worksheet.write_string(0, place, book.translate(column.heading), heading)
        shape = book.formats[column.kind]
        for row, value in enumerate(values, start=1):
            if value is None:
                continue
            if is_number:
                worksheet.write_number(row, place, value, shape)
            else:
                worksheet.write_string(row, place, value[:_LONGEST_TEXT], shape)
    worksheet.autofilter(0, 0, max(table.rows, 1), len(table.columns) - 1)
    worksheet.freeze_panes(1, 1)
    worksheet.repeat_rows(0)
    worksheet.repeat_columns(0)
    letters = sum(column.width for column in table.columns)
    worksheet.fit_to_pages(-(-letters // _LETTERS_A_PAGE), 0)
