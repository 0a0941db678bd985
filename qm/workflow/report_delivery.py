"""Delivering frozen reports: a durable job per folder or address, language and report."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, cast

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from qm.core.access import Actor
from qm.core.mailing import MailServer
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.report_rules import Format, require_folder
from qm.core.text import Language
from qm.locale import translator
from qm.reports import mail
from qm.reports.monthly import MonthlyReport
from qm.store import report_deliveries as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import ReportDelivery
from qm.workflow.report_files import write_files
from qm.workflow.report_reading import content_of

NO_SERVER = explain(
    "mail.no_server",
    N_("No mail server is set."),
    N_("Set mail_host and mail_sender, then deliver again with “qm report deliver --retry”."),
)
ABANDONED = explain(
    "report.delivery_abandoned",
    N_("The process that delivered it ended {tries} times before it was done."),
    N_("Look why it ended (memory, disk), then deliver again with “qm report deliver --retry”."),
)

Result = Literal["done", "put_off", "failed", "lost"]


@dataclass(frozen=True)
class Channels:
    """Where deliveries can go: the folder above all folders, and the mail server (None: none).

    `pages` is the address of qm's pages, for a link in the e-mail; empty where it is not known.
    """

    folder: Path
    server: MailServer | None
    pages: str = ""


@dataclass(frozen=True)
class Patience:
    """How long a delivery is held by who began it, and the pauses between its tries.

    It fails when the try after the last pause does. Only tests need others than these.
    """

    lease: timedelta = timedelta(minutes=15)
    pauses: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
    )


@dataclass(frozen=True)
class Delivered:
    """What became of a try at a delivery; `error` says why it is not done."""

    result: Result
    way: str
    target: str
    error: str = ""


def deliver_next(
    engine: Engine,
    actor: Actor,
    channels: Channels,
    *,
    clock: Callable[[], datetime],
    patience: Patience = Patience(),
) -> Delivered | None:
    """Deliver the report that is due longest and return what became of it; None: none is due.

    A server or folder that is away is tried again after growing pauses. What is refused for good
    fails at once. Where this process dies, another one takes the delivery when the lease is over.
    """
    actor.require("close_report")
    with transaction(engine) as session:
        held = store.claim(session, uuid.uuid4().hex, clock(), patience.lease)
    if held is None:
        return None
    try:
        if held.tries > len(patience.pauses) + 1:
            raise BadInput(Problem(ABANDONED, held.target, values={"tries": held.tries - 1}))
        files = _delivered(engine, held, channels, clock())
    except BadInput as refusal:
        return _failed(engine, actor, held, str(refusal.problems[0]), clock())
    except OSError as error:
        reason = mail.reason_of(error)
        if mail.is_final(error) or held.tries > len(patience.pauses):
            return _failed(engine, actor, held, reason, clock())
        return _put_off(engine, held, reason, clock() + patience.pauses[held.tries - 1])
    except DBAPIError:  # no fault of this delivery: it is taken again when the lease is over
        raise
    except Exception as error:  # what cannot be rendered must not stop the others
        reason = f"{type(error).__name__}: {error}"
        return _failed(engine, actor, held, reason, clock())
    return _done(engine, actor, held, files, clock())


def deliver_all(
    engine: Engine,
    actor: Actor,
    channels: Channels,
    *,
    clock: Callable[[], datetime],
    patience: Patience = Patience(),
) -> tuple[Delivered, ...]:
    """Deliver until nothing is due and return what became of each."""
    tried = []
    while found := deliver_next(engine, actor, channels, clock=clock, patience=patience):
        tried.append(found)
    return tuple(tried)


def _delivered(
    engine: Engine, held: ReportDelivery, channels: Channels, now: datetime
) -> list[dict[str, Any]]:
    with transaction(engine) as session:
        report = content_of(session, held.report_id)
    language, formats = cast("Language", held.language), cast("list[Format]", held.formats)
    if held.way == "folder":
        folder = channels.folder / require_folder(held.target)
        return _names(write_files(report, language, formats, folder))
    if channels.server is None:
        raise BadInput(Problem(NO_SERVER, held.target))
    with TemporaryDirectory() as folder_of_files:
        files = write_files(report, language, formats, Path(folder_of_files))
        message = mail.message_of(
            report.in_language(language),
            files,
            sender=channels.server.sender,
            to=held.target,
            at=now,
            _=translator(language),
            link=_link(channels.pages, report),
        )
        mail.send(message, channels.server)
        return _names(files)


def _link(pages: str, report: MonthlyReport) -> str:
    if not pages:
        return ""
    return f"{pages}/monthly-report?period={report.period}&number={report.number}"


def _names(files: Sequence[Path]) -> list[dict[str, Any]]:
    return [
        {"name": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in files
    ]


def _done(
    engine: Engine, actor: Actor, held: ReportDelivery, files: list[dict[str, Any]], now: datetime
) -> Delivered:
    with transaction(engine) as session:
        is_ours = store.finish(session, held, now, files)
        if is_ours:
            _record(session, actor, held, "report_delivered", now, {"files": files})
    return Delivered("done" if is_ours else "lost", held.way, held.target)


def _failed(
    engine: Engine, actor: Actor, held: ReportDelivery, error: str, now: datetime
) -> Delivered:
    with transaction(engine) as session:
        is_ours = store.fail(session, held, now, error)
        if is_ours:
            _record(session, actor, held, "report_undelivered", now, {"error": error})
    return Delivered("failed" if is_ours else "lost", held.way, held.target, error)


def _put_off(engine: Engine, held: ReportDelivery, error: str, until: datetime) -> Delivered:
    with transaction(engine) as session:
        is_ours = store.put_off(session, held, until, error)
    return Delivered("put_off" if is_ours else "lost", held.way, held.target, error)


def _record(
    session: Any,
    actor: Actor,
    held: ReportDelivery,
    action: Literal["report_delivered", "report_undelivered"],
    now: datetime,
    told: dict[str, Any],
) -> None:
    where = {"way": held.way, "target": held.target, "language": held.language}
    record(
        session,
        actor=actor.username,
        action=action,
        subject=str(held.report_id),
        at=now,
        detail={**where, **told},
    )
