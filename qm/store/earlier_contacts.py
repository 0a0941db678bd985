"""What the customer of an interaction wanted before: interactions of the same customer."""

from sqlalchemy import select
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.life import is_official, readable_by
from qm.store.tables import Evaluation, Interaction


def contacts_before(session: Session, interaction: Interaction, limit: int) -> list[Interaction]:
    """Return the customer's interactions that began before this one, the newest first.

    None where the source does not say who the customer is.
    """
    if not interaction.customer_ref:
        return []
    query = (
        select(Interaction)
        .where(
            col(Interaction.customer_ref) == interaction.customer_ref,
            col(Interaction.started_at) < interaction.started_at,
            col(Interaction.id) != interaction.id,
        )
        .order_by(col(Interaction.started_at).desc(), col(Interaction.id))
        .limit(limit)
    )
    return list(session.scalars(query))


def readable_evaluations(
    session: Session, actor: Actor, interaction_ids: list[str]
) -> dict[str, Evaluation]:
    """Return the newest official evaluation of each interaction that the person may read."""
    query = (
        select(Evaluation)
        .where(
            col(Evaluation.interaction_id).in_(interaction_ids),
            col(Evaluation.is_latest).is_(True),
            is_official(),
            readable_by(actor),
        )
        .order_by(col(Evaluation.id))
    )
    return {found.interaction_id: found for found in session.scalars(query)}
