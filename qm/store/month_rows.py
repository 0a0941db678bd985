"""What figures of a month are computed from, packed and kept beside them: the fast way to it."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from pyarrow import ipc
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from qm.store.columns import WHOLE, columns_of
from qm.store.month_figures import Mark, keep
from qm.store.quality_facts import Rows, rows_of
from qm.store.sampled_picks import sampled_picks
from qm.store.scopes import EVERYONE, EVERYONE_PUBLISHED
from qm.store.stored_evaluations import STORED, QuestionsOf, read_evaluations, with_newer
from qm.store.tables import Evaluation, MonthFigures

_LEVEL, _NAME, _CONTENT = "rows", "everyone", "arrow"
_PACKING = ipc.IpcWriteOptions(compression="zstd")
_WORTH_KEEPING = 1.02
"""By how much a month has to grow to be kept again: reading what was added since is quick."""


@dataclass(frozen=True)
class MonthRows:
    """Everyone's rows of a month as of a mark, with the sampled picks that they rest on."""

    mark: Mark
    rows: Rows
    sampled: pd.DataFrame


def load_month(session: Session, period: str, mark: Mark, questions_of: QuestionsOf) -> MonthRows:
    """Return the rows of a month, read from the start."""
    evaluations = read_evaluations(session, [period], EVERYONE, questions_of)
    sampled = sampled_picks(session, [period])
    return MonthRows(mark, rows_of(session, evaluations, sampled, [period]), sampled)


def brought_up(
    session: Session, known: MonthRows, period: str, mark: Mark, questions_of: QuestionsOf
) -> MonthRows | None:
    """Return what is known of a month as of a later mark: only what was added is read.

    None where that does not do: something was drawn or replaced, or was seen only after newer.
    """
    if known.mark.draws != mark.draws:
        return None
    stored = known.rows.evaluations[STORED]
    evaluations = with_newer(session, stored, period, known.mark, mark, questions_of)
    if evaluations is None:
        return None
    waiting = known.rows.waiting
    rows = rows_of(session, evaluations, known.sampled, [period], EVERYONE, waiting)
    return MonthRows(mark, rows, known.sampled)


def published_rows(session: Session, period: str, month: MonthRows) -> Rows:
    """Return the rows as they are for those who see only what is published."""
    scope = EVERYONE_PUBLISHED
    query = select(col(Evaluation.id)).where(*scope.evaluations(), col(Evaluation.period) == period)
    ids = columns_of(session, query, {"id": WHOLE})["id"].to_numpy()
    every = month.rows.evaluations
    published = every.loc[every["evaluation_id"].isin(ids), STORED].reset_index(drop=True)
    known = (every, month.rows.waiting)
    return rows_of(session, published, month.sampled, [period], scope, *known)


def kept_month(session: Session, period: str, mark: Mark) -> MonthRows | None:
    """Return what is kept of a month with the draws of this mark, None where that is nothing."""
    earlier = _kept_mark(session, period)
    if earlier is None or earlier.draws != mark.draws:
        return None
    figures = session.scalar(
        select(col(MonthFigures.figures)).where(
            *_kept_of(period), col(MonthFigures.mark) == str(earlier)
        )
    )
    return None if figures is None else unpacked(earlier, b64decode(figures[_CONTENT]))


def is_worth_keeping(session: Session, period: str, mark: Mark) -> bool:
    """Whether what is kept of a month is of no use, or far behind."""
    kept = _kept_mark(session, period)
    if kept is None or kept.draws != mark.draws:
        return True
    return mark.evaluated > _WORTH_KEEPING * kept.evaluated


def keep_month(session: Session, period: str, month: MonthRows) -> None:
    """Keep a month's rows in place of those that were kept of it."""
    content = b64encode(packed(month)).decode("ascii")
    keep(session, period, month.mark, _LEVEL, {_NAME: {_CONTENT: content}})


def packed(month: MonthRows) -> bytes:
    """Return the tables of a month as compressed Arrow, one after the other."""
    sink = pa.BufferOutputStream()
    rows = month.rows
    for frame in (rows.evaluations, rows.picks, rows.waiting, month.sampled):
        table = pa.Table.from_pandas(frame)
        with ipc.new_stream(sink, table.schema, options=_PACKING) as stream:
            stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(mark: Mark, content: bytes) -> MonthRows:
    """Return the month that was packed, with the very same types."""
    source = pa.BufferReader(content)
    evaluations, picks, waiting, sampled = (_next_table(source) for _ in range(4))
    return MonthRows(mark, Rows(evaluations, picks, waiting), sampled)


def _kept_mark(session: Session, period: str) -> Mark | None:
    found = session.scalar(select(col(MonthFigures.mark)).where(*_kept_of(period)))
    return None if found is None else Mark.read(found)


def _kept_of(period: str) -> list[ColumnElement[bool]]:
    own = {MonthFigures.period: period, MonthFigures.level: _LEVEL, MonthFigures.name: _NAME}
    return [col(column) == value for column, value in own.items()]


def _next_table(source: pa.BufferReader) -> pd.DataFrame:
    with ipc.open_stream(source) as stream:
        table: pd.DataFrame = stream.read_pandas()
    return table
