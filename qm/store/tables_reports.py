"""Monthly reports as they were frozen, their deliveries, and the figures kept of past months."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from qm.store.base import Base


class ReportVersion(Base, table=True):
    """A frozen report of a month; rows are only added.

    `number` 1 closed the month, later ones are revisions with their `reason`. `content` is the
    report's values, compressed (`qm.reports.frozen`): what every file of it is rendered from, in
    any language. `data_sha256` is over the evaluations, answers and picks behind it,
    `content_sha256` over the values before compression; `basis` has the hash of each row that
    `data_sha256` covers (`qm.core.report_basis`), compressed. `changes` lists what differs from the
    number before, as rows of the report's table of changes.
    """

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("period", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    period: str = Field(max_length=10)
    number: int
    reason: str = Field(default="", sa_type=Text)
    closed_at: datetime
    closed_by: str = Field(max_length=100)
    data_sha256: str = Field(max_length=64)
    content_sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)
    basis: bytes = Field(sa_type=LargeBinary)
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


class ReportDelivery(Base, table=True):
    """A frozen report to be put somewhere: a durable job of the workers.

    `way` is folder or email, `target` the folder or the address; `formats` and `language` say
    what. `state` is waiting, running, done or failed; a running one is held until `held_until`
    by `held_by`, then anybody may take it again. `files` are the names and hashes of what was
    delivered.
    """

    __tablename__ = "report_delivery"
    __table_args__ = (
        UniqueConstraint("report_id", "way", "target", "language"),
        Index("ix_report_delivery_state_due_at", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report_version.id")
    way: str = Field(max_length=10)
    target: str = Field(sa_type=Text)
    language: str = Field(max_length=2)
    formats: list[str] = Field(default_factory=list, sa_type=JSON)
    state: str = Field(default="waiting", max_length=10)
    tries: int = 0
    due_at: datetime
    held_by: str | None = Field(default=None, max_length=100)
    held_until: datetime | None = None
    done_at: datetime | None = None
    error: str = Field(default="", sa_type=Text)
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


class MonthFigures(Base, table=True):
    """The figures of a past month as they were computed last, to draw years without reading them.

    `level` and `name` say whose (centre, team, channel, queue, form, evaluator …); the
    level `rows` has what they are computed from (`qm.store.month_rows`).
    `mark` is that of the month's rows when they were computed: a row with another one is stale.
    """

    __tablename__ = "month_figures"

    period: str = Field(primary_key=True, max_length=10)
    level: str = Field(primary_key=True, max_length=20)
    name: str = Field(primary_key=True, max_length=100)
    mark: str = Field(max_length=64)
    figures: dict[str, Any] = Field(sa_type=JSON)
