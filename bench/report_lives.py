"""What became of the evaluations of a month: published, disputed, corrected, talked about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sqlmodel import Session

from bench.report_rows import add, as_stored

_DISPUTED, _NOTED, _QUESTIONS = 0.02, 0.08, 20
_DAY = pd.Timedelta(days=1)


def disputed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return some of these evaluations with what became of their dispute, as `decision`."""
    rng = np.random.default_rng(1409)
    found = rows[rng.random(len(rows)) < _DISPUTED].copy()
    found["decision"] = rng.choice(["upheld", "changed", "open"], len(found), p=[0.6, 0.2, 0.2])
    return found


def corrections(disputes: pd.DataFrame, sheets: int, first_id: int) -> pd.DataFrame:
    """Return the second revisions of the evaluations whose dispute changed them."""
    changed = disputes[disputes["decision"] == "changed"].drop(columns="decision")
    return changed.assign(
        id=np.arange(first_id, first_id + len(changed)),
        revision=2,
        revision_reason="dispute",
        sheet=np.minimum(changed["sheet"] + sheets // 20, sheets - 1),
        submitted_at=changed["submitted_at"] + 3 * _DAY,
    )


def add_lives(session: Session, rows: pd.DataFrame, disputes: pd.DataFrame) -> None:
    """Store a life for each evaluation: most are closed, some wait to be published."""
    rng = np.random.default_rng(1410)
    states = ["closed", "acknowledged", "published", "submitted"]
    state = pd.Series(
        rng.choice(states, len(rows), p=[0.6, 0.2, 0.17, 0.03]), rows["assignment_id"]
    )
    decision = disputes.set_index("assignment_id")["decision"]
    state[decision.index] = np.where(decision == "open", "disputed", "closed")
    is_published = (state != "submitted").to_numpy()
    later = as_stored(rows["submitted_at"] + _DAY)
    lives = pd.DataFrame(
        {
            "assignment_id": rows["assignment_id"],
            "state": state.to_numpy(),
            "since": later,
            "published_revision": pd.Series(1, rows.index, "Int64").where(is_published),
            "published_at": later.where(is_published),
            "disputes": rows["assignment_id"].isin(decision.index).astype(int),
        }
    )
    add(session, "evaluation_life", lives)


def add_disputes(session: Session, disputes: pd.DataFrame, corrected: pd.DataFrame) -> None:
    """Store the disputes, each of one question."""
    ids = np.arange(1, len(disputes) + 1)
    is_decided = disputes["decision"] != "open"
    new = corrected.set_index("assignment_id")["id"]
    decided_at = as_stored(disputes["submitted_at"] + 3 * _DAY).where(is_decided)
    fixed: dict[str, Any] = {"round": 1, "stage": 0, "raised_by": "bench", "comment": ""}
    columns = ["assignment_id", "agent_id", "team_id"]
    rows = disputes[columns].assign(
        **fixed,
        id=ids,
        evaluation_id=disputes["id"],
        state=disputes["decision"],
        raised_at=as_stored(disputes["submitted_at"] + 2 * _DAY),
        due_at=as_stored(disputes["submitted_at"] + 7 * _DAY),
        decided_at=decided_at,
        decided_by=pd.Series("bench", disputes.index).where(is_decided),
        new_evaluation_id=disputes["assignment_id"].map(new).astype("Int64"),
    )
    add(session, "dispute", rows)
    questions = pd.DataFrame({"dispute_id": ids, "reason": "It was said.", "decision_reason": ""})
    questions["question_id"] = [f"q{number % _QUESTIONS}" for number in ids]
    questions["decision"] = disputes["decision"].where(is_decided).to_numpy()
    add(session, "disputed_question", questions)


def add_coaching(session: Session, rows: pd.DataFrame) -> None:
    """Store notes on some evaluations, and a talk with most agents with a topic and a promise."""
    rng = np.random.default_rng(1411)
    talks = rows[rng.random(len(rows)) < 0.9].drop_duplicates("agent_id")
    numbers = np.arange(1, len(talks) + 1)
    question = pd.Series([f"q{number % _QUESTIONS}" for number in numbers], talks.index)
    held = as_stored(talks["submitted_at"] + 5 * _DAY)
    fixed = {"participants": "[]", "summary": "", "answer": "", "created_by": "bench"}
    person = talks[["agent_id", "team_id"]]
    add(
        session,
        "coaching_session",
        person.assign(
            **fixed,
            id=numbers,
            planned_at=held,
            held_at=held,
            created_at=as_stored(talks["submitted_at"]),
            state="held",
        ),
    )
    topic = pd.DataFrame({"id": numbers, "session_id": numbers, "evaluation_id": talks["id"]})
    about = {"form_id": talks["form_id"], "question_id": question}
    add(session, "session_topic", topic.assign(**about))
    promise = {"text": "As the rule says, from now on.", "outcome": ""}
    states = rng.choice(["open", "kept", "broken"], len(talks), p=[0.3, 0.6, 0.1])
    agreed = topic[["id", "session_id"]].assign(agent_id=talks["agent_id"], **about, **promise)
    add(session, "commitment", agreed.assign(state=states))
    _add_notes(session, rows[rng.random(len(rows)) < _NOTED], rng)


def _add_notes(session: Session, rows: pd.DataFrame, rng: np.random.Generator) -> None:
    count = len(rows)
    states = ["shared", "acknowledged", "discussed", "review"]
    notes = pd.DataFrame(
        {
            "id": np.arange(1, count + 1),
            "evaluation_id": rows["id"],
            "agent_id": rows["agent_id"],
            "team_id": rows["team_id"],
            "period": rows["month"],
            "kind": rng.choice(["note", "strength", "opportunity"], count),
            "question_id": [f"q{number % _QUESTIONS}" for number in range(count)],
            "quote": "",
            "text": "Say what happens next before you put the customer on hold.",
            "author": rows["evaluator"],
            "created_at": as_stored(rows["submitted_at"]),
            "state": rng.choice(states, count, p=[0.3, 0.3, 0.3, 0.1]),
            "review_comment": "",
            "answer": "",
            "lead_comment": "",
        }
    )
    add(session, "coaching_note", notes)
