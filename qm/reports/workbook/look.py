"""What all sheets of the workbook share: formats, direction, page set-up."""

from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from qm.reports.monthly import PrintedReport
from qm.reports.words import Translate

ACCENT = "#0F6E84"
GRID = "#DDE3E6"
_MUTE = "#5F6976"
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\"))
_A4 = 9


@dataclass(frozen=True)
class Book:
    """The workbook being written, with what all of its sheets need."""

    file: Any
    report: PrintedReport
    translate: Translate
    formats: dict[str, Any]

    @property
    def is_rtl(self) -> bool:
        """Whether sheets begin at the right."""
        return self.report.language == "fa"

    @property
    def digits(self) -> str:
        """How a number format begins so that numbers have the language's digits."""
        return _digits(self.is_rtl)

    def sheet_name(self, title: str) -> str:
        """Return a sheet's name as Excel takes it, for its title in English."""
        return self.translate(title).translate(_NOT_IN_SHEET_NAMES)[:_LONGEST_SHEET_NAME]

    def add_sheet(self, title: str) -> Any:
        """Return a new sheet, ready to print."""
        worksheet = self.file.add_worksheet(self.sheet_name(title))
        if self.is_rtl:
            worksheet.right_to_left()
        worksheet.set_landscape()
        worksheet.set_paper(_A4)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_footer("&C&P / &N")
        worksheet.hide_gridlines(2)
        return worksheet

    def cells(self, title: str, place: int, rows: int, first: int = 1) -> str:
        """Return where `rows` cells of a column stand, as formulas and charts name them."""
        where = xl_range_abs(first, place, first + max(rows, 1) - 1, place)
        return f"{quote_sheetname(self.sheet_name(title))}!{where}"


def _digits(is_rtl: bool) -> str:
    return "[$-3000429]" if is_rtl else ""  # Persian digits, fa-IR


def formats_of(file: Any, is_rtl: bool) -> dict[str, Any]:
    """Return the formats of cells: a column's by its kind, the others by what they show."""
    digits = _digits(is_rtl)
    body = {"valign": "top", "reading_order": 2 if is_rtl else 1}
    start = {**body, "align": "right" if is_rtl else "left"}
    heading = {**body, "bold": True, "text_wrap": True, "bottom": 2, "bottom_color": ACCENT}
    total = {**body, "bold": True, "top": 1, "top_color": ACCENT}
    wrapped = {**start, "text_wrap": True}
    shapes: dict[str, dict[str, Any]] = {
        "title": {**start, "bold": True, "font_size": 16, "font_color": ACCENT},
        "subtitle": {**start, "bold": True, "font_size": 12, "font_color": ACCENT},
        "line": wrapped,
        "mute": {**wrapped, "font_color": _MUTE},
        "heading": {**heading, "align": start["align"], "indent": 1},
        "number heading": {**heading, "align": "right"},
        "text": {**wrapped, "indent": 1},
        "word": {**start, "indent": 1},
        "form": {**start, "indent": 1},
        "moment": {**start, "indent": 1},
        "whole": {**body, "num_format": f"{digits}0"},
        "decimal": {**body, "num_format": f"{digits}0.0"},
        "total": {**total, "align": start["align"], "indent": 1},
        "whole total": {**total, "num_format": f"{digits}0"},
    }
    return {name: file.add_format(shape) for name, shape in shapes.items()}
