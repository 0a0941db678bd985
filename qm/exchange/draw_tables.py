"""Populations and picks as CSV that loses nothing: exact numbers, texts that are no formulas."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from qm.core.problems import N_, BadInput, Problem, explain

UNREADABLE = explain(
    "bundle.unreadable",
    N_("The table cannot be read: {detail}."),
    N_("Ask for the bundle again; this one is not what qm writes."),
)
COLUMNS_WRONG = explain(
    "bundle.columns",
    N_("The columns are not those of the table: missing {missing}; twice {twice}."),
    N_("Ask for the bundle again; this one is not what qm writes."),
)
CELL_WRONG = explain(
    "bundle.cell",
    N_("“{value}” is not what stands in this column: {kind}."),
    N_("Ask for the bundle again; this one is not what qm writes."),
)
FORMULA = explain(
    "bundle.formula",
    N_("The cell “{value}” begins like a formula; qm writes an apostrophe before such texts."),
    N_("Do not open the file in a spreadsheet; ask for the bundle again."),
)
TWICE = explain(
    "bundle.twice",
    N_("The interaction “{value}” stands in the table twice."),
    N_("Ask for the bundle again; this one is not what qm writes."),
)

EARLIER_FLAGS = ("is_in_effect", "is_replaced")
MOMENT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"

_YES_NO = {"recorded", "evaluated", "drawn", "is_new", "is_reserve", *EARLIER_FLAGS}
_WHOLE = {"contacts_7d", "zone", "zone_size", "rank"}
_DECIMAL = {"talk_s", "hold_s", "wrap_s", "number", "inclusion_probability"}
_NEEDED_DECIMAL = {"number", "inclusion_probability"}
_MAY_BE_EMPTY = {"stratum"}  # as a text; other empty texts are missing ones

# Programs that open CSV take a cell that begins so for a formula (also in its wide forms); the
# apostrophe is among them so that taking the first one away always gives the text back.
_ESCAPED = ("'", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA = "^[" + "".join(_ESCAPED[1:]).replace("-", "\\-") + "]"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
_INTEGER = r"^[0-9]{1,18}$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"


def table_text(table: pd.DataFrame) -> str:
    """Return the table as CSV: commas, line feeds, moments in UTC, yes and no, exact numbers."""
    written = io.StringIO()
    cells = pd.DataFrame({str(name): _cells(table[name]) for name in table})
    cells.to_csv(written, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    return written.getvalue()


def _cells(column: "pd.Series[Any]") -> Any:
    name = str(column.name)
    if _is_yes_no(name):
        return np.where(column.astype(bool), "yes", "no")
    if name == "started_at":
        return column.dt.tz_convert("UTC").dt.strftime(MOMENT_FORMAT)
    if name in _WHOLE or name in _DECIMAL:
        return column
    texts = column.astype("category")
    return texts.cat.rename_categories([_escaped(str(text)) for text in texts.cat.categories])


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_ESCAPED) else text


def _is_yes_no(name: str) -> bool:
    return name in _YES_NO or name.startswith("says:")


def read_table(content: bytes, place: str, needed: Sequence[str]) -> pd.DataFrame:
    """Return the table with the types that a draw wants.

    Raises `BadInput` where a column of `needed` is missing or one is there twice, where a cell is
    not of its column's kind, and where an interaction stands there twice.
    """
    table = _texts(content, place)
    names = table.column_names
    missing = [name for name in needed if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or twice:
        values = {"missing": missing or "–", "twice": [*map(ascii, twice)] or "–"}
        raise BadInput(Problem(COLUMNS_WRONG, place, row=1, values=values))
    columns = {name: _column(table.column(name), name, place) for name in names}
    read = pd.DataFrame(columns)
    again = read["interaction_id"][read["interaction_id"].duplicated()]
    if not again.empty:
        raise BadInput(_problem(TWICE, place, int(again.index[0]), "interaction_id", again.iloc[0]))
    return read


def _texts(content: bytes, place: str) -> pa.Table:
    try:
        # Every column as text: what stands in it is judged afterwards, cell by cell.
        header = next(csv.reader(io.StringIO(content.partition(b"\n")[0].decode())), [])
        table = arrow_csv.read_csv(
            pa.py_buffer(content),
            read_options=arrow_csv.ReadOptions(use_threads=False),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError, csv.Error) as error:
        detail = str(error).partition("\n")[0]
        raise BadInput(Problem(UNREADABLE, place, values={"detail": detail})) from error
    if any(field.type != pa.string() for field in table.schema):
        raise BadInput(Problem(UNREADABLE, place, row=1, values={"detail": "several lines"}))
    return table


def _column(texts: pa.ChunkedArray, name: str, place: str) -> Any:
    if _is_yes_no(name):
        _require(texts, "^(yes|no)$", name, place, "yes, no")
        return pc.equal(texts, "yes").to_numpy()
    if name == "started_at":
        _require(texts, _MOMENT, name, place, "2026-11-05T07:02:00.000000Z")
        return _moments(texts, place)
    if name in _WHOLE:
        _require(texts, _INTEGER, name, place, "123")
        return pc.cast(texts, pa.int64()).to_numpy()
    if name in _DECIMAL:
        return _decimals(texts, name, place)
    _refuse(texts, pc.match_substring_regex(texts, _FORMULA), FORMULA, name, place)
    plain = pc.replace_substring_regex(texts, "^'", "")
    if name not in _MAY_BE_EMPTY:
        plain = pc.if_else(pc.equal(plain, ""), None, plain)
    if name in {"interaction_id", "agent_id", "team_id"}:
        _refuse(texts, pc.is_null(plain), CELL_WRONG, name, place, "abc")
    column = plain.to_pandas()
    return column.astype(object).where(column.notna(), None) if plain.null_count else column


def _decimals(texts: pa.ChunkedArray, name: str, place: str) -> Any:
    pattern = _NUMBER if name in _NEEDED_DECIMAL else f"^$|{_NUMBER}"
    _require(texts, pattern, name, place, "12.5")
    numbers = pc.cast(pc.if_else(pc.equal(texts, ""), None, texts), pa.float64())
    infinite = pc.fill_null(pc.invert(pc.is_finite(numbers)), False)
    _refuse(texts, infinite, CELL_WRONG, name, place, "12.5")
    return numbers.to_numpy()


def _moments(texts: pa.ChunkedArray, place: str) -> Any:
    try:
        return pd.to_datetime(texts.to_pandas(), format=MOMENT_FORMAT, utc=True).dt.as_unit("us")
    except (ValueError, OverflowError) as error:
        values = {"value": str(error).partition(",")[0], "kind": "2026-11-05T07:02:00.000000Z"}
        raise BadInput(Problem(CELL_WRONG, place, field="started_at", values=values)) from error


def _require(texts: pa.ChunkedArray, pattern: str, name: str, place: str, kind: str) -> None:
    bad = pc.invert(pc.match_substring_regex(texts, pattern))
    _refuse(texts, bad, CELL_WRONG, name, place, kind)


def _refuse(
    texts: pa.ChunkedArray, bad: Any, code: str, name: str, place: str, kind: str = ""
) -> None:
    places = np.flatnonzero(np.asarray(bad))
    if len(places):
        row = int(places[0])
        raise BadInput(_problem(code, place, row, name, texts[row].as_py(), kind))


def _problem(code: str, place: str, row: int, field: str, value: object, kind: str = "") -> Problem:
    shown = ascii(str(value)[:60])[1:-1] if not str(value).isprintable() else str(value)[:60]
    return Problem(code, place, row + 2, field, {"value": shown, "kind": kind})
