"""Forms as workbooks for people who live in spreadsheets: a sheet for each list, one row a thing.

`write_sheets` shows how a workbook looks; its sheet “read me” explains every column. Reading it
back gives the same form.
"""

from qm.core.forms.form import Form
from qm.core.problems import BadInput, Problem
from qm.core.text import Language
from qm.exchange.exchanged import ExportedForm, ImportedForm
from qm.exchange.sheets.assembly import form_of
from qm.exchange.sheets.books import read_tables
from qm.exchange.sheets.layout import SHEETS
from qm.exchange.sheets.reading import (
    DUPLICATE_COLUMN,
    MISSING_COLUMN,
    MISSING_SHEET,
    MISSPELT_COLUMN,
    MISSPELT_SHEET,
    Reading,
    known_tables,
)
from qm.exchange.sheets.writing import workbook_of

_PROBLEMS_MOST = 1_000
_ORDER = [sheet.name for sheet in SHEETS]


def write_sheets(form: Form, language: Language) -> ExportedForm:
    """Return the form as an XLSX workbook; every text in it is a text, never a formula.

    Both languages are in it; for a reader of Persian the sheets run right to left. Losses name the
    texts that no cell can hold whole.
    """
    file_name = f"{form.form}-{form.version}.xlsx"
    content, losses = workbook_of(form, file_name, language)
    return ExportedForm(file_name, content, tuple(losses))


def read_sheets(content: bytes, place: str) -> ImportedForm:
    """Return the form that a workbook holds, or what is wrong with it, cell by cell.

    Never raises for a bad workbook. Problems name the sheet in their place
    (`forms.xlsx › options`), the row as the spreadsheet counts it and the column. Losses are
    sheets and columns that are no part of a form. Beyond a thousand problems the rest is not told.
    """
    reading = Reading(place)
    try:
        tables = known_tables(read_tables(content, place), reading)
    except BadInput as bad:
        return ImportedForm(None, bad.problems)
    form = form_of(tables, reading)
    if reading.problems:
        return ImportedForm(None, _ordered(reading), tuple(reading.losses))
    return ImportedForm(form, (), tuple(reading.losses))


def _ordered(reading: Reading) -> tuple[Problem, ...]:
    """Return the problems as one walks through the workbook.

    Where sheets or columns are not found, only these are told: all else may follow from it.
    """
    problems = reading.problems
    structural = {MISSING_SHEET, MISSPELT_SHEET, MISSING_COLUMN, MISSPELT_COLUMN, DUPLICATE_COLUMN}
    if any(problem.code in structural for problem in problems):
        problems = [problem for problem in problems if problem.code in structural]
    names = [reading.place, *(reading.at(name) for name in _ORDER)]

    def position(problem: Problem) -> tuple[int, int]:
        known = problem.place in names
        return (names.index(problem.place) if known else len(names), problem.row or 0)

    return tuple(sorted(problems, key=position)[:_PROBLEMS_MOST])
