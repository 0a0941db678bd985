from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import col

from qm.store import interaction_blocks
from qm.store.engine import open_engine, transaction
from qm.store.interaction_blocks import pack_missing, read
from qm.store.interaction_columns import COLUMNS
from qm.store.tables import InteractionBlock
from tests.fixtures.imported import add_import, add_people

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=31)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    with transaction(engine) as session:
        add_people(session, {"sara": "orders"})
    yield engine
    engine.dispose()


def add(engine: Engine, hours: range, **values: object) -> int:
    with transaction(engine) as session:
        rows = [
            {"id": f"c-{hour}", "started_at": START + timedelta(hours=hour), **values}
            for hour in hours
        ]
        return add_import(session, rows)


def ids(tables: list[pa.Table]) -> list[str]:
    return [id_ for table in tables for id_ in table.column("id").to_pylist()]


def test_blocks_are_small_in_order_and_say_when(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interaction_blocks, "ROWS_MOST", 4)
    add(engine, range(9, -1, -1))
    with transaction(engine) as session:
        pack_missing(session)
        blocks = session.scalars(select(InteractionBlock).order_by(col(InteractionBlock.id))).all()
        assert [block.rows for block in blocks] == [4, 4, 2]
        hours = [0, 3, 4, 7, 8, 9]
        bounds = [moment for block in blocks for moment in (block.first_at, block.last_at)]
        assert bounds == [START + timedelta(hours=hour) for hour in hours]
        some = read(session, START + timedelta(hours=3), START + timedelta(hours=5), COLUMNS)
        assert ids(some) == ["c-3", "c-4"], "the end is not within"
        assert read(session, END, END + timedelta(days=1), COLUMNS) == []


def test_each_import_is_packed_once(engine: Engine) -> None:
    add(engine, range(3))
    for _ in range(2):
        with transaction(engine) as session:
            pack_missing(session)
    add(engine, range(3, 5))
    add(engine, range(0))  # nothing to pack
    with transaction(engine) as session:
        pack_missing(session)
        tables = read(session, START, END, ["id", "started_at", "import_run_id"])
        runs = [run for table in tables for run in table.column("import_run_id").to_pylist()]
        assert (ids(tables), runs) == ([f"c-{hour}" for hour in range(5)], [1, 1, 1, 2, 2])
        assert ids(read(session, START, END, ["id", "started_at"], last_import_run_id=1)) == [
            *("c-0", "c-1", "c-2")
        ]


def test_two_that_pack_at_once_pack_once(engine: Engine) -> None:
    add(engine, range(200))

    def pack(_: int) -> None:
        with transaction(engine) as session:
            pack_missing(session)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(pack, range(4)))
    with transaction(engine) as session:
        assert session.scalar(select(func.sum(InteractionBlock.rows))) == 200


@pytest.mark.parametrize(
    ("talk_s", "kind"), [(12.5, pa.float32()), (0.1, pa.float64()), (None, pa.float32())]
)
def test_seconds_are_exact_in_the_smallest_type(
    engine: Engine, talk_s: float | None, kind: pa.DataType
) -> None:
    add(engine, range(2), talk_s=talk_s)
    with transaction(engine) as session:
        pack_missing(session)
        (table,) = read(session, START, END, ["started_at", "talk_s"])
    assert table.schema.field("talk_s").type == kind
    assert table.column("talk_s").to_pylist() == [talk_s, talk_s]


def test_a_failure_leaves_no_block(engine: Engine) -> None:
    add(engine, range(2))
    with pytest.raises(RuntimeError), transaction(engine) as session:  # noqa: PT012
        pack_missing(session)
        raise RuntimeError
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(InteractionBlock)) == 0
