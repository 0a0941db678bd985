"""Frozen reports of months, and what keeps a month from being closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from qm.store.picks import in_effect
from qm.store.scopes import EVERYONE
from qm.store.tables import Assignment, Dispute, Evaluation, Pick, ReportVersion

Row = TypeVar("Row", bound=SQLModel)

_IDS_AT_ONCE = 500  # below what SQLite takes as parameters of a query


@dataclass(frozen=True)
class ClosedReport:
    """A frozen report without its content; `changes` counts what differs from the one before."""

    id: int
    period: str
    number: int
    reason: str
    closed_at: datetime
    closed_by: str
    data_sha256: str
    content_sha256: str
    changes: int


def closed_reports(session: Session, period: str | None = None) -> list[ClosedReport]:
    """Return the frozen reports, the newest month and number first."""
    columns = (
        col(ReportVersion.id),
        col(ReportVersion.period),
        col(ReportVersion.number),
        col(ReportVersion.reason),
        col(ReportVersion.closed_at),
        col(ReportVersion.closed_by),
        col(ReportVersion.data_sha256),
        col(ReportVersion.content_sha256),
        col(ReportVersion.changes),
    )
    query = select(*columns).order_by(
        col(ReportVersion.period).desc(), col(ReportVersion.number).desc()
    )
    if period is not None:
        query = query.where(col(ReportVersion.period) == period)
    found = session.execute(query)
    return [ClosedReport(**{**row, "changes": len(row["changes"])}) for row in found.mappings()]


def version_of(session: Session, period: str, number: int | None = None) -> ReportVersion | None:
    """Return a frozen report of a month, the newest one where no number is given."""
    query = select(ReportVersion).where(col(ReportVersion.period) == period)
    if number is not None:
        query = query.where(col(ReportVersion.number) == number)
    return session.scalars(query.order_by(col(ReportVersion.number).desc()).limit(1)).first()


def last_number(session: Session, period: str) -> int:
    """Return the number of a month's newest frozen report, 0 where there is none."""
    query = select(func.max(ReportVersion.number)).where(col(ReportVersion.period) == period)
    return session.scalar(query) or 0


def add_version(session: Session, version: ReportVersion) -> int | None:
    """Store a frozen report and return its id; None where somebody has just stored this number."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    add = (postgresql if is_postgres else sqlite).insert(ReportVersion)
    values = version.model_dump(exclude={"id"})
    stored = add.values(**values).on_conflict_do_nothing().returning(col(ReportVersion.id))
    return session.execute(stored).scalar()


class OpenPick(NamedTuple):
    """A pick that nobody has evaluated, and who has it (None: nobody)."""

    interaction_id: str
    evaluator: str | None


def open_picks(session: Session, period: str) -> list[OpenPick]:
    """Return the picks of a month that wait to be evaluated, by interaction."""
    is_evaluated = exists(
        select(col(Evaluation.id))
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .where(col(Assignment.pick_id) == col(Pick.id), *EVERYONE.evaluations())
    )
    holder = (
        select(func.min(Assignment.evaluator))
        .where(
            col(Assignment.pick_id) == col(Pick.id),
            col(Assignment.state) == "open",
            col(Assignment.kind) == "official",
        )
        .scalar_subquery()
    )
    query = (
        select(col(Pick.interaction_id), holder)
        .where(col(Pick.month) == period, in_effect(), ~is_evaluated)
        .order_by(col(Pick.interaction_id))
    )
    return [OpenPick(*row) for row in session.execute(query)]


def open_disputes(session: Session, period: str) -> int:
    """Return how many disputes about evaluations of a month are not decided."""
    query = (
        select(func.count())
        .select_from(Dispute)
        .join(Evaluation, col(Evaluation.id) == col(Dispute.evaluation_id))
        .where(col(Evaluation.period) == period, col(Dispute.state) == "open")
    )
    return session.scalar(query) or 0


def is_something_there(session: Session, period: str) -> bool:
    """Whether a month has a pick or an official evaluation to report about."""
    picked = select(col(Pick.id)).where(col(Pick.month) == period)
    evaluated = select(col(Evaluation.id)).where(
        col(Evaluation.period) == period, *EVERYONE.evaluations()
    )
    return any(session.scalar(query.limit(1)) is not None for query in (picked, evaluated))


def rows_of(session: Session, table: type[Row], ids: Sequence[int]) -> dict[int, Row]:
    """Return the rows of a table by their numbers; those that are not there are left out."""
    key: Any = table.id  # type: ignore[attr-defined]
    found: dict[int, Row] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        query = select(table, key).where(key.in_(ids[start : start + _IDS_AT_ONCE]))
        found |= {number: row for row, number in session.execute(query)}
    return found
