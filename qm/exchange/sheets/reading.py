"""The tables of a workbook → records of a form: one for each row, with what is wrong in it."""

import difflib
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from qm.core.problems import N_, Problem, explain
from qm.core.text import search_key
from qm.exchange.sheets.books import Table
from qm.exchange.sheets.cells import BadCell, cell_text, default_of, read_cell
from qm.exchange.sheets.conditions import BadCondition, read_condition
from qm.exchange.sheets.layout import (
    HEADER,
    NEEDED,
    NOTES,
    QUESTIONS,
    READ_ME,
    SHEETS,
    Column,
    Sheet,
)

MISSING_SHEET = explain(
    "sheets.missing_sheet",
    N_("The sheet “{sheet}” is missing; found: {found}."),
    N_("Add it, or name it so. A workbook exported from a form shows how it looks."),
)
MISSPELT_SHEET = explain(
    "sheets.misspelt_sheet",
    N_("A sheet “{sheet}” is not known."),
    N_("Did you mean “{meant}”?"),
)
SHEET_NOT_READ = explain(
    "sheets.sheet_not_read",
    N_("The sheet “{sheet}” is no part of a form and was not read."),
    N_("Nothing needs to be done if it holds notes of your own."),
)
MISSING_COLUMN = explain(
    "sheets.missing_column",
    N_("The column “{column}” is missing; found: {found}."),
    N_("Add the column, or name it so in the first row."),
)
MISSPELT_COLUMN = explain(
    "sheets.misspelt_column",
    N_("The column “{column}” is not known here."),
    N_("Did you mean “{meant}”?"),
)
DUPLICATE_COLUMN = explain(
    "sheets.duplicate_column",
    N_("The column “{column}” is there twice."),
    N_("Remove or rename one of the two."),
)
COLUMN_NOT_READ = explain(
    "sheets.column_not_read",
    N_("The column “{column}” is not known here and was not read."),
    N_("Name a column of your own “notes” to have it passed over without a word."),
)
EMPTY_CELL = explain(
    "sheets.empty_cell", N_("The cell “{column}” is empty."), N_("Fill it; a form needs it.")
)
NO_HEADING = explain(
    "sheets.no_heading",
    N_("The cell stands in a column without a name and was not read."),
    N_("Give the column a name in the first row, or clear the cell."),
)
FATAL_EMPTY = explain(
    "sheets.fatal_empty",
    N_("The row says what a fatal answer does, but “fatal” is not yes."),
    N_("Write yes, form or section into “fatal”, or clear the other cell."),
)


@dataclass
class Record:
    """A row of a sheet as a part of a form; `columns` tell in which cell each value stands."""

    sheet: Sheet
    row: int
    data: dict[str, Any]
    columns: tuple[Column, ...]
    inner: dict[str, "list[Record]"] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id in the row; an empty text where there is none."""
        return str(self.data.get("id", ""))


@dataclass
class Reading:
    """What is found while a workbook is read."""

    place: str
    problems: list[Problem] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)

    def at(self, sheet: str) -> str:
        """Return how messages name a sheet."""
        return f"{self.place} › {sheet}"

    def wrong(
        self, code: str, sheet: str, row: int | None, column: str, /, **values: object
    ) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(code, self.at(sheet), row, column or None, values))

    def lost(
        self, code: str, sheet: str, row: int | None, column: str, /, **values: object
    ) -> None:
        """Note what was passed over."""
        self.losses.append(Problem(code, self.at(sheet), row, column or None, values))


def known_tables(tables: Sequence[Table], reading: Reading) -> dict[str, Table]:
    """Return the tables that belong to a form by their sheet's name; tell about all others."""
    names = [sheet.name for sheet in SHEETS]
    known: dict[str, Table] = {}
    for table in tables:
        name = search_key(table.name)
        if name in names and name not in known:
            known[name] = table
        elif meant := [*difflib.get_close_matches(name, names, n=1, cutoff=0.75)]:
            values = {"sheet": table.name, "meant": meant[0]}
            reading.wrong(MISSPELT_SHEET, table.name, None, "", **values)
        elif name != READ_ME and table.rows:
            reading.lost(SHEET_NOT_READ, table.name, None, "", sheet=table.name)
    found = ", ".join(table.name for table in tables)[:200]
    for sheet in NEEDED:
        if sheet.name not in known:
            values = {"sheet": sheet.name, "found": found}
            reading.problems.append(Problem(MISSING_SHEET, reading.place, values=values))
    return known


