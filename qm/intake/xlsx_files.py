"""Rows of XLSX files: the first sheet, formulas by the value last calculated."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.files import COLUMNS_MOST, ROWS_MOST, RawRow
from qm.intake.tables_files import Record, table_rows

_UNPACKED_BYTES_MOST = 300_000_000
# A spreadsheet keeps 15 digits of a number; a longer id has already lost its end.
_EXACT_NUMBERS_BELOW = 10**15

XLSX_UNREADABLE = explain(
    "import.xlsx_unreadable",
    N_("The file is not an intact XLSX workbook."),
    N_("Open it in a spreadsheet program and save it as .xlsx again, or as “CSV UTF-8”."),
)
XLSX_TOO_LARGE = explain(
    "import.xlsx_too_large",
    N_("Unpacked, the workbook has {megabytes:.0f} MB, more than {most_megabytes:.0f} MB."),
    N_("Remove what is no table of interactions, split it, or save it as “CSV UTF-8”."),
)


def xlsx_rows(path: Path, place: str) -> Iterator[RawRow | Problem]:
    """Yield the rows of the first sheet and what is wrong with them.

    Raises `BadInput` where the file is no workbook, would unpack to too much, or has a wrong
    header.
    """
    _refuse_bombs(path, place)
    yield from table_rows(_records(path, place), place, may_be_short=True)


def _refuse_bombs(path: Path, place: str) -> None:
    # zipfile never unpacks more of a member than is declared, so the declared sizes bound all.
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except Exception as error:  # whatever bytes can make zipfile raise
        raise BadInput(Problem(XLSX_UNREADABLE, place)) from error
    if unpacked > _UNPACKED_BYTES_MOST:
        values = {"megabytes": unpacked / 1e6, "most_megabytes": _UNPACKED_BYTES_MOST / 1e6}
        raise BadInput(Problem(XLSX_TOO_LARGE, place, values=values))


def _records(path: Path, place: str) -> Iterator[Record]:
    import openpyxl  # noqa: PLC0415 (slow to import, and rarely used)

    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        # The bounds stand against a sheet that claims a cell at XFD1048576 or beyond.
        sheet = workbook.worksheets[0].iter_rows(
            min_row=1, max_row=ROWS_MOST + 2, max_col=COLUMNS_MOST + 1, values_only=True
        )
        for row, values in enumerate(sheet, start=1):
            if values.count(None) < len(values):
                last = max(i for i, value in enumerate(values, 1) if value is not None)
                yield Record(row, [_text(value) for value in values[:last]])
        workbook.close()
    except Exception as error:  # openpyxl does not say what a damaged workbook makes it raise
        raise BadInput(Problem(XLSX_UNREADABLE, place)) from error


def _text(value: Any) -> str:
    """Return a cell as a CSV file would hold it; times of day and spans in seconds."""
    text = "" if value is None else str(value).strip()
    match value:
        case bool():
            text = text.lower()
        case int() | float() if abs(value) >= _EXACT_NUMBERS_BELOW:
            text = f"{value:e}"
        case float() if value.is_integer():
            text = str(int(value))
        case datetime():
            # The workbook's day fractions are off by microseconds.
            text = (value + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
        case timedelta():
            text = str(round(value.total_seconds(), 3))
        case time():
            text = str(value.hour * 3600 + value.minute * 60 + value.second)
    return text
