"""Closed reports: listed, read as they were frozen, and verified against the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core import report_basis
from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.report_basis import Key
from qm.reports import frozen
from qm.reports.monthly import MonthlyReport
from qm.store import reports as store
from qm.store.audit import record
from qm.store.engine import snapshot, transaction
from qm.store.report_basis import basis_rows
from qm.store.tables import ReportVersion
from qm.workflow.report_changes import Change, changes_of_data
from qm.workflow.reporting import monthly_report

NOT_CLOSED = explain(
    "report.not_closed",
    N_("There is no closed report {number} of the month {period}."),
    N_("Close the month first, or name one of the reports that are listed."),
)


def list_reports(
    engine: Engine, actor: Actor, period: Period | None = None
) -> list[store.ClosedReport]:
    """Return the frozen reports, of one month or of all, the newest first."""
    actor.require("export_report")
    with transaction(engine) as session:
        return store.closed_reports(session, str(period) if period else None)


def read_report(
    engine: Engine,
    actor: Actor,
    period: Period,
    number: int | None = None,
    *,
    centre: Centre,
    now: datetime,
) -> MonthlyReport:
    """Return a month's frozen report, the newest where no number is given; a draft if it has none.

    Raises `BadInput` where there is none of that number, and where its content is not what was
    frozen.
    """
    actor.require("export_report")
    with transaction(engine) as session:
        version = store.version_of(session, str(period), number)
        if version is not None:
            detail = {"number": version.number}
            user, month = actor.username, str(period)
            record(session, actor=user, action="report", subject=month, at=now, detail=detail)
    if version is not None:
        return content_of_version(version)
    if number is not None:
        raise _not_closed(period, number)
    return monthly_report(engine, actor, period, centre=centre, now=now)


@dataclass(frozen=True)
class Verification:
    """What a frozen report is worth today.

    `content_is_whole`: its values have the hash that it was stored with. `basis_is_whole`: the
    hashes of the rows behind it give the hash that stands on it. `changes`: how the rows that
    the database has today differ from these, as rows of the table of changes.
    """

    number: int
    data_sha256: str
    content_sha256: str
    content_is_whole: bool
    basis_is_whole: bool
    changes: tuple[Change, ...]

    @property
    def holds(self) -> bool:
        """Whether the report is whole and nothing has changed since."""
        return self.content_is_whole and self.basis_is_whole and not self.changes


def verify_report(
    engine: Engine, actor: Actor, period: Period, number: int | None = None
) -> Verification:
    """Compute both hashes of a frozen report anew and tell what differs."""
    actor.require("export_report")
    with snapshot(engine) as session:
        version = version_of_month(session, period, number)
        basis = _whole_basis(version)
        present = {} if basis is None else basis_rows(session, str(period))
        changes = changes_of_data(session, report_basis.differences(basis or {}, present))
    return Verification(
        number=version.number,
        data_sha256=version.data_sha256,
        content_sha256=version.content_sha256,
        content_is_whole=_is_whole(version),
        basis_is_whole=basis is not None,
        changes=tuple(changes),
    )


def content_of(session: Session, report_id: int) -> MonthlyReport:
    """Return the frozen report of this id. Raises `BadInput` where it is damaged."""
    return content_of_version(session.get_one(ReportVersion, report_id))


def version_of_month(session: Session, period: Period, number: int | None = None) -> ReportVersion:
    """Return a month's frozen report, the newest where no number is given.

    Raises `BadInput` where there is none.
    """
    version = store.version_of(session, str(period), number)
    if version is None:
        raise _not_closed(period, number or 1)
    return version


def _is_whole(version: ReportVersion) -> bool:
    try:
        report = frozen.from_bytes(version.content)
    except BadInput:
        return False
    stored = (version.content_sha256, version.data_sha256)
    return (report.content_sha256, report.data_sha256) == stored


def _whole_basis(version: ReportVersion) -> Mapping[Key, str] | None:
    """Return the hashes of the rows behind a report, None where they do not give its hash."""
    try:
        basis = report_basis.unpacked(version.basis)
    except ValueError:
        return None
    is_whole = report_basis.data_sha256(version.period, basis) == version.data_sha256
    return basis if is_whole else None


def content_of_version(version: ReportVersion) -> MonthlyReport:
    """Return what was frozen; raises `BadInput` where it no longer has the hash it had then."""
    report = frozen.from_bytes(version.content)
    if report.content_sha256 != version.content_sha256:
        detail = "its content does not have the hash that it was stored with"
        raise BadInput(Problem(frozen.DAMAGED, version.period, values={"detail": detail}))
    return report


def _not_closed(period: Period, number: int) -> BadInput:
    values = {"period": str(period), "number": number}
    return BadInput(Problem(NOT_CLOSED, "report", values=values))
