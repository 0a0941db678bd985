"""Databases of the first release, brought to the tables of today and back, with rows in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import Engine, inspect, text

from qm.store.engine import _alembic, migrate, open_engine, transaction
from qm.store.tables import AnswerRow, Evaluation, FormVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = "2026-11-05 07:00:00+00:00"
ROWS: list[tuple[str, Mapping[str, object]]] = [
    ("team", {"id": "orders", "name": "Orders"}),
    ("team", {"id": "support", "name": "Support"}),
    ("agent", {"id": "sara", "name": "Sara", "team_id": "support"}),
    (
        "user_account",
        {
            "username": "mina",
            "name": "Mina",
            "role": "analyst",
            "language": "en",
            "password_hash": "-",
            "is_active": True,
            "created_at": AT,
        },
    ),
    (
        "import_run",
        {
            "id": 1,
            "file_name": "x.csv",
            "file_sha256": "0",
            "at": AT,
            "by": "x",
            "rows_new": 1,
            "rows_known": 0,
            "rows_rejected": 0,
        },
    ),
    (
        "interaction",
        {
            "id": "c-1",
            "channel": "call",
            "agent_id": "sara",
            "team_id": "orders",
            "queue": "sales",
            "started_at": AT,
            "talk_s": 90.5,
            "attributes": json.dumps({"product": "shoes", "channel": "not this"}),
            "row_sha256": "0",
            "import_run_id": 1,
        },
    ),
    (
        "draw",
        {
            "id": 1,
            "period": "1405-08",
            "seed": "s",
            "policy": "{}",
            "policy_sha256": "0",
            "frame_sha256": "0",
            "frame_size": 1,
            "excluded": "{}",
            "at": AT,
            "by": "x",
        },
    ),
    (
        "pick",
        {
            "id": 1,
            "draw_id": 1,
            "interaction_id": "c-1",
            "agent_id": "sara",
            "stratum": "sara",
            "zone": 1,
            "number": 0.5,
            "inclusion_probability": 1.0,
            "purpose": "random",
            "rank": 1,
            "is_reserve": False,
        },
    ),
    (
        "form_version",
        {
            "form_id": "call",
            "version": "1",
            "channel": "call",
            "sha256": "0",
            "source": "form: call",
            "published_at": AT,
            "published_by": "x",
        },
    ),
    (
        "assignment",
        {
            "id": 1,
            "pick_id": 1,
            "interaction_id": "c-1",
            "evaluator": "mina",
            "form_id": "call",
            "form_version": "1",
            "state": "done",
            "assigned_at": AT,
            "due_at": AT,
        },
    ),
    (
        "evaluation",
        {
            "id": 7,
            "assignment_id": 1,
            "revision": 1,
            "is_latest": True,
            "interaction_id": "c-1",
            "agent_id": "sara",
            "team_id": "orders",
            "channel": "call",
            "period": "1405-08",
            "purpose": "random",
            "inclusion_probability": 1.0,
            "form_id": "call",
            "form_version": "1",
            "form_sha256": "0",
            "evaluator": "mina",
            "percent": 62.5,
            "calculated_percent": 62.5,
            "outcome": "fail",
            "coaching": "",
            "submitted_at": AT,
        },
    ),
    *[
        (
            "answer",
            {
                "evaluation_id": 7,
                "question_id": question,
                "section_id": "opening",
                "state": state,
                "option_id": option,
                "possible_points": 1,
                "weight_percent": "100/3",
                "contribution": "25/3",
                "is_fatal": False,
                "comment": "Well.",
                "evidence": "[]",
            },
        )
        for question, state, option in (
            ("greeting", "answered", "yes"),
            ("solved", "not_applicable", None),
            ("asked", "hidden", None),
        )
    ],
]


def _released(url: str) -> Engine:
    """Return a database as the first release made and filled it."""
    engine = open_engine(url)
    command.upgrade(_alembic(engine), "0001")
    with engine.begin() as connection:
        for table, row in ROWS:
            columns, places = ", ".join(f'"{c}"' for c in row), ", ".join(f":{c}" for c in row)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)
    return engine


def test_stored_rows_get_what_later_tables_ask_for(bare_database_url: str) -> None:
    engine = _released(bare_database_url)
    migrate(engine)
    with transaction(engine) as session:
        evaluation = session.get_one(Evaluation, 7)
        values = {
            name: session.get_one(AnswerRow, (7, name)) for name in ("greeting", "solved", "asked")
        }
        version = session.get_one(FormVersion, ("call", "1"))
    # An own column of the centre never hides one of ours.
    assert evaluation.facts == {
        "product": "shoes",
        "channel": "call",
        "queue": "sales",
        "talk_s": 90.5,
        "agent": "sara",
        "team": "orders",
    }
    assert (evaluation.process_percent, evaluation.process_outcome) == (62.5, "fail")
    assert (evaluation.band, evaluation.percent) == (None, 62.5)
    assert {name: row.value for name, row in values.items()} == {
        "greeting": "yes",
        "solved": "n/a",
        "asked": None,
    }
    greeting = values["greeting"]
    assert (greeting.outside_control, greeting.reasons, greeting.comment) == (False, [], "Well.")
    assert (greeting.weight_percent, greeting.contribution) == ("100/3", "25/3")
    assert (version.effective_from, version.effective_to, version.retired_at) == (None,) * 3
    # Others still refer to the evaluation and are still checked.
    assert {key["referred_table"] for key in inspect(engine).get_foreign_keys("answer")} == {
        "evaluation"
    }


def test_a_filled_database_can_go_back(bare_database_url: str) -> None:
    engine = _released(bare_database_url)
    migrate(engine)
    with transaction(engine) as session:
        fields = {"section_id": "", "state": "answered", "weight_percent": "0", "contribution": "0"}
        session.add(AnswerRow(evaluation_id=7, question_id="when", value="2026-11-05", **fields))
    command.downgrade(_alembic(engine), "0001")
    with engine.connect() as connection:
        answers = connection.execute(text("SELECT question_id FROM answer ORDER BY 1")).all()
        percent = connection.execute(text("SELECT percent FROM evaluation")).scalar()
    assert [row[0] for row in answers] == ["asked", "greeting", "solved"]
    assert percent == 62.5
    migrate(engine)
