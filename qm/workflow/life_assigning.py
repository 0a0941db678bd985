"""How the life of an evaluation began: who gave whom the interaction, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.tables import Assignment, AuditEvent, Evaluation

_GIVING = ("assign", "assignment_moved", "replace", "own_evaluation_begun")
"""What the log calls the deeds that give somebody an interaction."""


@dataclass(frozen=True)
class Given:
    """Who was given the interaction when, and by whom (None where the log does not tell)."""

    evaluator: str
    by: str | None
    at: datetime


def given_to(session: Session, actor: Actor, evaluation: Evaluation) -> Given | None:
    """Return how the evaluator came to the interaction; None for agents, who see what followed."""
    if actor.role == "agent":
        return None
    assignment = session.get_one(Assignment, evaluation.assignment_id)
    # What is done in one transaction has one moment, in the log and on the assignment.
    query = select(col(AuditEvent.actor)).where(
        col(AuditEvent.at) == assignment.assigned_at, col(AuditEvent.action).in_(_GIVING)
    )
    by = session.scalars(query.order_by(col(AuditEvent.id))).first()
    return Given(assignment.evaluator, by, assignment.assigned_at)
