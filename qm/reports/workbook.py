"""The monthly report as an Excel workbook."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from qm.core.problems import N_
from qm.reports.files import printable, written_whole
from qm.reports.layout import SHEETS, Column, Sheet
from qm.reports.monthly import MonthlyReport
from qm.reports.words import DEFINITIONS, Translate, headlines, moment, word

_ACCENT = "#0F6E84"
_GRID = "#DDE3E6"
_LONGEST_TEXT = 32_767  # of a cell, in Excel
_LONGEST_SHEET_NAME = 31
_CHART_HEIGHT = 320
_TITLE_HEIGHT = 26
_HEADING_HEIGHT = 48
_DEFINITION_COLUMNS = (
    Column("term", N_("Term"), "text", 30),
    Column("meaning", N_("What it means"), "text", 110),
)


@dataclass(frozen=True)
class _Book:
    """The workbook being written, with what all of its sheets need."""

    file: Any
    report: MonthlyReport
    translate: Translate
    formats: dict[str, Any]

    @property
    def is_rtl(self) -> bool:
        return self.report.language == "fa"


def write_workbook(report: MonthlyReport, path: Path, _: Translate) -> None:
    """Write the report to the XLSX file `path`, right to left in Persian.

    Numbers stay numbers (shown with Persian digits), every text is written as text, never as a
    formula or link. An existing file is replaced only once the new one is complete.
    """
    with written_whole(path) as unfinished, xlsxwriter.Workbook(str(unfinished)) as file:
        book = _Book(file, report, _, _formats(file, report.language == "fa"))
        lines = headlines(report, _)
        file.set_properties({"title": lines[0], "author": report.made_by})
        for sheet in SHEETS:
            _write_sheet(book, sheet, lines if sheet.name == "overview" else [])
        _write_definitions(book)


def _formats(file: Any, is_rtl: bool) -> dict[str, Any]:
    digits = "[$-3000429]" if is_rtl else ""  # Persian digits, fa-IR
    body = {"valign": "top", "reading_order": 2 if is_rtl else 1}
    heading = {**body, "bold": True, "text_wrap": True, "bottom": 2, "bottom_color": _ACCENT}
    side = "right" if is_rtl else "left"
    return {
        "title": file.add_format({**body, "bold": True, "font_size": 16, "font_color": _ACCENT}),
        "line": file.add_format(body),
        "heading": file.add_format({**heading, "align": side, "indent": 1}),
        "number heading": file.add_format({**heading, "align": "right"}),
        "text": file.add_format({**body, "text_wrap": True, "align": side, "indent": 1}),
        "word": file.add_format({**body, "align": side, "indent": 1}),
        "moment": file.add_format({**body, "align": side, "indent": 1}),
        "whole": file.add_format({**body, "num_format": f"{digits}0"}),
        "decimal": file.add_format({**body, "num_format": f"{digits}0.0"}),
    }


def _write_sheet(book: _Book, sheet: Sheet, lines: list[str]) -> None:
    worksheet = _add_worksheet(book, sheet.title, lines)
    table = getattr(book.report, sheet.name)
    top = len(lines) + 1 if lines else 0
    _write_table(book, worksheet, sheet.columns, table.to_dict("records"), top)
    if sheet.name == "overview" and len(book.report.agents):
        worksheet.insert_chart(top + len(table) + 2, 0, _chart_of_agents(book))


def _add_worksheet(book: _Book, title: str, lines: list[str]) -> Any:
    worksheet = book.file.add_worksheet(book.translate(title)[:_LONGEST_SHEET_NAME])
    if book.is_rtl:
        worksheet.right_to_left()
    if lines:
        worksheet.set_row(0, _TITLE_HEIGHT)
    for row, line in enumerate(lines):
        worksheet.write_string(row, 0, printable(line), book.formats["line" if row else "title"])
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer("&C&P / &N")
    worksheet.hide_gridlines(2)
    return worksheet


def _write_table(
    book: _Book,
    worksheet: Any,
    columns: tuple[Column, ...],
    rows: list[dict[str, Any]],
    top: int,
) -> None:
    worksheet.set_row(top, _HEADING_HEIGHT)
    for place, column in enumerate(columns):
        worksheet.set_column(place, place, column.width)
        shape = "number heading" if column.kind in {"whole", "decimal"} else "heading"
        worksheet.write_string(top, place, book.translate(column.heading), book.formats[shape])
        for line, row in enumerate(rows, start=top + 1):
            _write_cell(book, worksheet, (line, place), row[column.name], column)
    worksheet.autofilter(top, 0, top + max(len(rows), 1), len(columns) - 1)
    worksheet.freeze_panes(top + 1, 1)
    worksheet.repeat_rows(top)


def _write_cell(
    book: _Book, worksheet: Any, place: tuple[int, int], value: Any, column: Column
) -> None:
    shape = book.formats[column.kind]
    if value is None:
        worksheet.write_blank(*place, None, shape)
    elif column.kind in {"whole", "decimal"}:
        worksheet.write_number(*place, value, shape)
    elif column.kind == "word":
        worksheet.write_string(*place, word(value, book.translate), shape)
    elif column.kind == "moment":
        text = moment(value, book.report.centre, book.report.language)
        worksheet.write_string(*place, text, shape)
    else:
        worksheet.write_string(*place, printable(str(value))[:_LONGEST_TEXT], shape)


def _write_definitions(book: _Book) -> None:
    worksheet = _add_worksheet(book, N_("Definitions"), [])
    rows = [
        {"term": book.translate(term), "meaning": book.translate(meaning)}
        for term, meaning in DEFINITIONS
    ]
    _write_table(book, worksheet, _DEFINITION_COLUMNS, rows, 0)


def _chart_of_agents(book: _Book) -> Any:
    """Return a chart of the agents' means with their margins, in the order of the sheet."""
    sheet = next(sheet for sheet in SHEETS if sheet.name == "agents")
    names = [column.name for column in sheet.columns]
    title = book.translate(sheet.title)[:_LONGEST_SHEET_NAME]
    count = len(book.report.agents)

    def cells(column: str) -> str:
        place = names.index(column)
        return f"={quote_sheetname(title)}!{xl_range_abs(1, place, count, place)}"

    chart = book.file.add_chart({"type": "line"})
    chart.add_series(
        {
            "name": book.translate(N_("Mean score")),
            "categories": cells("agent"),
            "values": cells("score"),
            "line": {"none": True},
            "marker": {
                "type": "circle",
                "size": 8,
                "fill": {"color": _ACCENT},
                "border": {"color": _ACCENT},
            },
            "y_error_bars": {
                "type": "custom",
                "plus_values": cells("margin"),
                "minus_values": cells("margin"),
                "line": {"color": _ACCENT},
            },
        }
    )
    chart.set_title({"name": book.translate(N_("Mean score of the agents, with their margins"))})
    chart.set_legend({"none": True})
    chart.set_x_axis({"reverse": book.is_rtl})
    chart.set_y_axis(
        {"min": 0, "max": 100, "major_gridlines": {"visible": True, "line": {"color": _GRID}}}
    )
    chart.set_size({"width": min(max(720, 60 * count), 3000), "height": _CHART_HEIGHT})
    return chart
