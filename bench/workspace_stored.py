"""Whether the database holds what the pages called saved and submitted, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from bench.workspace_analysts import Done
from qm.store.engine import transaction
from qm.store.tables import AnswerRow, Assignment, Draft, Evaluation


class Stored(NamedTuple):
    """How much of what was acknowledged is there; `twice` are evaluations too many."""

    answers: int
    answers_kept: int
    submitted: int
    kept: int
    twice: int

    def __str__(self) -> str:
        return (
            f"{self.answers_kept} of {self.answers} answers and {self.kept} of {self.submitted} "
            f"evaluations are in the database, {self.twice} of them twice"
        )


def compare(engine: Engine, told: Mapping[str, Done]) -> Stored:
    """Return what became of everything that analysts were told."""
    found = Counter[str]()
    with transaction(engine) as session:
        for analyst, done in told.items():
            for assignment_id, answers in done.answers.items():
                is_submitted = assignment_id in done.submitted
                kept, count = _stored(session, analyst, assignment_id)
                found["answers"] += len(answers)
                found["answers_kept"] += sum(
                    kept.get(question) == option for question, option in answers.items()
                )
                found["submitted"] += is_submitted
                found["kept"] += is_submitted and count == 1
                found["twice"] += max(0, count - 1)
    return Stored(**{name: found[name] for name in Stored._fields})


def _stored(session: Session, analyst: str, assignment_id: int) -> tuple[dict[str, str], int]:
    """Return the answers to an assignment, submitted or in its draft, and its evaluations."""
    assignment = session.get_one(Assignment, assignment_id)
    ids = session.scalars(
        select(col(Evaluation.id)).where(
            col(Evaluation.assignment_id) == assignment_id, col(Evaluation.evaluator) == analyst
        )
    ).all()
    if ids:
        query = select(col(AnswerRow.question_id), col(AnswerRow.option_id))
        rows = session.execute(query.where(col(AnswerRow.evaluation_id) == ids[0]))
        is_done = assignment.state == "done"
        return {row.question_id: row.option_id or "" for row in rows}, len(ids) if is_done else 0
    draft = session.get(Draft, assignment_id)
    answers = draft.answers if draft else {}
    return {name: answer.get("option") for name, answer in answers.items()}, 0
