"""The bytes of a workbook → its tables by sheet name, bounded and without trust."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain

ROWS_MOST = 10_000
COLUMNS_MOST = 100
_BYTES_MOST = 10_000_000
_UNPACKED_BYTES_MOST = 60_000_000
_SHEETS_MOST = 50

UNREADABLE = explain(
    "sheets.unreadable",
    N_("The file is not an intact XLSX workbook."),
    N_("Open it in a spreadsheet program and save it as .xlsx again."),
)
TOO_LARGE = explain(
    "sheets.too_large",
    N_("The workbook has {megabytes:.0f} MB (unpacked), more than {most_megabytes:.0f} MB."),
    N_("Remove pictures and whatever is no part of the form."),
)
TOO_MANY_ROWS = explain(
    "sheets.too_many_rows",
    N_("The sheet reaches beyond row {most}, which is more than a form can have."),
    N_("Delete the rows below the last filled one; look for a stray cell far below."),
)
TOO_MANY_COLUMNS = explain(
    "sheets.too_many_columns",
    N_("The sheet reaches beyond column {most}."),
    N_("Delete the columns right of the last one that is used."),
)
NOT_CALCULATED = explain(
    "sheets.not_calculated",
    N_("The cell holds a formula whose value is not in the file."),
    N_("Open and save the file in a spreadsheet program, or write the value itself."),
)
ERROR_CELL = explain(
    "sheets.error_cell",
    N_("The cell holds the error {error}."),
    N_("Mend the formula, or write the value itself."),
)


class Unusable(NamedTuple):
    """A cell without a value that could be used, and why."""

    code: str
    error: str = ""


class Share(float):
    """A number that the spreadsheet shows in percent: 0.2 as 20%."""


@dataclass(frozen=True)
class Table:
    """The cells of a sheet: rows by number, the header's too; blank rows are left out."""

    name: str
    rows: Sequence[tuple[int, tuple[Any, ...]]]


def read_tables(content: bytes, place: str) -> list[Table]:
    """Return the tables of a workbook; formulas by the value last calculated.

    Cells of hidden rows, columns and sheets are read like all others; a merged cell has its value
    in its first cell only. Raises `BadInput` for what is no workbook or too large.
    """
    _refuse_bombs(content, place)
    problems: list[Problem] = []
    tables = []
    try:
        for name, rows in _grids(content):
            found = _bounded(rows, f"{place} › {name}", problems)
            tables.append(Table(name, found))
    except Exception as error:  # openpyxl does not say what a damaged workbook makes it raise
        raise BadInput(Problem(UNREADABLE, place)) from error
    if problems:
        raise BadInput(problems)
    return tables


def _refuse_bombs(content: bytes, place: str) -> None:
    # zipfile never unpacks more of a member than is declared, so the declared sizes bound all.
    size, most = len(content), _BYTES_MOST
    if size <= most:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                size = sum(member.file_size for member in archive.infolist())
        except Exception as error:  # whatever bytes can make zipfile raise
            raise BadInput(Problem(UNREADABLE, place)) from error
        most = _UNPACKED_BYTES_MOST
    if size > most:
        values = {"megabytes": size / 1e6, "most_megabytes": most / 1e6}
        raise BadInput(Problem(TOO_LARGE, place, values=values))


def _grids(content: bytes) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield the cells of each sheet; opened a second time only where there are formulas."""
    values = None
    for place, (name, rows) in enumerate(_sheets(content, data_only=False)):
        if not any(isinstance(cell, _Formula) for row in rows for cell in row):
            yield name, rows
            continue
        values = values or [found for _, found in _sheets(content, data_only=True)]
        yield name, _calculated(rows, values[place])


class _Formula:
    """A cell that is calculated."""


def _sheets(content: bytes, *, data_only: bool) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    import openpyxl  # noqa: PLC0415 (slow to import, and rarely used)

    workbook = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False
    )
    for sheet in workbook.worksheets[:_SHEETS_MOST]:
        # The bounds stand against a sheet that claims a cell at XFD1048576 or beyond.
        rows = sheet.iter_rows(min_row=1, max_row=ROWS_MOST + 1, max_col=COLUMNS_MOST + 1)
        yield sheet.title, [_values(row) for row in rows]
    workbook.close()


def _values(cells: Sequence[Any]) -> tuple[Any, ...]:
    """Return what stands in a row, up to its last cell that holds something."""
    count = len(cells)
    while count and cells[count - 1].value is None:
        count -= 1
    return tuple(map(_value, cells[:count]))


def _value(cell: Any) -> Any:
    kind = getattr(cell, "data_type", None)
    if kind == "f":
        return _Formula()
    if kind == "e":
        return Unusable(ERROR_CELL, str(cell.value)[:20])
    if kind == "n" and isinstance(cell.value, int | float) and "%" in str(cell.number_format):
        return Share(cell.value)
    return cell.value


def _calculated(
    rows: list[tuple[Any, ...]], values: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    filled = []
    for row, calculated in zip(rows, values, strict=True):
        known = (*calculated, *([None] * len(row)))
        filled.append(
            tuple(
                (Unusable(NOT_CALCULATED) if value is None else value)
                if isinstance(cell, _Formula)
                else cell
                for cell, value in zip(row, known, strict=False)
            )
        )
    return filled


def _bounded(
    rows: list[tuple[Any, ...]], place: str, problems: list[Problem]
) -> list[tuple[int, tuple[Any, ...]]]:
    filled = [(number, row) for number, row in enumerate(rows, start=1) if row]
    if filled and filled[-1][0] > ROWS_MOST:
        problems.append(Problem(TOO_MANY_ROWS, place, values={"most": ROWS_MOST}))
    if any(len(row) > COLUMNS_MOST for _, row in filled):
        problems.append(Problem(TOO_MANY_COLUMNS, place, values={"most": COLUMNS_MOST}))
    return filled
