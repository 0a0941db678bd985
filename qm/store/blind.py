"""What an evaluator who works blind has not been told: whose an interaction is before the end."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.rules import life_rules
from qm.store.tables import Assignment, Evaluation, Interaction


def works_blind(session: Session, actor: Actor) -> bool:
    """Whether the centre's rules hide agents from this person: an analyst, who only evaluates."""
    return actor.role == "analyst" and life_rules(session).hides_agent


def is_told(evaluator: str) -> ColumnElement[bool]:
    """Return the condition that a blind evaluator may know whose an `Interaction` of a query is.

    True once they have submitted it and it is not open to them again.
    """
    submitted = select(col(Evaluation.interaction_id)).where(col(Evaluation.evaluator) == evaluator)
    is_open = select(col(Assignment.interaction_id)).where(
        col(Assignment.evaluator) == evaluator, col(Assignment.state) == "open"
    )
    return and_(col(Interaction.id).in_(submitted), col(Interaction.id).not_in(is_open))


def untold(session: Session, actor: Actor, interaction_ids: Collection[str]) -> set[str]:
    """Return those of these interactions whose agent this person must not be told."""
    if not works_blind(session, actor):
        return set()
    # Not limited to the ids asked for: a database takes so many parameters and no more.
    told = session.scalars(select(col(Interaction.id)).where(is_told(actor.username)))
    return set(interaction_ids) - set(told)