def records_of(
    sheet: Sheet, table: Table | None, questions: Collection[str], reading: Reading
) -> list[Record]:
    """Return the records of a sheet's rows; an empty link repeats the one above."""
    if table is None or not table.rows:
        return []
    heading, *rows = table.rows
    columns = _columns(sheet, heading, reading)
    records = []
    above = None
    for number, cells in rows:
        record = _record(sheet, columns, number, cells, reading)
        if record is None:
            continue
        if sheet.link:
            above = record.data.setdefault(sheet.link, above)
        _shape(record, questions, reading)
        records.append(record)
    return records


def question_ids(tables: dict[str, Table]) -> set[str]:
    """Return the ids of everything that the form asks, before its conditions are read."""
    ids = set()
    for name in (HEADER.name, QUESTIONS.name):
        rows = tables[name].rows if name in tables else ()
        heading = [_heading(cell) for cell in rows[0][1]] if rows else []
        if "id" in heading:
            place = heading.index("id")
            ids |= {_plain_text(cells[place]) for _, cells in rows[1:] if place < len(cells)}
    return ids


def _columns(
    sheet: Sheet, heading: tuple[int, tuple[Any, ...]], reading: Reading
) -> list[Column | str]:
    """Return the columns under a heading; one that is not known as its name."""
    row, cells = heading
    names = [_heading(cell) for cell in cells]
    known = {column.name: column for column in sheet.columns}
    columns: list[Column | str] = []
    for name in names:
        column = known.get(name, name)
        is_twice = column in columns and name in known
        columns.append(name if is_twice else column)
        if is_twice:
            reading.wrong(DUPLICATE_COLUMN, sheet.name, row, name, column=name)
        elif name in known or name in {"", NOTES}:
            continue
        elif meant := difflib.get_close_matches(name, [n for n in known if n not in names], n=1):
            values = {"column": name[:60], "meant": meant[0]}
            reading.wrong(MISSPELT_COLUMN, sheet.name, row, name[:60], **values)
        else:
            reading.lost(COLUMN_NOT_READ, sheet.name, row, name[:60], column=name[:60])
    for column in sheet.columns:
        if column.is_required and column not in columns:
            values = {"column": column.name, "found": ", ".join(filter(None, names))[:200]}
            reading.wrong(MISSING_COLUMN, sheet.name, row, column.name, **values)
    return columns


def _heading(cell: Any) -> str:
    return search_key(_plain_text(cell)).replace(" ", "_").replace("-", "_")


def _plain_text(cell: Any) -> str:
    try:
        return (cell_text(cell) or "").strip()
    except BadCell:
        return ""


def _record(
    sheet: Sheet,
    columns: Sequence[Column | str],
    row: int,
    cells: tuple[Any, ...],
    reading: Reading,
) -> Record | None:
    """Return what a row says; None where it is blank."""
    data: dict[str, Any] = {}
    is_blank = True
    for column, cell in itertools.zip_longest(columns, cells, fillvalue=""):
        if isinstance(column, str):
            if not column and _plain_text(cell):
                reading.lost(NO_HEADING, sheet.name, row, "")
            continue
        try:
            value = read_cell(column.kind, column.choices, cell)
        except BadCell as bad:
            reading.wrong(bad.code, sheet.name, row, column.name, **bad.values)
            is_blank = False
            continue
        if value is not None:
            is_blank = False
            inside = data
            for step in column.path[:-1]:
                inside = inside.setdefault(step, {})
            inside[column.path[-1]] = value
    return None if is_blank else Record(sheet, row, data, sheet.columns)


def _shape(record: Record, questions: Collection[str], reading: Reading) -> None:
    """Give values that depend on others the form that the models read."""
    data = record.data
    if "default" in data:
        data["default"] = default_of(data["default"], data.get("type", "choice"))
    if "fatal" in data:
        _shape_fatal(record, reading)
    if "when" in data:
        try:
            data["when"] = read_condition(data["when"], questions)
        except BadCondition as bad:
            del data["when"]
            place = reading.at(record.sheet.name)
            reading.problems.append(bad.problem(place, record.row, "when"))


def _shape_fatal(record: Record, reading: Reading) -> None:
    fatal = record.data.pop("fatal")
    scope = fatal.pop("scope", False)
    if scope is False:
        if fatal:
            reading.wrong(FATAL_EMPTY, record.sheet.name, record.row, "fatal")
    elif scope is True:
        where = {"scope": "section"} if "section" in fatal else {}
        record.data["fatal"] = {**where, **fatal} or True
    else:
        record.data["fatal"] = {"scope": scope, **fatal}
