"""Many rows of the database → Arrow columns, by the fastest way that each database offers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Executable
from sqlmodel import Session

from qm.store.arrow_columns import (
    category_column,
    flag_column,
    moment_column,
    number_column,
    text_column,
)

TEXT, WHOLE, NUMBER, FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
MOMENT = pa.timestamp("us", "UTC")
NAME = pa.dictionary(pa.int32(), pa.string())
"""A text that repeats."""

_ROWS_AT_ONCE = 5000
_IDS_AT_ONCE = 5000
_NO_ZONE = pa.timestamp("us")


def columns_of(session: Session, query: Executable, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Return the rows of a query; `types` names its columns in their order.

    What is not stored yet is written first, as by every query of a session.
    """
    session.flush()
    if session.connection().dialect.name == "postgresql":
        return _copied(session, query, types)
    return _fetched(session, query, types)


def at_once(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the ids in as many parts as a statement may ask for at once."""
    return (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))


def frame_of_columns(table: pa.Table) -> pd.DataFrame:
    """Return the columns as those of pandas: texts as the dtype str, names as categories."""
    return pd.DataFrame(
        {
            name: _column(table[name].chunks, table.schema.field(name).type)
            for name in table.column_names
        }
    )


def _column(pieces: Sequence[pa.Array], kind: pa.DataType) -> Any:
    if pa.types.is_dictionary(kind):
        return category_column(pieces)
    if pa.types.is_timestamp(kind):
        return moment_column(pieces) if pieces else pd.Series([], dtype="datetime64[us, UTC]")
    if pa.types.is_string(kind):
        return text_column(pieces)
    if pa.types.is_boolean(kind):
        return flag_column(pieces)
    numbers = number_column(pieces)
    return numbers if pa.types.is_floating(kind) else numbers.astype(np.int64)


def _fetched(session: Session, query: Executable, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Read rows from the driver's own cursor: values as SQLite has them, no row objects."""
    result: Any = session.connection().execute(query)
    pieces: list[list[pa.Array]] = [[] for _ in types]
    for rows in _partitions(result.cursor):
        for kind, values, place in zip(
            types.values(), zip(*rows, strict=True), pieces, strict=True
        ):
            place.append(_array(values, kind))
    result.close()
    arrays = [pa.chunked_array(own, kind) for own, kind in zip(pieces, types.values(), strict=True)]
    return pa.table(arrays, names=list(types)).unify_dictionaries()


def _partitions(cursor: Any) -> Iterator[Sequence[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield rows


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode()
    if pa.types.is_boolean(kind):
        return pa.array(values, pa.int64()).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.string()).cast(_NO_ZONE).cast(kind)
    return pa.array(values, kind)


def _copied(session: Session, query: Any, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Read what PostgreSQL copies out as CSV, in which only texts are ever quoted."""
    connection = session.connection()
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    driver: Any = connection.connection.driver_connection
    out = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    sink = pa.BufferOutputStream()
    with driver.cursor() as cursor, cursor.copy(out, compiled.params) as copy:
        for block in copy:
            sink.write(block)
    return _read(sink.getvalue(), types)


def _read(content: pa.Buffer, types: Mapping[str, pa.DataType]) -> pa.Table:
    if not content.size:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})
    return csv.read_csv(
        pa.BufferReader(content),
        csv.ReadOptions(column_names=list(types), block_size=1 << 24),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict(types),
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ).unify_dictionaries()
