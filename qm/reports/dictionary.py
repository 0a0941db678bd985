"""The data dictionary: every table and column of the report, generated from its layout."""

from collections.abc import Iterator
from typing import NamedTuple

from qm.reports.layout import Column, Sheet
from qm.reports.meanings import HIGH, LOW, MEANINGS, NO_INTERVAL, Meaning, N
from qm.reports.monthly import PrintedReport
from qm.reports.words import Translate

_ENDS = {"_low": LOW, "_high": HIGH}


class Entry(NamedTuple):
    """A column: its table and their titles, what it means, its unit, when it is empty."""

    table: str
    title: str
    column: str
    heading: str
    meaning: str
    unit: str
    empty: str


def dictionary_rows(report: PrintedReport, _: Translate) -> Iterator[Entry]:
    """Yield an entry per column of the tables that the report shows, in its language."""
    for sheet in report.sheets:
        for column in sheet.columns:
            meaning = meaning_of(sheet, column)
            told = _(meaning.meaning).replace("{column}", _(_of(sheet, column).heading))
            unit, empty = (_(text) if text else "" for text in (meaning.unit, meaning.empty))
            names = (sheet.name, _(sheet.title), column.name, _(column.heading))
            yield Entry(*names, told, unit, empty)


def meaning_of(sheet: Sheet, column: Column) -> Meaning:
    """Return what a column means; raises `KeyError` where nobody has explained it."""
    if column.name in MEANINGS:
        return MEANINGS[column.name]
    if column.name.endswith("_n"):
        return N
    return Meaning(_ENDS[_ending(column)], MEANINGS[_stem(sheet, column)].unit, NO_INTERVAL)


def _ending(column: Column) -> str:
    return f"_{column.name.rpartition('_')[2]}"


def _stem(sheet: Sheet, column: Column) -> str:
    """Return the name of the column that an interval's end belongs to."""
    return _of(sheet, column).name


def _of(sheet: Sheet, column: Column) -> Column:
    if column.name in MEANINGS or not column.name.endswith(tuple(_ENDS)):
        return column
    stem = column.name.rpartition("_")[0]
    names = {each.name: each for each in sheet.columns}
    return names.get(f"{stem}_percent") or names[stem]
