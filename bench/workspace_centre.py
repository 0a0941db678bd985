"""A centre of a hundred thousand assignments in a database, as years of work leave it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from bench.scoring import form_of_20
from qm.core.access import COMMAND_LINE
from qm.core.transcript import Segment
from qm.exchange.form_yaml import form_text
from qm.store.bulk import insert_frame
from qm.store.engine import migrate, transaction
from qm.store.tables import Draw, ImportRun, Transcript, metadata
from qm.store.transcripts import add_transcript
from qm.workflow.forms import publish_form
from qm.workflow.people import password_hasher

PASSWORD = "sepidar-1405"
ANALYSTS = tuple(f"analyst-{number:02d}" for number in range(20))
MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 11))
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
_AGENTS, _TEAMS, _LINES = 400, 20, 60


def fill(engine: Engine, folder: Path, assignments: int, open_each: int) -> None:
    """Make the tables and store the centre; of each analyst `open_each` are open, the rest done.

    The form has 20 questions. What is done is evaluated and published; its answers are there for
    the newest month.
    """
    migrate(engine)
    path = folder / "bench.yaml"
    path.write_text(form_text(form_of_20()), encoding="utf-8")
    publish_form(engine, COMMAND_LINE, path, lock_path=folder / "LOCK", now=NOW)
    with transaction(engine) as session:
        _people(session)
    with transaction(engine) as session:
        _work(session, assignments, open_each)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_postgres = engine.dialect.name == "postgresql"
        connection.exec_driver_sql("VACUUM ANALYZE" if is_postgres else "ANALYZE")


def _people(session: Session) -> None:
    teams = [f"team-{number:02d}" for number in range(_TEAMS)]
    _insert(session, "team", pd.DataFrame({"id": teams, "name": teams}))
    agents = [f"agent-{number:03d}" for number in range(_AGENTS)]
    of_team = [teams[number % _TEAMS] for number in range(_AGENTS)]
    _insert(session, "agent", pd.DataFrame({"id": agents, "name": agents, "team_id": of_team}))
    users = pd.DataFrame({"username": ANALYSTS, "name": ANALYSTS})
    _insert(
        session,
        "user_account",
        users.assign(
            role="analyst",
            password_hash=password_hasher().hash(PASSWORD),
            language="en",
            is_active=1,
            created_at=_text(NOW),
        ),
    )


def _work(session: Session, count: int, open_each: int) -> None:
    places = np.arange(count)
    frame = _frame(places, count, open_each)
    run = ImportRun(
        file_name="bench.csv",
        file_sha256="0" * 64,
        at=NOW,
        by="bench",
        rows_new=count,
        rows_known=0,
        rows_rejected=0,
    )
    session.add(run)
    draws = {month: _draw(month, count // len(MONTHS)) for month in MONTHS}
    session.add_all(draws.values())
    transcript = Transcript(origin="file", created_at=NOW)
    lines = [
        Segment("agent" if n % 2 else "customer", 4.0 * n, 4.0 * n + 3, f"Line {n} of the call.")
        for n in range(_LINES)
    ]
    transcript_id = add_transcript(session, transcript, lines)
    session.flush()
    frame["draw_id"] = frame["month"].map({month: draw.id for month, draw in draws.items()})
    frame["import_run_id"] = run.id
    _insert(session, "interaction", _interactions(frame))
    is_open = frame["state"] == "open"
    recordings = frame.loc[is_open, ["interaction_id"]].assign(
        state="done",
        transcript_id=transcript_id,
        attempts=1,
        is_held=0,
        updated_at=_text(NOW),
    )
    _insert(session, "recording", recordings)
    _insert(session, "pick", _picks(frame))
    _insert(session, "assignment", _assignments(frame))
    done = frame[~is_open]
    _insert(session, "evaluation", _evaluations(done))
    _insert(session, "evaluation_life", _lives(done))
    _insert(session, "answer", _answers(done[done["month"] == MONTHS[-1]]))
    _go_on_counting(session, count)


def _frame(places: np.ndarray, count: int, open_each: int) -> pd.DataFrame:
    agent = places * 7 % _AGENTS
    is_open = places >= count - open_each * len(ANALYSTS)
    month = np.minimum(places * len(MONTHS) // count, len(MONTHS) - 1)
    started = [
        datetime(2026, 1 + int(m), 1, tzinfo=UTC) + timedelta(minutes=int(p % 38_000))
        for p, m in zip(places, month, strict=True)
    ]
    return pd.DataFrame(
        {
            "id": places + 1,
            "interaction_id": [f"call-{place:06d}" for place in places],
            "agent_id": [f"agent-{number:03d}" for number in agent],
            "team_id": [f"team-{number % _TEAMS:02d}" for number in agent],
            "evaluator": [ANALYSTS[place % len(ANALYSTS)] for place in places],
            "month": [MONTHS[number] for number in month],
            "started_at": [_text(moment) for moment in started],
            "state": np.where(is_open, "open", "done"),
        }
    )


def _interactions(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["agent_id", "team_id", "started_at", "import_run_id"]
    return frame[columns].assign(
        id=frame["interaction_id"],
        channel="call",
        queue="sales",
        direction="inbound",
        talk_s=240.0,
        language="en",
        attributes="{}",
        row_sha256="0" * 64,
    )


def _picks(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["id", "draw_id", "interaction_id", "agent_id", "team_id", "month"]
    return frame[columns].assign(
        stratum="",
        zone=1,
        zone_size=5,
        number=0.5,
        inclusion_probability=0.2,
        purpose="random",
        rank=1,
        is_reserve=0,
    )


def _assignments(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["id", "interaction_id", "evaluator", "state"]
    return frame[columns].assign(
        pick_id=frame["id"],
        form_id="bench",
        form_version="1",
        kind="official",
        assigned_at=_text(NOW),
        due_at=_text(NOW + timedelta(days=7)),
    )


def _evaluations(done: pd.DataFrame) -> pd.DataFrame:
    columns = ["id", "interaction_id", "agent_id", "team_id", "evaluator"]
    return done[columns].assign(
        assignment_id=done["id"],
        period=done["month"],
        revision=1,
        is_latest=1,
        kind="official",
        channel="call",
        purpose="random",
        inclusion_probability=0.2,
        form_id="bench",
        form_version="1",
        form_sha256="0" * 64,
        percent=(done["id"] % 40) + 60.0,
        outcome="pass",
        facts="{}",
        coaching="",
        submitted_at=done["started_at"],
    )


def _lives(done: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "assignment_id": done["id"],
            "state": "closed",
            "since": done["started_at"],
            "published_revision": 1,
            "published_at": done["started_at"],
            "disputes": 0,
        }
    )


def _answers(done: pd.DataFrame) -> pd.DataFrame:
    questions = [(f"q{number}", f"s{number // 4}") for number in range(20)]
    ids = np.repeat(done["id"].to_numpy(), len(questions))
    return pd.DataFrame(
        {
            "evaluation_id": ids,
            "question_id": [name for name, _ in questions] * len(done),
            "section_id": [section for _, section in questions] * len(done),
            "state": "answered",
            "option_id": "full",
            "value": "full",
            "outside_control": 0,
            "comment": "",
            "evidence": "[]",
            "reasons": "[]",
            "weight_percent": "5",
            "contribution": "5",
            "is_fatal": 0,
        }
    )


def _draw(month: str, size: int) -> Draw:
    return Draw(
        period=month,
        seed="s",
        policy={},
        policy_sha256="0" * 64,
        frame_sha256="0" * 64,
        frame_size=size,
        at=NOW,
        by="bench",
    )


def _go_on_counting(session: Session, count: int) -> None:
    """Let PostgreSQL's counters go on after the ids that were given here."""
    if session.connection().dialect.name != "postgresql":
        return
    for table in ("pick", "assignment", "evaluation"):
        session.connection().exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {count + 1})"
        )


def _insert(session: Session, table: str, frame: pd.DataFrame) -> None:
    session.flush()
    for start in range(0, len(frame), 100_000):
        insert_frame(session, metadata.tables[table], frame.iloc[start : start + 100_000])


def _text(moment: datetime) -> str:
    # As SQLite keeps it; PostgreSQL reads the same.
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
