"""Interactions packed column by column: a draw of millions reads these, not the rows.

A block holds up to `ROWS_MOST` interactions of one import, oldest first, as an Arrow stream: what
never changes about them, and the permanent number of each where the seed of its period was
committed to by then. An import that is committed never changes, so neither do its blocks.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import delete, exists, insert, select, text
from sqlmodel import Session, col

from qm.core.sampling.numbers import permanent_numbers
from qm.store.interaction_columns import COLUMNS, OWNER_COLUMNS, SECONDS, stream
from qm.store.tables import DrawSeed, ImportRun, Interaction, InteractionBlock

ROWS_MOST = 50_000
# As fast as lz4 or nothing once the database's part is counted, and 40 % smaller than lz4.
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")
_CONTENT = "SELECT content FROM interaction_block WHERE id ="


def pack_run(session: Session, run_id: int) -> None:
    """Pack the interactions that an import stored; it has no blocks yet."""
    seeds = list(session.scalars(select(DrawSeed).order_by(col(DrawSeed.id))))
    of_run = col(Interaction.import_run_id) == run_id
    for table in stream(session, of_run, COLUMNS, rows_at_once=ROWS_MOST):
        moments = table.column("started_at")
        block = {
            "import_run_id": run_id,
            "first_at": moments[0].as_py(),
            "last_at": moments[-1].as_py(),
            "rows": table.num_rows,
            "content": _content(_narrow(_numbered(table, seeds))),
        }
        session.execute(insert(InteractionBlock), [block])


def pack_missing(session: Session) -> None:
    """Pack the imports that have no blocks, such as those from before there were any."""
    if _unpacked(session):
        _hold_packing(session)  # somebody else may be packing them
        for run_id in _unpacked(session):
            pack_run(session, run_id)


def _hold_packing(session: Session) -> None:
    """Wait for others that pack, and keep them waiting until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE interaction_block IN SHARE ROW EXCLUSIVE MODE"))
    else:
        # On SQLite a write is the lock, even one that finds nothing.
        session.execute(delete(InteractionBlock).where(col(InteractionBlock.id).is_(None)))


def _unpacked(session: Session) -> Sequence[Any]:
    run_id = col(ImportRun.id)
    query = select(run_id).where(
        ~exists().where(col(InteractionBlock.import_run_id) == run_id),
        exists().where(col(Interaction.import_run_id) == run_id),
    )
    return session.scalars(query.order_by(run_id)).all()


def read(
    session: Session,
    start: datetime,
    end: datetime,
    columns: Sequence[str],
    *,
    seed_id: int | None = None,
    last_import_run_id: int | None = None,
) -> list[pa.Table]:
    """Return these columns of the interactions of [start, end), of imports up to a last one.

    `columns` are names of `qm.store.interaction_columns.COLUMNS`; numbers may come in smaller
    types than there. With `seed_id` there is a column `number`, null where that of this seed is
    not stored. `pack_missing` first: an import without blocks is not found.
    """
    asked = [*columns, "number", "seed_id"] if seed_id is not None else columns
    query = select(col(InteractionBlock.id)).where(
        col(InteractionBlock.first_at) < end, col(InteractionBlock.last_at) >= start
    )
    if last_import_run_id is not None:
        query = query.where(col(InteractionBlock.import_run_id) <= last_import_run_id)
    ids = session.scalars(query.order_by(col(InteractionBlock.id))).all()

    def unpack(content: bytes) -> pa.Table:
        table = _between(_columns(content, asked), start, end)
        return table if seed_id is None else _with_numbers_of(table, seed_id)

    # One block is unpacked while the next one is fetched.
    with ThreadPoolExecutor(1) as unpacking:
        return list(unpacking.map(unpack, _contents(session, ids)))


def _contents(session: Session, ids: Sequence[Any]) -> Iterator[bytes]:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # As text, the driver's default, bytes take five times as long.
        driver: Any = connection.connection.driver_connection
        with driver.cursor(binary=True) as cursor:
            for id_ in ids:
                yield cursor.execute(f"{_CONTENT} %s", (id_,)).fetchone()[0]
    else:
        for id_ in ids:
            yield connection.exec_driver_sql(f"{_CONTENT} ?", (id_,)).scalar_one()


def _columns(content: bytes, names: Sequence[str]) -> pa.Table:
    """Return the named columns; those that the block lacks are null in all of its rows."""
    schema = pa.ipc.open_stream(content).schema
    held = [name for name in names if schema.get_field_index(name) >= 0]
    places = [schema.get_field_index(name) for name in held]
    options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
    table = pa.ipc.open_stream(content, options=options).read_all()
    for name in names:
        if name not in held:
            nulls = pa.nulls(table.num_rows, pa.string()).dictionary_encode()
            table = table.append_column(name, nulls)
    return table.select(names)


def _between(table: pa.Table, start: datetime, end: datetime) -> pa.Table:
    moments = table.column("started_at").to_numpy()
    first, after = np.searchsorted(moments, [_numpy(start), _numpy(end)])
    return table.slice(first, after - first)


def _with_numbers_of(table: pa.Table, seed_id: int) -> pa.Table:
    is_of_seed = pc.equal(table.column("seed_id"), seed_id)
    numbers = pc.if_else(is_of_seed, table.column("number"), None)
    return table.drop_columns(["number", "seed_id"]).append_column("number", numbers)


def _numpy(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "us")


def _numbered(table: pa.Table, seeds: Sequence[DrawSeed]) -> pa.Table:
    """Return the table with the numbers of the seed that is valid at each interaction's start.

    Where periods of two kinds overlap it is the one committed to last.
    """
    numbers = np.full(table.num_rows, np.nan)
    seed_ids = np.zeros(table.num_rows, dtype=np.int32)
    moments = table.column("started_at").to_numpy()
    for seed in seeds:
        first, after = np.searchsorted(moments, [_numpy(seed.starts_at), _numpy(seed.ends_at)])
        ids = table.column("id").slice(first, after - first).to_pylist()
        numbers[first:after] = permanent_numbers(seed.seed, ids)
        seed_ids[first:after] = seed.id
    table = table.append_column("number", pa.array(numbers, from_pandas=True))
    return table.append_column("seed_id", pa.array(seed_ids, mask=seed_ids == 0))


def _narrow(table: pa.Table) -> pa.Table:
    """Return the table in the smallest types that hold its values exactly.

    Owners' columns are left out where no interaction had several agents.
    """
    kept = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.combine_chunks()
        if name in OWNER_COLUMNS and values.null_count == len(values):
            continue
        if pa.types.is_dictionary(values.type):
            index = np.min_scalar_type(-max(len(values.dictionary), 1))
            indices = values.indices.cast(pa.from_numpy_dtype(index))
            values = pa.DictionaryArray.from_arrays(indices, values.dictionary)
        elif name in SECONDS:
            single = values.cast(pa.float32(), safe=False)
            values = single if single.cast(pa.float64()).equals(values) else values
        kept[name] = values
    return pa.table(kept)


def _content(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_COMPRESSED) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content
