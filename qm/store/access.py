"""What the right to open an interaction depends on, and who opened one."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, exists, or_, select

from qm.store.life import is_published
from qm.store.tables import Assignment, AuditEvent, Evaluation, Interaction


@dataclass(frozen=True)
class Standing:
    """An interaction and how it stands to one person.

    `is_own_work`: it was assigned to them or evaluated by them. `is_published`: an evaluation of
    it is.
    """

    interaction: Interaction
    is_own_work: bool
    is_evaluated: bool
    is_published: bool


def standing(session: Session, interaction_id: str, username: str) -> Standing | None:
    """Return how the interaction stands to the user; None where there is no such interaction."""
    interaction = session.get(Interaction, interaction_id)
    if interaction is None:
        return None
    assigned = exists().where(
        col(Assignment.interaction_id) == interaction_id, col(Assignment.evaluator) == username
    )
    evaluated = exists().where(col(Evaluation.interaction_id) == interaction_id)
    own = or_(assigned, evaluated.where(col(Evaluation.evaluator) == username))
    published = evaluated.where(is_published())
    stands = session.exec(select(own, evaluated, published)).one()
    return Standing(interaction, *(bool(each) for each in stands))


def was_logged(session: Session, *, actor: str, action: str, subject: str, since: datetime) -> bool:
    """Whether the log has this event by this person since then."""
    found = exists().where(
        col(AuditEvent.subject) == subject,
        col(AuditEvent.action) == action,
        col(AuditEvent.actor) == actor,
        col(AuditEvent.at) > since,
    )
    return bool(session.exec(select(found)).one())
