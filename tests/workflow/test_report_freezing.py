"""Closing a month, revising and verifying its report, on a centre worked out by hand."""

import hashlib
import os
import re
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import col

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.periods import Period
from qm.core.problems import BadInput, NotAllowed
from qm.reports.words import headlines
from qm.store import report_basis as columns
from qm.store.engine import transaction
from qm.store.tables import (
    AnswerRow,
    Assignment,
    AuditEvent,
    Evaluation,
    Pick,
    Replacement,
    ReportVersion,
)
from qm.workflow.report_files import write_files
from qm.workflow.report_freezing import close_month, revise_report
from qm.workflow.report_reading import list_reports, read_report, verify_report
from qm.workflow.reporting import monthly_report
from qm.workflow.revisions import revise
from tests.fixtures.closed_month import MANAGER, REASON
from tests.reports.case import ABAN, AZAR, CENTRE, MEHR, NOW

LATER = NOW + timedelta(days=3)


@pytest.fixture
def engine(month_on_both: Engine) -> Engine:
    return month_on_both


def closed(engine: Engine, period: Period = ABAN, reason: str = REASON):
    return close_month(engine, MANAGER, period, centre=CENTRE, now=NOW, reason=reason)


def revised(engine: Engine, reason: str = "A correction"):
    return revise_report(engine, MANAGER, ABAN, reason, centre=CENTRE, now=LATER)


def read(engine: Engine, number: int | None = None, period: Period = ABAN):
    return read_report(engine, MANAGER, period, number, centre=CENTRE, now=LATER)


def correct(engine: Engine, interaction_id: str = "1405-08-003") -> Evaluation:
    """Correct Sara's first evaluation as the workflow does: she did sum up."""
    with transaction(engine) as session:
        query = select(Evaluation).where(
            col(Evaluation.interaction_id) == interaction_id,
            col(Evaluation.is_latest).is_(True),
            col(Evaluation.evaluator) == "mina",
        )
        before = session.scalars(query).one()
        answers = {
            question: Answer(option="yes") for question in ("greeting", "identity", "closing")
        }
        return revise(session, before, answers, by="nima", reason="She summed up.", now=LATER)


def test_a_month_is_closed_once_when_it_is_over_and_nothing_is_open(open_month, closed_month):
    with pytest.raises(BadInput, match="1405-09 is not over yet"):
        closed(open_month, AZAR)
    told = r"3 picks of the month are not evaluated: \S+ \(mina\), \S+ \(mina\), 1405-08-014\."
    with pytest.raises(BadInput, match=told):
        closed(open_month, reason=" ")
    with pytest.raises(BadInput, match="no closed report 1 of the month"):
        revised(open_month)
    with pytest.raises(BadInput, match="1405-08 is closed already, as number 1"):
        closed(closed_month)
    (made,) = list_reports(closed_month, MANAGER)
    assert (made.period, made.number, made.changes) == ("1405-08", 1, 0)
    assert list_reports(closed_month, MANAGER, MEHR) == []


def test_a_month_without_open_picks_needs_no_reason(open_month):
    assert closed(open_month, MEHR, "not needed").reason == ""


def test_closing_needs_its_own_right(open_month):
    for role in ("analyst", "lead", "agent"):
        with pytest.raises(NotAllowed):
            close_month(open_month, Actor("x", role), ABAN, centre=CENTRE, now=NOW, reason="!")
        with pytest.raises(NotAllowed):
            revise_report(open_month, Actor("x", role), ABAN, "!", centre=CENTRE, now=NOW)


def test_the_closed_report_stays_as_it_was(closed_month):
    live = monthly_report(closed_month, MANAGER, ABAN, centre=CENTRE, now=NOW)
    correct(closed_month)
    frozen = read(closed_month)
    assert (frozen.number, frozen.reason) == (1, "Three agents were ill.")
    assert frozen.figures == live.figures
    for name, table in live.tables.items():
        pd.testing.assert_frame_equal(frozen.tables[name], table, check_exact=True)
    now = monthly_report(closed_month, MANAGER, ABAN, centre=CENTRE, now=NOW)
    assert now.figures != frozen.figures


