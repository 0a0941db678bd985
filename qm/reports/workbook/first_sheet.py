"""The first sheet of the workbook: what the report says in words, its figures, its charts."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from qm.core.problems import N_
from qm.reports.files import printable
from qm.reports.layout import Sheet
from qm.reports.printed import estimates_of
from qm.reports.words import headlines, scope_lines, standing, summary_lines, word
from qm.reports.workbook.charts import ROWS_OF_A_CHART, Chart
from qm.reports.workbook.look import Book

_WIDTHS = (46, 12, 12, 12, 10, 30)
_LAST = len(_WIDTHS) - 1
_LETTERS_A_LINE, _LINE_HEIGHT, _TITLE_HEIGHT = 125, 16, 28
_PAGE, _GAP = 1_140, 10  # pixels
_FIGURE_HEADINGS = (
    N_("Figure"),
    N_("Value"),
    N_("Lower end"),
    N_("Upper end"),
    N_("n"),
    N_("Computed again from every evaluation"),
)


class _Again(NamedTuple):
    """A figure as a formula over the rows of the appendix, and what it comes to."""

    formula: str
    value: float


def write_first_sheet(book: Book, worksheet: Any, charts: Sequence[Chart]) -> None:
    """Write title, summary, scope and figures, and place the charts below them."""
    for place, width in enumerate(_WIDTHS):
        worksheet.set_column(place, place, width)
    row = _write_figures(book, worksheet, _write_words(book, worksheet)) + 1
    worksheet.set_portrait()
    worksheet.fit_to_pages(1, 1)
    used = 0
    for chart in charts:
        if used + chart.width > _PAGE:
            row, used = row + ROWS_OF_A_CHART, 0
        worksheet.insert_chart(row, 0, chart.drawn, {"x_offset": used})
        used += chart.width + _GAP


def _write_words(book: Book, worksheet: Any) -> int:
    report, _ = book.report, book.translate
    title, *rest = headlines(report, _)
    title = f"{title} · {standing(report, _)}"
    worksheet.set_row(0, _TITLE_HEIGHT)
    worksheet.write_string(0, 0, printable(title), book.formats["title"])
    row = 1
    parts = (("line", summary_lines(report, _)), ("mute", [*scope_lines(report, _), *rest]))
    for shape, lines in parts:
        for line in map(printable, lines):
            worksheet.merge_range(row, 0, row, _LAST, "", book.formats[shape])
            worksheet.write_string(row, 0, line, book.formats[shape])
            worksheet.set_row(row, _LINE_HEIGHT * (1 + len(line) // _LETTERS_A_LINE))
            row += 1
        row += 1
    return row


def _write_figures(book: Book, worksheet: Any, row: int) -> int:
    report, _, formats = book.report, book.translate, book.formats
    worksheet.set_row(row, 2 * _LINE_HEIGHT)
    for place, text in enumerate(_FIGURE_HEADINGS):
        worksheet.write_string(
            row, place, _(text), formats["number heading" if place else "heading"]
        )
    again = _again(book)
    for code, estimate in estimates_of(report):
        row += 1
        worksheet.write_string(row, 0, word(code, _), formats["text"])
        for place, value in enumerate((estimate.value, estimate.low, estimate.high), start=1):
            if value is not None:
                worksheet.write_number(row, place, value, formats["decimal"])
        worksheet.write_number(row, 4, estimate.n, formats["whole"])
        if code in again and estimate.value is not None:
            worksheet.write_formula(
                row, _LAST, again[code].formula, formats["decimal"], again[code].value
            )
    return row + 1


def _again(book: Book) -> dict[str, _Again]:
    """Return the figures that whoever has the file can compute from its appendix.

    None where scores of small groups are left out of it.
    """
    report = book.report
    for sheet in report.sheets:
        if sheet.is_appendix and report.smallest_group <= 1:
            return dict(_from_appendix(book, sheet, report.tables[sheet.name]))
    return {}


def _from_appendix(book: Book, sheet: Sheet, frame: pd.DataFrame) -> Iterator[tuple[str, _Again]]:
    scored = frame[(frame["counted"] == "counted") & frame["score"].notna()]
    weights = scored["stands_for"].astype(float)
    if not weights.sum():
        return
    names = [column.name for column in sheet.columns]

    def cells(name: str) -> str:
        return book.cells(sheet.title, names.index(name), len(frame))

    counted = word("counted", book.translate).replace('"', '""')
    is_in = f'({cells("counted")}="{counted}")*ISNUMBER({cells("score")})'
    whole = f"SUMPRODUCT({is_in},{cells('stands_for')})"
    mean = float((scored["score"].astype(float) * weights).sum() / weights.sum())
    formula = f"=SUMPRODUCT({is_in},{cells('score')},{cells('stands_for')})/{whole}"
    yield "score", _Again(formula, mean)
    passed = word("pass", book.translate).replace('"', '""')
    is_pass = f'({cells("outcome")}="{passed}")'
    share = 100 * float(weights[scored["outcome"] == "pass"].sum() / weights.sum())
    yield (
        "passed",
        _Again(f"=100*SUMPRODUCT({is_in}*{is_pass},{cells('stands_for')})/{whole}", share),
    )
