"""Sums below the tables of the workbook, as formulas: what adds up, and whether it does."""

from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range

from qm.core.problems import N_
from qm.reports.layout import Sheet
from qm.reports.workbook.look import Book

_ADD_UP = frozenset(
    "picked evaluated missing without_score beside fatal frame_size scored open unassigned "
    "replaced lost picks evaluations answered full short not_applicable raised upheld "
    "changed".split()
)
_COUNTED_TWICE = frozenset({"level", "draw"})  # a row for all beside its parts, a draw extended
_SUM_OF_THE_SHOWN = 109


def write_totals(book: Book, worksheet: Any, sheet: Sheet, frame: pd.DataFrame) -> None:
    """Write the sums of the counts under a table, of the rows that a filter leaves.

    A table where things stand twice (a team beside its centre) gets none, nor does an appendix.
    """
    names = [column.name for column in sheet.columns]
    added = [name for name in names if name in _ADD_UP]
    if sheet.is_appendix or len(frame) <= 1 or not added or _COUNTED_TWICE & set(names):
        return
    row = len(frame) + 1
    for place in range(len(names)):
        worksheet.write_blank(row, place, None, book.formats["total"])
    worksheet.write_string(row, 0, book.translate(N_("Sum of the rows")), book.formats["total"])
    for name in added:
        place = names.index(name)
        formula = f"=SUBTOTAL({_SUM_OF_THE_SHOWN},{xl_range(1, place, row - 1, place)})"
        value = int(frame[name].dropna().sum())
        worksheet.write_formula(row, place, formula, book.formats["whole total"], value)