def test_an_open_month_is_a_draft_the_headlines_say_what_it_is_and_the_log_too(closed_month):
    def lines(period: Period = ABAN) -> list[str]:
        return headlines(read(closed_month, period=period).in_language("fa"), str)

    assert lines(MEHR)[-1] == "Draft, not closed: its numbers may still change."
    (made,) = list_reports(closed_month, MANAGER)
    assert lines()[-3:] == [
        "Closed as number ۱; corrections would follow as revisions. Three agents were ill.",
        f"SHA-256 of the data: {made.data_sha256}",
        f"SHA-256 of this report: {made.content_sha256}",
    ]
    correct(closed_month)
    revised(closed_month, "Corrected\x00 by 1.")
    assert lines()[-3] == "Revision ۲: Corrected by ۱. See “What changed”."
    read(closed_month, 1)
    with pytest.raises(BadInput, match="no closed report 3 of the month 1405-08"):
        read(closed_month, 3)
    with transaction(closed_month) as session:
        events = session.scalars(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    closing, *_, revising, _, reading = events
    assert [(event.action, event.actor, event.detail["number"]) for event in
            (closing, revising, reading)] == [
        ("close_report", "maryam", 1), ("revise_report", "maryam", 2), ("report", "maryam", 1),
    ]  # fmt: skip
    assert closing.detail["data_sha256"] == made.data_sha256


def test_a_revision_lists_what_changed_and_is_refused_where_nothing_did(closed_month, tmp_path):
    with pytest.raises(BadInput, match="Nothing has changed since number 1"):
        revised(closed_month)
    with pytest.raises(BadInput, match="A revision needs a reason"):
        revised(closed_month, " ")
    before = read(closed_month).tables["agents"].set_index("agent_id")["score"]["sara.nouri"]
    new = correct(closed_month)
    made = revised(closed_month)
    assert (made.number, made.reason) == (2, "A correction")
    changes = read(closed_month).tables["changes"]
    row = changes.iloc[0]
    assert list(changes["what"])[1:] == ["figure_moved"] * (len(changes) - 1)
    assert (row["what"], row["interaction_id"], row["before"]) == (
        "evaluation_revised", "1405-08-003", 80.0,
    )  # fmt: skip
    assert (row["after"], row["reason"], row["at"]) == (new.percent, "She summed up.", LATER)
    assert (row["agent"].en, row["team"].en, row["by"].en) == ("Sara Nouri", "Orders", "Nima")
    sara = changes[(changes["level"] == "agent") & (changes["measure"] == "score")].iloc[0]
    assert (sara["before"], sara["agent"].en) == (before, "Sara Nouri")
    assert sara["after"] == pytest.approx(85 + (new.percent - 80) / 4)
    assert read(closed_month, 1).tables["changes"].empty
    (file,) = write_files(read(closed_month), "fa", ["csv"], tmp_path)
    assert file.name == "quality-1405-08-r2-fa-csv.zip"


def test_a_new_evaluation_and_a_replaced_pick_are_told(closed_month):
    with transaction(closed_month) as session:
        picks = session.scalars(
            select(Pick).where(col(Pick.agent_id) == "omid.sadeghi").order_by(col(Pick.id))
        ).all()
        unassigned, reserve = picks[1], picks[2]
        session.add(
            Replacement(pick_id=unassigned.id, reserve_id=reserve.id, reason="cut_off", at=LATER,
                        by="nima")
        )  # fmt: skip
        waiting = session.scalars(
            select(Assignment).where(col(Assignment.pick_id) == picks[0].id)
        ).one()
        model = session.scalars(select(Evaluation).where(col(Evaluation.percent) == 60.0)).first()
        copied = model.model_dump(exclude={"id"})
        own = {"assignment_id": waiting.id, "interaction_id": waiting.interaction_id,
               "agent_id": "omid.sadeghi", "team_id": "support", "period": str(ABAN),
               "percent": 55.0}  # fmt: skip
        session.add(Evaluation(**copied | own))
    revised(closed_month)
    changes = read(closed_month).tables["changes"]
    told = changes[changes["what"] != "figure_moved"]
    assert told[["what", "before", "after", "reason"]].to_numpy().tolist() == [
        ["evaluation_added", None, 55.0, None],
        ["pick_replaced", None, None, "cut_off"],
    ]
    omid = changes[(changes["measure"] == "score") & (changes["level"] == "agent")].iloc[0]
    assert (omid["agent"].en, omid["before"], omid["after"]) == ("Omid Sadeghi", None, 55.0)


def test_a_correction_in_the_month_before_is_a_change_only_where_it_moves_a_figure(closed_month):
    with transaction(closed_month) as session:
        session.execute(
            update(Evaluation).where(col(Evaluation.period) == str(MEHR)).values(percent=10.0)
        )
    with pytest.raises(BadInput, match="Nothing has changed"):
        revised(closed_month)  # the comparison moved, no figure of this month did
    assert verify_report(closed_month, MANAGER, ABAN).holds


def test_verifying_tells_corrections_from_rows_that_were_altered(closed_month):
    assert verify_report(closed_month, MANAGER, ABAN).holds
    new = correct(closed_month)
    found = verify_report(closed_month, MANAGER, ABAN)
    assert (found.holds, found.content_is_whole, found.basis_is_whole) == (False, True, True)
    assert [(row["what"], row["after"]) for row in found.changes] == [
        ("evaluation_revised", new.percent)
    ]
    revised(closed_month)
    assert verify_report(closed_month, MANAGER, ABAN).holds
    assert not verify_report(closed_month, MANAGER, ABAN, 1).holds
    with transaction(closed_month) as session:  # as nothing of qm ever would
        session.execute(
            update(AnswerRow)
            .where(col(AnswerRow.evaluation_id) == new.id, col(AnswerRow.question_id) == "greeting")
            .values(earned_points=0.25)
        )
        session.execute(
            update(Pick).where(col(Pick.interaction_id) == "1405-08-014").values(month="1405-01")
        )
    altered = verify_report(closed_month, MANAGER, ABAN).changes
    assert [(row["what"], row["interaction_id"]) for row in altered] == [
        ("row_altered", "1405-08-003"),
        ("row_altered", "1405-08-014"),
    ]


def test_verifying_finds_a_report_that_was_tampered_with(closed_month):
    with transaction(closed_month) as session:
        version = session.scalars(select(ReportVersion)).one()
        text = zlib.decompress(version.content).replace(b"maryam", b"martin")
        version.content = zlib.compress(text)
    found = verify_report(closed_month, MANAGER, ABAN)
    assert (found.content_is_whole, found.basis_is_whole, found.changes) == (False, True, ())
    with pytest.raises(BadInput, match="does not have the hash that it was stored with"):
        read(closed_month)
    with transaction(closed_month) as session:
        version = session.scalars(select(ReportVersion)).one()
        version.basis = version.basis[:-7]
    assert not verify_report(closed_month, MANAGER, ABAN).basis_is_whole


def test_a_third_party_computes_the_same_hash_from_the_tables_alone(engine):
    """By docs/report.md, with SQL and hashlib and nothing of qm but the lists of columns."""
    made = closed(engine)
    month = "SELECT id FROM evaluation WHERE period = '1405-08' AND is_latest AND kind = 'official'"
    queries = {
        "pick": f"SELECT {', '.join(columns.PICK_COLUMNS)} FROM pick WHERE month = '1405-08' "
        "AND NOT is_reserve",
        "evaluation": f"SELECT {', '.join('e.' + name for name in columns.EVALUATION_COLUMNS)}, "
        f"a.pick_id FROM evaluation e JOIN assignment a ON a.id = e.assignment_id "
        f"WHERE e.id IN ({month})",
    }
    lines = {}
    with engine.connect() as connection:
        answers: dict[int, list[list[object]]] = {}
        asked = (
            f"SELECT evaluation_id, {', '.join(columns.ANSWER_COLUMNS)} FROM answer "
            f"WHERE evaluation_id IN ({month})"
        )
        for number, *row in connection.exec_driver_sql(asked):
            answers.setdefault(number, []).append(plain(row, columns.ANSWER_COLUMNS))
        for kind, query in queries.items():
            names = columns.PICK_COLUMNS if kind == "pick" else (*columns.EVALUATION_COLUMNS, "")
            for row in connection.exec_driver_sql(query):
                values = plain(row, names)
                if kind == "evaluation":
                    values.append(sorted(answers.get(row[0], [])))
                lines[kind, row[0]] = hashlib.sha256(written(values).encode()).hexdigest()
    text = "qm report basis 1 1405-08\n" + "".join(
        f"{kind} {number} {lines[kind, number]}\n" for kind, number in sorted(lines)
    )
    assert hashlib.sha256(text.encode()).hexdigest() == made.data_sha256
    assert verify_report(engine, MANAGER, ABAN).holds


def plain(row, names) -> list[object]:
    """SQLite has 0 and 1 for booleans and texts for moments."""

    def value(name: str, each: object) -> object:
        if each is not None and name.startswith("is_"):
            return bool(each)
        if name == "outside_control":
            return bool(each)
        if name == "submitted_at":
            moment = datetime.fromisoformat(each) if isinstance(each, str) else each
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC).isoformat(timespec="microseconds")
        return each

    return [value(name, each) for name, each in zip(names, row, strict=True)]


