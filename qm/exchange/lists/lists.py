"""The bytes of a CSV list → its rows by column name, with what is wrong about them."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from qm.core.problems import N_, BadInput, Problem, explain
from qm.exchange.lists.columns import Name, column_name
from qm.exchange.sheets.cells import CONTROL, CONTROL_CHARACTER
from qm.intake.files import shown
from qm.intake.tables_files import CELL_COUNT, DUPLICATE_COLUMN, MISSING_COLUMN, QUOTES
from qm.intake.yaml_files import ENCODING, decode

_DELIMITERS = (",", ";", "\t")
_ROWS_MOST = 2_000

NO_QUESTIONS = explain(
    "list.no_questions",
    N_("The list has no questions."),
    N_("Write one on each row below the headings."),
)
TOO_MANY_ROWS = explain(
    "list.too_many_rows",
    N_("The list has more than {most} rows."),
    N_("Check that it is the right file: a form with so many questions cannot be answered."),
)
COLUMN_NOT_READ = explain(
    "list.column_not_read",
    N_("The column “{column}” is not known here and was not read."),
    N_("Nothing needs to be done, unless it belongs to the form: then name it as one that is."),
)


@dataclass(frozen=True)
class ListRow:
    """A row of the list: its number as a spreadsheet counts, its texts by column."""

    row: int
    cells: dict[Name, str]


@dataclass
class List:
    """A list that was read; `headings` are the columns' own names."""

    rows: list[ListRow] = field(default_factory=list)
    headings: dict[Name, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)


def read_list(content: bytes, place: str) -> List:
    """Return the rows of a CSV list: UTF-8 or UTF-16; comma, semicolon or tab.

    Raises `BadInput` where the bytes are no text or the headings are wrong.
    """
    text = _decoded(content, place)
    delimiter = _delimiter(text.split("\n", 1)[0])
    records = _records(text, delimiter, place)
    found = List()
    number, first = next(records, (1, []))
    columns = _columns(number, first, place, found)
    for row, cells in records:
        if row > _ROWS_MOST + 1:
            raise BadInput(Problem(TOO_MANY_ROWS, place, values={"most": _ROWS_MOST}))
        if isinstance(cells, Problem):
            found.problems.append(cells)
        elif any(cells):
            _take(row, cells, columns, place, found)
    if not found.rows and not found.problems:
        found.problems.append(Problem(NO_QUESTIONS, place))
    return found


def _decoded(content: bytes, place: str) -> str:
    if content[:2] not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return decode(content, place)
    try:
        return decode(content.decode("utf-16").encode(), place)
    except UnicodeError as error:
        raise BadInput(Problem(ENCODING, place, values={"byte": len(content)})) from error


def _delimiter(line: str) -> str:
    """Return the delimiter under which the first line shows most of the known columns."""

    def known(delimiter: str) -> int:
        return len({column_name(name.strip(' "')) for name in line.split(delimiter)} - {None})

    return max(_DELIMITERS, key=known)


def _records(text: str, delimiter: str, place: str) -> Iterator[tuple[int, list[str] | Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        try:
            yield row, [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            # Where the next row begins cannot be told any more.
            yield row, Problem(QUOTES, place, row)
            return


def _columns(number: int, cells: list[str] | Problem, place: str, found: List) -> list[Name | None]:
    if isinstance(cells, Problem):
        raise BadInput(cells)
    columns: list[Name | None] = []
    for heading in cells:
        name = column_name(heading)
        if name in found.headings:
            values = {"column": shown(heading)}
            found.problems.append(Problem(DUPLICATE_COLUMN, place, number, shown(heading), values))
            name = None
        elif name:
            found.headings[name] = heading
        elif heading:
            values = {"column": shown(heading)}
            found.losses.append(Problem(COLUMN_NOT_READ, place, number, shown(heading), values))
        columns.append(name)
    if "question" not in found.headings:
        values = {"column": "question", "found": shown(", ".join(filter(None, cells))) or "–"}
        raise BadInput(Problem(MISSING_COLUMN, place, number, "question", values))
    return columns


def _take(row: int, cells: list[str], columns: list[Name | None], place: str, found: List) -> None:
    if any(cells[len(columns) :]):
        counts = {"cells": len(cells), "columns": len(columns)}
        found.problems.append(Problem(CELL_COUNT, place, row, values=counts))
        return
    texts = {name: text for name, text in zip(columns, cells, strict=False) if name and text}
    for name, text in texts.items():
        if bad := CONTROL.search(text):
            values = {"character": f"U+{ord(bad[0]):04X}"}
            heading = found.headings[name]
            found.problems.append(Problem(CONTROL_CHARACTER, place, row, heading, values))
            return
    if texts:
        found.rows.append(ListRow(row, texts))
