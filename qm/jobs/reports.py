"""Looking after the monthly report beside the transcriptions: closing by rule, and deliveries."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from qm.config import Settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import BadInput
from qm.jobs.database import LOST, Outage
from qm.store.engine import open_engine
from qm.store.reports import ClosedReport
from qm.workflow.transcription_workers import database_time

if TYPE_CHECKING:
    from qm.workflow.report_delivery import Delivered


@dataclass(frozen=True)
class ReportRound:
    """What one look after the report did."""

    closed: ClosedReport | None
    tried: "tuple[Delivered, ...]"


def look_after_reports(engine: Engine, settings: Settings) -> ReportRound:
    """Close the month where the rules want it, and deliver what is due."""
    # Here and not above: they bring tables and charts, which worker processes do without.
    from qm.workflow.report_delivery import Channels, deliver_all  # noqa: PLC0415
    from qm.workflow.report_schedule import close_due_month  # noqa: PLC0415

    now = database_time(engine)
    closed = close_due_month(engine, COMMAND_LINE, centre=settings.centre, now=now)
    channels = Channels(settings.report_folder, settings.mail_server, settings.public_url)
    tried = deliver_all(engine, COMMAND_LINE, channels, clock=lambda: database_time(engine))
    return ReportRound(closed, tried)


@contextmanager
def reports_looked_after(settings: Settings, every_s: float) -> Iterator[None]:
    """Look after the report now and every so many seconds while the block runs, in a thread.

    The thread is not waited for at the end: another process takes what it leaves unfinished.
    """
    is_over = threading.Event()
    thread = threading.Thread(target=_look, args=(settings, every_s, is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()


def _look(settings: Settings, every_s: float, is_over: threading.Event) -> None:
    engine, outage = open_engine(settings.database), Outage("reports")
    told: set[str] = set()
    while not is_over.is_set():
        try:
            done = look_after_reports(engine, settings)
            outage.ended()
            _tell([f"{each.target}: {each.error}" for each in done.tried if each.error], told)
        except LOST as error:
            outage.began(error)
        except BadInput as refusal:
            _tell([str(problem) for problem in refusal.problems], told)
        is_over.wait(every_s)
    engine.dispose()


def _tell(lines: list[str], told: set[str]) -> None:
    """Say each thing once: it would come again every minute."""
    for line in lines:
        if line not in told:
            told.add(line)
            print(f"reports: {line}", file=sys.stderr, flush=True)
