"""Two years of history: the newest month again and again, by the database itself.

A copied month has ids, days and period of its own; about one evaluation in a hundred, another in
each month, is still open in it, so that no two months are quite alike. Of the interactions only
those that were picked are copied, and the draws are no longer what their seeds give.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
)
from sqlmodel.sql.sqltypes import UTCDateTime

from bench.report_evaluations import Hashes
from bench.report_forms import CHANGED
from qm.core.periods import Period
from qm.store.tables import metadata

APART = 10_000_000
"""How far the ids of a month are from those of the month after it."""
MONTHS_OF_NEW_FORM = 12
"""So many months, the newest included, are on the second version of the changed form."""
_LEFT_OPEN_OF = 101
_TABLES = (
    "draw_seed",
    "draw",
    "draw_coverage",
    "interaction",
    "pick",
    "replacement",
    "assignment",
    "evaluation",
    "evaluation_life",
    "dispute",
    "disputed_question",
    "coaching_session",
    "session_topic",
    "commitment",
    "coaching_note",
    "answer",
)


def add_history(
    engine: Engine, newest: Period, months: int, hashes: Hashes, *, with_answers: int
) -> None:
    """Copy the newest month into so many months before it, answers into the newest of them."""
    with _unguarded(engine) as connection:
        for back in range(1, months + 1):
            for name in _TABLES if back <= with_answers else _TABLES[:-1]:
                _copy(connection, metadata.tables[name], newest, back, hashes)
            connection.commit()


@contextmanager
def _unguarded(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that does not look up every key: the copies are as whole as the rows."""
    is_sqlite = engine.dialect.name == "sqlite"
    off = ["PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-500000"]
    with engine.connect() as connection:
        for setting in off if is_sqlite else ["SET session_replication_role = replica"]:
            connection.exec_driver_sql(setting)
        connection.commit()
        yield connection
        # Not back into the pool with these settings.
        connection.invalidate()


def _copy(connection: Connection, table: Table, newest: Period, back: int, hashes: Hashes) -> None:
    moved = _Moved(connection.dialect.name == "sqlite", newest, back, hashes)
    rows = select(*(moved.column(column) for column in table.columns))
    rows = rows.where(*moved.chosen(table))
    connection.execute(insert(table).from_select([c.name for c in table.columns], rows))


class _Moved:
    """The newest month's rows as they are, so many months `back`."""

    def __init__(self, is_sqlite: bool, newest: Period, back: int, hashes: Hashes) -> None:
        self.is_sqlite, self.newest, self.back, self.hashes = is_sqlite, newest, back, hashes

    def column(self, column: Column[Any]) -> Any:
        """Return the value of a column in the copy."""
        if column.name in {"period", "month"}:
            return literal(str(self.newest.shift(-self.back)))
        if _is_interaction(column):
            rest = func.substr(column, len(str(self.newest)) + 1)
            return literal(str(self.newest.shift(-self.back))).concat(rest)
        if _is_id(column):
            return column + self.back * APART
        if isinstance(column.type, UTCDateTime):
            return self._moment(column)
        return self._of_its_time(column)

    def _moment(self, column: Column[Any]) -> Any:
        if self.is_sqlite:
            form = text("'%Y-%m-%d %H:%M:%S.000000'")
            return func.strftime(form, column, text(f"'-{self.back} months'"))
        return column - text(f"interval '{self.back} months'")

    def _of_its_time(self, column: Column[Any]) -> Any:
        """Return the earlier form version, and open instead of done, where it was so."""
        columns = column.table.c
        if column.name in {"form_version", "form_sha256"} and self.back >= MONTHS_OF_NEW_FORM:
            earlier = "1" if column.name == "form_version" else self.hashes[CHANGED, "1"]
            return case((columns.form_id == CHANGED, literal(earlier)), else_=column)
        if column.table.name == "assignment" and column.name == "state":
            return case((self._is_left_open(columns.id), literal("open")), else_=column)
        return column

    def chosen(self, table: Table) -> Iterator[Any]:
        """Yield the conditions of a row to be copied."""
        columns = table.c
        key = next(
            column for column in table.primary_key if _is_id(column) or _is_interaction(column)
        )
        if _is_interaction(key):
            pick = metadata.tables["pick"].c
            yield key.in_(select(pick.interaction_id).where(pick.id < APART))
        else:
            yield key < APART
        for name in ("period", "month"):
            if name in columns:
                yield columns[name] == str(self.newest)
        if "assignment_id" in columns:
            yield not_(self._is_left_open(columns.assignment_id))
        if "evaluation_id" in columns:
            evaluation = metadata.tables["evaluation"].c
            left_open = select(evaluation.id).where(
                evaluation.id < APART, self._is_left_open(evaluation.assignment_id)
            )
            yield or_(columns.evaluation_id.is_(None), columns.evaluation_id.not_in(left_open))

    def _is_left_open(self, assignment_id: Any) -> Any:
        dispute = metadata.tables["dispute"].c
        disputed = select(dispute.assignment_id).where(dispute.id < APART)
        is_turn = assignment_id % _LEFT_OPEN_OF == self.back
        return and_(is_turn, assignment_id.not_in(disputed))


def _is_id(column: Column[Any]) -> bool:
    """Whether the column names a row that is copied, by a number."""
    if not isinstance(column.type, Integer):
        return False
    targets = {key.column.table.name for key in column.foreign_keys}
    return column is column.table.autoincrement_column or bool(targets & set(_TABLES))


def _is_interaction(column: Column[Any]) -> bool:
    return column.name == "interaction_id" or (
        column.table.name == "interaction" and column.name == "id"
    )
