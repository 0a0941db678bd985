"""Deliveries as durable jobs: to folders and a real mail server, through kills and refusals."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from qm.core.access import COMMAND_LINE
from qm.core.problems import BadInput
from qm.core.report_rules import ReportRules
from qm.store.engine import open_engine, transaction
from qm.store.tables import AuditEvent, ReportDelivery
from qm.workflow.report_delivery import Channels, Patience, deliver_all, deliver_next
from qm.workflow.report_destinations import (
    DeliveryOfReport,
    list_deliveries,
    queue_deliveries,
    retry_deliveries,
    send_again,
)
from qm.workflow.report_reading import list_reports
from qm.workflow.report_rules import read_report_rules, set_report_rules
from qm.workflow.report_schedule import close_due_month, due_month
from tests.fixtures.mail_server import RunningServer, mail_server
from tests.reports.case import ABAN, AZAR, CENTRE, MEHR, NOW, fill

BOSS = "boss@centre.example"
_AT_ONCE = 2
ROOT = Path(__file__).parents[2]


class Clock:
    """A clock that tests move on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[RunningServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def set_rules(engine: Engine, **rules: object) -> None:
    set_report_rules(engine, COMMAND_LINE, ReportRules.model_validate(rules), now=NOW)


def queue(engine: Engine, **rules: object) -> None:
    chosen = ReportRules.model_validate(rules)
    queue_deliveries(engine, COMMAND_LINE, ABAN, chosen, now=NOW)


def deliveries(engine: Engine) -> list[DeliveryOfReport]:
    return list_deliveries(engine, COMMAND_LINE, ABAN)


def the_delivery(engine: Engine) -> ReportDelivery:
    (only,) = deliveries(engine)
    return only.delivery


def test_a_closed_report_goes_to_the_folders_and_addresses_of_the_rules(
    closed_month, clock, server, tmp_path
):
    before = len(server.messages())
    queue(
        closed_month,
        folders=("managers/monthly",),
        recipients=(BOSS,),
        formats=("csv", "xlsx"),
        languages=("fa", "en"),
    )
    channels = Channels(tmp_path, server.settings())
    tried = deliver_all(closed_month, COMMAND_LINE, channels, clock=clock)
    assert [(each.way, each.result) for each in tried] == [
        ("folder", "done"), ("folder", "done"), ("email", "done"), ("email", "done"),
    ]  # fmt: skip
    written = {file.name: file for file in (tmp_path / "managers/monthly").iterdir()}
    assert written.keys() == {
        f"quality-1405-08-{language}{ending}"
        for language in ("fa", "en")
        for ending in (".xlsx", "-csv.zip")
    }
    for delivery in (each.delivery for each in list_deliveries(closed_month, COMMAND_LINE)):
        assert (delivery.state, delivery.done_at, delivery.held_by) == ("done", NOW, None)
        for file in delivery.files:  # the same bytes by either way
            assert file["sha256"] == sha256(written[file["name"]].read_bytes()).hexdigest()
    persian, english = server.messages()[before:]
    assert [each["To"] for each in (persian, english)] == [BOSS, BOSS]
    assert english["Subject"] == "Monthly quality report, Aban 1405"
    attached = {part.get_filename(): part.get_content() for part in persian.iter_attachments()}
    name = "quality-1405-08-fa.xlsx"
    assert attached[name] == written[name].read_bytes()
    assert deliver_next(closed_month, COMMAND_LINE, channels, clock=clock) is None


def test_what_is_refused_for_good_fails_at_once_with_the_servers_words(
    closed_month, clock, server, tmp_path
):
    queue(closed_month, recipients=("refused@centre.example",), formats=("csv",))
    channels = Channels(tmp_path, server.settings())
    (tried,) = deliver_all(closed_month, COMMAND_LINE, channels, clock=clock)
    assert (tried.result, tried.error) == ("failed", "550 5.1.1 no such person here")
    failed = the_delivery(closed_month)
    assert (failed.state, failed.tries, failed.error) == ("failed", 1, tried.error)
    with transaction(closed_month) as session:
        last = session.scalars(select(AuditEvent).order_by(col(AuditEvent.id).desc())).first()
    assert (last.action, last.detail["error"]) == ("report_undelivered", tried.error)
    clock.now += timedelta(days=30)
    assert deliver_next(closed_month, COMMAND_LINE, channels, clock=clock) is None


def test_a_server_that_is_away_is_tried_after_growing_pauses_and_then_given_up(
    closed_month, clock, server, tmp_path
):
    queue(closed_month, recipients=("later@centre.example",), formats=("csv",))
    channels, pauses = Channels(tmp_path, server.settings()), Patience().pauses
    for tries, pause in enumerate(pauses, start=1):
        (tried,) = deliver_all(closed_month, COMMAND_LINE, channels, clock=clock)
        assert (tried.result, tried.error) == ("put_off", "451 4.7.1 greylisted")
        waiting = the_delivery(closed_month)
        assert (waiting.state, waiting.tries) == ("waiting", tries)
        assert waiting.due_at == clock.now + pause
        clock.now += pause - timedelta(seconds=1)
        assert deliver_next(closed_month, COMMAND_LINE, channels, clock=clock) is None
        clock.now += timedelta(seconds=1)
    (last,) = deliver_all(closed_month, COMMAND_LINE, channels, clock=clock)
    assert (last.result, the_delivery(closed_month).state) == ("failed", "failed")
    assert retry_deliveries(closed_month, COMMAND_LINE, now=clock.now) == 1
    assert (the_delivery(closed_month).state, the_delivery(closed_month).tries) == ("waiting", 0)


def test_without_a_mail_server_and_into_a_folder_that_is_a_file(closed_month, clock, tmp_path):
    queue(closed_month, recipients=(BOSS,), folders=("here",), formats=("csv",))
    (tmp_path / "here").write_text("I was here before.")
    tried = deliver_all(closed_month, COMMAND_LINE, Channels(tmp_path, None), clock=clock)
    assert [each.result for each in tried] == ["put_off", "failed"]
    assert tried[0].error == "File exists"
    assert "No mail server is set. Set mail_host" in tried[1].error
    assert (tmp_path / "here").read_text() == "I was here before."


DIE = """
import sys, time
from datetime import datetime
from pathlib import Path
from qm.core.access import COMMAND_LINE
from qm.core.mailing import MailServer
from qm.store.engine import open_engine
from qm.workflow import report_delivery
from qm.workflow.report_delivery import Channels, deliver_all
from qm.workflow.report_schedule import close_due_month
from tests.reports.case import CENTRE

send = report_delivery.mail.send

def send_and_hang(message, server):
    send(message, server)
    print("accepted", flush=True)
    time.sleep(60)

report_delivery.mail.send = send_and_hang
engine, now = open_engine(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
close_due_month(engine, COMMAND_LINE, centre=CENTRE, now=now)
server = MailServer("localhost", int(sys.argv[4]), "none", "quality@centre.example")
deliver_all(engine, COMMAND_LINE, Channels(Path(sys.argv[3]), server), clock=lambda: now)
"""


def test_who_closes_the_month_and_dies_while_sending_loses_no_delivery(
    open_month, clock, server, tmp_path
):
    """Killed between the server's word and its own note: sent again, as the same message."""
    came = len(server.messages())
    set_rules(
        open_month, closes_after_days=0, folders=("out",), recipients=(BOSS,), formats=("csv",)
    )
    url = open_month.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", DIE, url, NOW.isoformat(), str(tmp_path), str(server.port)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "accepted\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    channels = Channels(tmp_path, server.settings())
    states = {each.delivery.way: each.delivery.state for each in deliveries(open_month)}
    assert states == {"folder": "done", "email": "running"}
    assert deliver_next(open_month, COMMAND_LINE, channels, clock=clock) is None  # it may live
    clock.now += Patience().lease
    (tried,) = deliver_all(open_month, COMMAND_LINE, channels, clock=clock)
    assert (tried.way, tried.result) == ("email", "done")
    first, again = server.messages()[came:]
    assert first["Message-ID"] == again["Message-ID"]
    assert [each.delivery.tries for each in deliveries(open_month)] == [2, 1]


def test_one_delivery_is_sent_again_but_not_while_it_is_under_way(closed_month, clock, tmp_path):
    queue(closed_month, folders=("out",), formats=("csv",))
    channels = Channels(tmp_path, None)
    deliver_all(closed_month, COMMAND_LINE, channels, clock=clock)
    number = the_delivery(closed_month).id
    (file,) = (tmp_path / "out").iterdir()
    file.unlink()
    assert send_again(closed_month, COMMAND_LINE, number, now=clock.now)
    (tried,) = deliver_all(closed_month, COMMAND_LINE, channels, clock=clock)
    assert (tried.result, file.exists(), the_delivery(closed_month).tries) == ("done", True, 1)
    with transaction(closed_month) as session:
        session.get_one(ReportDelivery, number).state = "running"
    assert not send_again(closed_month, COMMAND_LINE, number, now=clock.now)


def test_who_lost_the_lease_changes_nothing_and_who_always_dies_is_given_up(
    closed_month, clock, tmp_path
):
    queue(closed_month, folders=("out",), formats=("csv",))
    (tmp_path / "out").write_text("no folder")  # the first one's try fails after its lease
    channels = Channels(tmp_path, None)

    def late() -> datetime:
        found = clock.now
        clock.now += Patience().lease  # every look at the clock comes after a lease
        return found

    with transaction(closed_month) as session:
        held = session.scalars(select(ReportDelivery)).one()
        held.state, held.held_by, held.held_until = "running", "dead", NOW
        held.tries = len(Patience().pauses) + 1
    (tried,) = deliver_all(closed_month, COMMAND_LINE, channels, clock=late)
    assert tried.result == "failed"
    assert "ended 6 times before it was done" in tried.error
    retry_deliveries(closed_month, COMMAND_LINE, now=clock.now)

    def stolen() -> datetime:
        with transaction(closed_month) as session:
            running = session.scalars(select(ReportDelivery)).one()
            if running.state == "running":
                running.held_by = "another"
        return clock.now

    first = deliver_next(closed_month, COMMAND_LINE, channels, clock=stolen)
    assert first.result == "lost"
    held = the_delivery(closed_month)
    assert (held.state, held.held_by) == ("running", "another")


def test_deliveries_by_hand_and_none_twice(closed_month, clock, tmp_path):
    rules = ReportRules(folders=("by-hand",), formats=("csv",))
    with pytest.raises(BadInput, match="no closed report of the month 1405-07 to deliver"):
        queue_deliveries(closed_month, COMMAND_LINE, MEHR, rules, now=NOW)
    assert list_deliveries(closed_month, COMMAND_LINE) == []
    with pytest.raises(BadInput, match="No folder and no e-mail address"):
        queue_deliveries(closed_month, COMMAND_LINE, ABAN, ReportRules(), now=NOW)
    assert queue_deliveries(closed_month, COMMAND_LINE, ABAN, rules, now=NOW) == 1
    assert queue_deliveries(closed_month, COMMAND_LINE, ABAN, rules, now=NOW) == 0
    deliver_all(closed_month, COMMAND_LINE, Channels(tmp_path, None), clock=clock)
    assert queue_deliveries(closed_month, COMMAND_LINE, ABAN, rules, now=NOW) == 0


# ---- closing by rule ----


def test_the_rules_close_the_month_that_is_due_and_no_other(open_month):
    def run(now: datetime):
        return close_due_month(open_month, COMMAND_LINE, centre=CENTRE, now=now)

    over = ABAN.bounds(CENTRE.zone)[1]
    assert run(over) is None  # nobody set a rule
    set_rules(open_month, closes_after_days=3, folders=("out",))
    almost = over + timedelta(days=3, seconds=-1)
    assert due_month(CENTRE, 3, almost) == MEHR
    assert run(almost).period == str(MEHR)
    closed = run(over + timedelta(days=3))
    assert (closed.period, closed.reason) == (str(ABAN), "by_rules")
    assert run(over + timedelta(days=4)) is None
    assert run(AZAR.bounds(CENTRE.zone)[1] + timedelta(days=9)) is None  # nothing is there
    assert len(list_deliveries(open_month, COMMAND_LINE)) == 2


def test_many_at_once_close_the_month_once_and_deliver_once(database_url, clock, server, tmp_path):
    engine = open_engine(database_url)
    fill(engine)
    before = len(server.messages())
    set_rules(engine, closes_after_days=0, recipients=(BOSS,), formats=("csv",))
    together, closed, tried, failures = threading.Barrier(_AT_ONCE), [], [], []

    def work() -> None:
        try:
            together.wait()
            closed.append(close_due_month(engine, COMMAND_LINE, centre=CENTRE, now=NOW))
            together.wait()
            channels = Channels(tmp_path, server.settings())
            tried.extend(deliver_all(engine, COMMAND_LINE, channels, clock=clock))
        except Exception as error:
            failures.append(error)
            together.abort()

    threads = [threading.Thread(target=work) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [each.number for each in closed if each] == [1]
    assert len(list_reports(engine, COMMAND_LINE)) == 1
    assert [each.result for each in tried] == ["done"]
    assert len(server.messages()) == before + 1
    engine.dispose()


# ---- rules ----


def test_the_rules_are_kept_and_their_changes_are_in_the_log(open_month):
    assert read_report_rules(open_month, COMMAND_LINE) == ReportRules()
    rules = ReportRules(recipients=(BOSS,), closes_after_days=8)
    assert set_report_rules(open_month, COMMAND_LINE, rules, now=NOW)
    assert not set_report_rules(open_month, COMMAND_LINE, rules, now=NOW)
    assert read_report_rules(open_month, COMMAND_LINE) == rules
