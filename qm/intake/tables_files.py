"""Rows of CSV files, and what they share with those of XLSX files: the header."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.columns import (
    COLUMN_NAME,
    NAME_CHARACTERS_MOST,
    NAMES,
    is_usable,
    known_name,
    missing_columns,
)
from qm.intake.files import (
    COLUMNS_MOST,
    NO_ROWS,
    NOT_TEXT,
    ROWS_MOST,
    TOO_MANY_ROWS,
    RawRow,
    shown,
    text_encoding,
)

_DELIMITERS = (",", ";", "\t")

MISSING_COLUMN = explain(
    "import.missing_column",
    N_("The column “{column}” is missing; found: {found}."),
    N_("Add the column, or name it so in the first row."),
)
DUPLICATE_COLUMN = explain(
    "import.duplicate_column",
    N_("The column “{column}” is there twice."),
    N_("Remove or rename one of the two."),
)
TOO_MANY_COLUMNS = explain(
    "import.too_many_columns",
    N_("The first row has more than {most} columns."),
    N_("Export only the columns that matter."),
)
CELL_COUNT = explain(
    "import.cell_count",
    N_("The row has {cells} cells under {columns} columns."),
    N_("Look for a delimiter or line break outside quotation marks, or for a cut-off line."),
)
QUOTES = explain(
    "import.quotes",
    N_("The quotation marks of the row do not pair."),
    N_("Double every quotation mark inside a quoted cell, and close the last one."),
)
CELL_ENDLESS = explain(
    "import.cell_endless",
    N_("A cell of the row has more than {most} characters."),
    N_("Shorten it, or look for a quotation mark that is never closed."),
)
REST_UNREAD = explain(
    "import.rest_unread",
    N_("The rows from here on were not read: where they begin cannot be told any more."),
    N_("Correct the row above and import the file again; rows already taken are recognised."),
)


class Record(NamedTuple):
    """The cells of a row in the order of the columns."""

    row: int
    cells: Sequence[str]


def csv_rows(path: Path, place: str) -> Iterator[RawRow | Problem]:
    """Yield the rows of a CSV file (delimiter comma, semicolon or tab) and what is wrong.

    Raises `BadInput` where encoding or header cannot be read.
    """
    with path.open(encoding=text_encoding(path, place), newline="") as file:
        delimiter = _delimiter(file)
        yield from table_rows(_csv_records(file, delimiter, place), place, may_be_short=False)


def table_rows(
    records: Iterator[Record | Problem], place: str, *, may_be_short: bool
) -> Iterator[RawRow | Problem]:
    """Yield the records below the header, cells by column name; blank rows are left out.

    A row with cells beyond the header is a `Problem`, so is a shorter one unless
    `may_be_short`. Raises `BadInput` where the header is wrong.
    """
    names = _header(next(records, None), place)
    for record in records:
        if isinstance(record, Problem):
            yield record
            continue
        if not any(record.cells):
            continue
        if record.row > ROWS_MOST + 1:
            raise BadInput(Problem(TOO_MANY_ROWS, place, values={"most": ROWS_MOST}))
        beyond = [text for name, text in zip(names, record.cells, strict=False) if not name]
        beyond += record.cells[len(names) :]
        if any(beyond) or (len(record.cells) < len(names) and not may_be_short):
            values = {"cells": len(record.cells), "columns": len(list(filter(None, names)))}
            yield Problem(CELL_COUNT, place, record.row, values=values)
        else:
            cells = dict(zip(names, record.cells, strict=False))
            cells.pop("", None)
            yield RawRow(record.row, cells)


def _header(record: Record | Problem | None, place: str) -> list[str]:
    if record is None:
        raise BadInput(Problem(NO_ROWS, place))
    if isinstance(record, Problem):
        raise BadInput(record)
    if any("\0" in name for name in record.cells):
        raise BadInput(Problem(NOT_TEXT, place, record.row))
    names = [known_name(name) for name in record.cells]
    if len(names) > COLUMNS_MOST:
        raise BadInput(Problem(TOO_MANY_COLUMNS, place, record.row, values={"most": COLUMNS_MOST}))
    found = shown(", ".join(filter(None, names))) or "–"
    problems = [
        Problem(MISSING_COLUMN, place, record.row, name, {"column": name, "found": found})
        for name in missing_columns(names)
    ]
    problems += [
        Problem(DUPLICATE_COLUMN, place, record.row, shown(name), {"column": shown(name)})
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
    problems += [
        Problem(COLUMN_NAME, place, record.row, shown(name), {"most": NAME_CHARACTERS_MOST})
        for name in names
        if not is_usable(name)
    ]
    if problems:
        raise BadInput(problems)
    return names


def _delimiter(file: TextIO) -> str:
    """Return the delimiter under which the first line shows most of the known columns."""
    line = file.readline(csv.field_size_limit())
    file.seek(0)

    def known(delimiter: str) -> int:
        return len({known_name(name.strip('"\r\n')) for name in line.split(delimiter)} & NAMES)

    return max(_DELIMITERS, key=known)


def _csv_records(file: TextIO, delimiter: str, place: str) -> Iterator[Record | Problem]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        lines_before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _broken(error, place, row)
            # A broken row on one line ends with it; one that ran over several may have
            # swallowed good rows, and half of a quoted text must not be taken for a row.
            if reader.line_num > lines_before + 1:
                yield Problem(REST_UNREAD, place, row + 1)
                return
        else:
            yield Record(row, [cell.strip() for cell in cells])


def _broken(error: csv.Error, place: str, row: int) -> Problem:
    if "field limit" in str(error):
        return Problem(CELL_ENDLESS, place, row, values={"most": csv.field_size_limit()})
    return Problem(QUOTES, place, row)
