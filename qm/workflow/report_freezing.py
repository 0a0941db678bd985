"""Step 8, closing a month: its report is frozen; corrections follow as numbered revisions."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from qm.core import report_basis
from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.report_basis import Key
from qm.core.text import Wording
from qm.reports import frozen
from qm.reports.files import printable
from qm.reports.monthly import MonthlyReport
from qm.store import reports as store
from qm.store.audit import record
from qm.store.engine import snapshot, transaction
from qm.store.report_basis import basis_rows
from qm.store.tables import ReportVersion
from qm.workflow.report_changes import Change, changes_of_data, figures_moved, without_hidden
from qm.workflow.report_destinations import queue_by_rules
from qm.workflow.report_reading import content_of_version, version_of_month
from qm.workflow.report_sections.trends import past_of
from qm.workflow.report_tables import as_table
from qm.workflow.reporting import built_report

NOT_OVER = explain(
    "report.not_over",
    N_("The month {period} is not over yet."),
    N_("Close it when it is; until then the report is a draft."),
)
ALREADY_CLOSED = explain(
    "report.already_closed",
    N_("The month {period} is closed already, as number {number}."),
    N_("Revise the report where something has changed since."),
)
OPEN_PICKS = explain(
    "report.open_picks",
    N_("{count} picks of the month are not evaluated: {picks}."),
    N_("Evaluate or replace them, or close the month with a reason; they count as missing then."),
)
NO_REASON = explain(
    "report.no_reason",
    N_("A revision needs a reason."),
    N_("Write what was corrected, in a sentence that stands on the report."),
)
NOTHING_CHANGED = explain(
    "report.nothing_changed",
    N_("Nothing has changed since number {number}."),
    N_("The closed report holds as it is."),
)

_PICKS_TOLD = 10


def close_month(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    centre: Centre,
    now: datetime,
    reason: str = "",
) -> store.ClosedReport:
    """Freeze the report of a month that is over as number 1 and queue its deliveries.

    With a `reason` also while picks are open; the reason stands on the report. Raises `BadInput`
    where the month is not over, is closed already, or picks are open.
    """
    actor.require("close_report")
    period.require_month()
    if now < period.bounds(centre.zone)[1]:
        raise _refusal(NOT_OVER, period)
    past = past_of(engine, period)
    with snapshot(engine) as session:
        if number := store.last_number(session, str(period)):
            raise _refusal(ALREADY_CLOSED, period, number=number)
        waiting = store.open_picks(session, str(period))
        if waiting and not reason.strip():
            raise _refusal(OPEN_PICKS, period, count=len(waiting), picks=_told(waiting))
        report = built_report(session, period, past, by=actor.username, centre=centre, now=now)
        rows = basis_rows(session, str(period))
    return _store(engine, actor, report, rows, [], number=1, reason=reason if waiting else "")


def revise_report(
    engine: Engine,
    actor: Actor,
    period: Period,
    reason: str,
    *,
    centre: Centre,
    now: datetime,
) -> store.ClosedReport:
    """Freeze the month's report anew under the next number, with the list of what changed.

    Raises `BadInput` where the month is not closed, without a reason, and where nothing has
    changed: neither the rows behind the report nor one of its figures.
    """
    actor.require("close_report")
    if not reason.strip():
        raise _refusal(NO_REASON, period)
    past = past_of(engine, period)
    with snapshot(engine) as session:
        last = version_of_month(session, period)
        before = report_basis.unpacked(last.basis)
        report = built_report(session, period, past, by=actor.username, centre=centre, now=now)
        rows = basis_rows(session, str(period))
        changes = changes_of_data(session, report_basis.differences(before, rows))
    changes = without_hidden(changes, report)
    changes += figures_moved(content_of_version(last), report)
    if not changes:
        raise _refusal(NOTHING_CHANGED, period, number=last.number)
    return _store(engine, actor, report, rows, changes, number=last.number + 1, reason=reason)


def _store(
    engine: Engine,
    actor: Actor,
    report: MonthlyReport,
    rows: Mapping[Key, str],
    changes: list[Change],
    *,
    number: int,
    reason: str,
) -> store.ClosedReport:
    period = str(report.period)
    report = dataclasses.replace(
        report,
        number=number,
        reason=" ".join(printable(reason).split()),
        data_sha256=report_basis.data_sha256(period, rows),
        tables={**report.tables, "changes": as_table("changes", changes)},
    )
    content = frozen.to_bytes(report)
    version = ReportVersion(
        period=period,
        number=number,
        reason=report.reason,
        closed_at=report.made_at,
        closed_by=actor.username,
        data_sha256=report.data_sha256 or "",
        content_sha256=frozen.content_sha256(frozen.unpacked(content)),
        content=content,
        basis=report_basis.packed(period, rows),
        changes=[_as_json(change) for change in changes],
    )
    with transaction(engine) as session:
        version.id = store.add_version(session, version)
        if version.id is None:
            raise _refusal(ALREADY_CLOSED, report.period, number=number)
        queued = queue_by_rules(session, version.id, now=report.made_at)
        detail = {"number": number, "reason": version.reason, "deliveries": queued}
        hashes = {"data_sha256": version.data_sha256, "content_sha256": version.content_sha256}
        record(
            session,
            actor=actor.username,
            action="close_report" if number == 1 else "revise_report",
            subject=period,
            at=report.made_at,
            detail={**detail, **hashes},
        )
    told = version.model_dump(exclude={"content", "basis", "changes"})
    return store.ClosedReport(**told, changes=len(changes))


def _as_json(change: Change) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, Wording):
            return value.model_dump(exclude_none=True)
        return value.isoformat() if isinstance(value, datetime) else value

    return {name: plain(value) for name, value in change.items()}


def _told(waiting: Sequence[store.OpenPick]) -> str:
    told = [
        each.interaction_id + (f" ({each.evaluator})" if each.evaluator else "")
        for each in waiting[:_PICKS_TOLD]
    ]
    return ", ".join(told) + (", …" if len(waiting) > _PICKS_TOLD else "")


def _refusal(code: str, period: Period, **values: object) -> BadInput:
    return BadInput(Problem(code, "report", values={"period": str(period), **values}))