def written(value: object) -> str:
    """JSON by hand, so that the rule is not checked with itself."""
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, str):
        escaped = re.sub(r'["\\]', r"\\\g<0>", value)
        return '"' + re.sub(r"[^ -~]", lambda it: f"\\u{ord(it[0]):04x}", escaped) + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


RENDER = "import sys; from qm.cli import main; main(sys.argv[1:])"


def test_a_frozen_report_gives_the_same_bytes_later_and_elsewhere(closed_month, tmp_path: Path):
    """The same for PDF and HTML, which take longer, is in tests/reports."""
    formats = ("xlsx", "csv")
    first = write_files(read(closed_month), "fa", formats, tmp_path / "first")
    correct(closed_month)
    settings = {"QM_DATABASE_URL": closed_month.url.render_as_string(hide_password=False)}
    told = subprocess.run(
        [sys.executable, "-c", RENDER, "report", "--period", "1405-08", "--language", "fa",
         "--format", ",".join(formats), "--to", str(tmp_path / "second")],
        env={**os.environ, **settings, "PYTHONHASHSEED": "7"}, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    again = [Path(line) for line in told.splitlines()]
    assert [file.name for file in again] == [file.name for file in first]
    for before, after in zip(first, again, strict=True):
        assert before.read_bytes() == after.read_bytes(), before.name
