"""What is checked of an outside file before a row of it is read: kind, size and encoding."""

import codecs
import re
from pathlib import Path
from typing import Any, Literal, NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain

Kind = Literal["csv", "xlsx", "jsonl"]

_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
ROWS_MOST = 1_000_000
COLUMNS_MOST = 200
_BLOCK_BYTES = 1 << 20
_SHOWN_CHARACTERS = 80

# What PostgreSQL or XML cannot hold, and what nobody types: control characters except tab and
# line ends, and halves of characters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

FILE_MISSING = explain(
    "import.file_missing", N_("There is no such file."), N_("Check the name and the folder.")
)
FILE_UNREADABLE = explain(
    "import.file_unreadable",
    N_("The file could not be opened: {error}."),
    N_("Check the permissions of the file."),
)
FILE_KIND = explain(
    "import.file_kind",
    N_("A file that ends in “{suffix}” is not read."),
    N_("Export the interactions as .csv, .xlsx or .jsonl."),
)
FILE_TOO_LARGE = explain(
    "import.file_too_large",
    N_("The file has {megabytes:.0f} MB, more than the limit of {most_megabytes:.0f} MB."),
    N_("Split it, for example by month, or raise the setting upload_megabytes."),
)
TOO_MANY_ROWS = explain(
    "import.too_many_rows",
    N_("The file has more than {most} rows."),
    N_("Split it, for example by month."),
)
NO_ROWS = explain(
    "import.no_rows",
    N_("The file has no rows."),
    N_("Export again and check that the period holds interactions."),
)
ENCODING = explain(
    "import.encoding",
    N_("The text is not {encoding}: byte {byte} (counted from 1) is 0x{value:02X}."),
    N_("Save the file as “CSV UTF-8” (in Excel: File, Save As), or import it as .xlsx."),
)
NOT_TEXT = explain(
    "import.not_text",
    N_("The first line holds NUL characters; this is not a text file."),
    N_("Save the file as “CSV UTF-8” (in Excel: File, Save As), or import it as .xlsx."),
)


class RawRow(NamedTuple):
    """A row as it stands in the file: texts by column name.

    `row` counts from 1 as a spreadsheet shows it, in JSONL it is the line. `messages` is what a
    JSONL line gives under that key ([] without one), None in tables.
    """

    row: int
    cells: dict[str, str]
    messages: Any = None


def shown(text: str) -> str:
    """Return `text` as fit for a message: on one line, without control characters, not long."""
    text = UNPRINTABLE.sub("�", " ".join(text[: 2 * _SHOWN_CHARACTERS].split()))
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def checked_kind(path: Path, suffix: str, place: str, max_bytes: int) -> Kind:
    """Return the kind of file that `suffix` tells, without reading the file.

    Raises `BadInput` for another ending, a missing file and one of more than `max_bytes`.
    """
    kind = _KINDS.get(suffix.lower())
    if kind is None:
        raise BadInput(Problem(FILE_KIND, place, values={"suffix": shown(suffix)}))
    if not path.is_file():
        raise BadInput(Problem(FILE_MISSING, place))
    size = path.stat().st_size
    if size > max_bytes:
        values = {"megabytes": size / 1e6, "most_megabytes": max_bytes / 1e6}
        raise BadInput(Problem(FILE_TOO_LARGE, place, values=values))
    return kind


def text_encoding(path: Path, place: str) -> str:
    """Return the encoding to open a text file with: UTF-8, or what its byte order mark tells.

    The whole file is decoded once. Raises `BadInput` with the place of the first byte that does
    not fit.
    """
    with path.open("rb") as file:
        start = file.read(3)
        if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            opened_with, name, mark = "utf-16", "UTF-16", 2
            codec = "utf-16-le" if start[:2] == codecs.BOM_UTF16_LE else "utf-16-be"
        else:
            opened_with, name, codec = "utf-8-sig", "UTF-8", "utf-8"
            mark = 3 if start == codecs.BOM_UTF8 else 0
        decoder = codecs.getincrementaldecoder(codec)()
        decoded, row = mark, 1  # bytes and line ends that lie behind
        file.seek(mark)
        while True:
            block = file.read(_BLOCK_BYTES)
            waiting = decoder.getstate()[0]
            try:
                row += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                row += error.object[: error.start].decode(codec).count("\n")
                values = {
                    "encoding": name,
                    "byte": decoded - len(waiting) + error.start + 1,
                    "value": error.object[error.start],
                }
                raise BadInput(Problem(ENCODING, place, row, values=values)) from None
            decoded += len(block)
            if not block:
                return opened_with
