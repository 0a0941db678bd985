"""Where frozen reports go: queued by the centre's rules, or by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.report_rules import KIND, ReportRules
from qm.store import report_deliveries as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.reports import version_of
from qm.store.rules import rules_in_force
from qm.store.tables import ReportDelivery

NOTHING_TO_DELIVER = explain(
    "report.nothing_to_deliver",
    N_("There is no closed report of the month {period} to deliver."),
    N_("Close the month first; a draft is not delivered."),
)
NOWHERE = explain(
    "report.nowhere",
    N_("No folder and no e-mail address is given."),
    N_("Name some here, or in the rules of the report."),
)


@dataclass(frozen=True)
class DeliveryOfReport:
    """A delivery and the report that it is of."""

    period: str
    number: int
    delivery: ReportDelivery


def queue_by_rules(session: Session, report_id: int, *, now: datetime) -> int:
    """Queue a report for everybody whom the rules in force name; return how many deliveries."""
    return _queue(session, report_id, rules_in_force(session, KIND, ReportRules), now)


def queue_deliveries(
    engine: Engine,
    actor: Actor,
    period: Period,
    rules: ReportRules,
    *,
    number: int | None = None,
    now: datetime,
) -> int:
    """Queue a month's frozen report for the folders and addresses of `rules`; return how many.

    What is queued or delivered already is not queued again. Raises `BadInput` where the month is
    not closed, and where there is nowhere to deliver to.
    """
    actor.require("close_report")
    if not rules.folders and not rules.recipients:
        raise BadInput(Problem(NOWHERE, "report"))
    with transaction(engine) as session:
        version = version_of(session, str(period), number)
        if version is None:
            raise BadInput(Problem(NOTHING_TO_DELIVER, "report", values={"period": str(period)}))
        return _queue(session, version.id or 0, rules, now)


def list_deliveries(
    engine: Engine, actor: Actor, period: Period | None = None
) -> list[DeliveryOfReport]:
    """Return the deliveries, of one month or of all, the newest first."""
    actor.require("export_report")
    with transaction(engine) as session:
        found = store.deliveries(session, str(period) if period else None)
    return [DeliveryOfReport(month, number, delivery) for delivery, month, number in found]


def retry_deliveries(engine: Engine, actor: Actor, *, now: datetime) -> int:
    """Let the deliveries that failed or were put off be tried at once; return how many."""
    actor.require("close_report")
    with transaction(engine) as session:
        return store.retry_failed(session, now)


def send_again(engine: Engine, actor: Actor, delivery_id: int, *, now: datetime) -> bool:
    """Let one delivery be tried at once, also one that is done; False where it is under way."""
    actor.require("close_report")
    with transaction(engine) as session:
        is_waiting = store.again(session, delivery_id, now)
        if is_waiting:
            user, subject = actor.username, str(delivery_id)
            record(session, actor=user, action="report_sent_again", subject=subject, at=now)
    return is_waiting


def _queue(session: Session, report_id: int, rules: ReportRules, now: datetime) -> int:
    return store.queue(session, _rows(report_id, rules, now))


def _rows(report_id: int, rules: ReportRules, now: datetime) -> Sequence[dict[str, Any]]:
    targets = [
        *(("folder", folder) for folder in rules.folders),
        *(("email", address) for address in rules.recipients),
    ]
    return [
        {
            "report_id": report_id,
            "way": way,
            "target": target,
            "language": language,
            "formats": list(rules.formats),
            "due_at": now,
        }
        for way, target in targets
        for language in rules.languages
    ]
