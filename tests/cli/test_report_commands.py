"""`qm report`: written, closed, revised, verified and delivered from the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from qm.store.engine import migrate, transaction
from qm.store.tables import Evaluation
from tests.fixtures.command import Command
from tests.reports.case import fill

ROOT = Path(__file__).parents[2]
MONTH = ("--period", "1403-07")
_OF_MONTH = (("evaluation", "period"), ("pick", "month"), ("draw", "period"),
             ("draw_coverage", "month"))  # fmt: skip


@pytest.fixture
def centre(qm: Command) -> Command:
    engine = qm.database()
    migrate(engine)
    fill(engine)
    with engine.begin() as connection:  # a month that is over by any machine's clock
        for table, column in _OF_MONTH:
            connection.exec_driver_sql(
                f"UPDATE {table} SET {column} = '1403-07' WHERE {column} = '1405-07'"
            )
    return qm


def test_the_report_is_written_in_the_formats_that_were_asked(centre: Command) -> None:
    folder = centre.folder / "out"
    ended = centre("report", *MONTH, "--format", "CSV, pdf,csv", "--to", folder, "--language", "en")
    assert (ended.code, ended.err) == (0, "")
    names = [folder / f"quality-1403-07-draft-en{ending}" for ending in ("-csv.zip", ".pdf")]
    assert ended.out.split() == [str(name) for name in names]
    assert [name.read_bytes()[:4] for name in names] == [b"PK\x03\x04", b"%PDF"]
    wrong = centre("report", *MONTH, "--format", "xlsx,doc")
    assert wrong.code == 1
    assert "“doc” is no format of the report. Write some of xlsx, pdf, csv, html" in wrong.err
    assert centre("report").code == 2


def test_a_month_is_closed_delivered_verified_and_revised(centre: Command) -> None:
    rules = centre.write("rules.yaml", "folders: [managers]\nformats: [csv]\n")
    assert centre("rules", "set", rules, "--kind", "report").code == 0
    assert 'folders: ["managers"]' in centre("rules", "show", "--kind", "report").out
    closed = json.loads(centre("report", "close", *MONTH, "--json").out)
    assert (closed["period"], closed["number"]) == ("1403-07", 1)
    again = centre("report", "close", *MONTH)
    assert (again.code, "is closed already, as number 1" in again.err) == (1, True)
    assert centre("report", "run").out == "folder managers: done\n"
    assert centre("report", "run").out == ""
    (made,) = (centre.folder / "var/reports/managers").iterdir()
    assert made.name == "quality-1403-07-fa-csv.zip"
    listed = centre("report", "list").out
    assert closed["data_sha256"] in listed
    assert "folder managers (csv, fa): done" in listed
    verified = centre("report", "verify", *MONTH)
    assert verified.code == 0
    assert "the database gives the same data" in verified.out
    with transaction(centre.database()) as session:
        session.execute(
            update(Evaluation).where(col(Evaluation.percent) == 62.0).values(percent=99.0)
        )
    altered = centre("report", "verify", *MONTH)
    assert altered.code == 1
    assert "Changed without a correction 1405-07-002: evaluation 2" in altered.out
    data = json.loads(centre("report", "verify", *MONTH, "--json").out)
    assert (data["holds"], data["changes"][0]["what"]) == (False, "row_altered")
    revised = centre("report", "revise", *MONTH, "--reason", "Found by the check")
    assert "1403-07 number 2" in revised.out
    assert ": Found by the check" in revised.out


def test_deliveries_are_queued_by_hand_and_failures_are_told(centre: Command) -> None:
    centre("report", "close", *MONTH)
    assert centre("report", "deliver", *MONTH).code == 1
    to = ("--to-address", "boss@centre.example", "--to-folder", "by-hand")
    assert centre("report", "deliver", *MONTH, *to).out == "2 queued\n"
    ended = centre("report", "run")
    assert ended.code == 1
    assert "folder by-hand: done" in ended.out
    assert "email boss@centre.example: failed" in ended.out
    assert "No mail server is set" in ended.out
    assert centre("report", "deliver", "--retry").out == "1 wait again\n"
    failed = json.loads(centre("report", "run", "--json").out)
    assert failed["closed"] is None
    assert failed["deliveries"][0]["result"] == "failed"
    assert centre("report", "deliver", *MONTH, "--to-address", "a@b\n").code == 1


def test_a_worker_delivers_beside_its_transcriptions(centre: Command) -> None:
    centre("report", "close", *MONTH)
    centre("report", "deliver", *MONTH, "--to-folder", "by-worker")
    made = centre.folder / "var/reports/by-worker/quality-1403-07-fa.xlsx"
    with subprocess.Popen(
        [sys.executable, "-c", "from qm.cli import main; main()", "worker"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    ) as worker:
        deadline = time.monotonic() + 60
        while not made.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert made.read_bytes()[:2] == b"PK"
    assert "folder by-worker (xlsx,csv, fa): " in centre("report", "list").out
