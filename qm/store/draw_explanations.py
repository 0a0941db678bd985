"""What explanations of draws look up: the draws of a moment, and whom an interaction belongs to."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from qm.store.picks import in_effect
from qm.store.tables import Draw, Evaluation, Interaction, Pick, Replacement


def draws_at(session: Session, moment: datetime) -> list[Draw]:
    """Return the draws whose period holds `moment`, the first draw first.

    Draws from before they could be verified have no bounds and are none of them.
    """
    query = (
        select(Draw)
        .where(col(Draw.starts_at) <= moment, col(Draw.ends_at) > moment)
        .order_by(col(Draw.id))
    )
    return list(session.scalars(query))


def owners_of(session: Session, interaction_id: str) -> list[tuple[str, str]]:
    """Return team and agent of the interaction, and those it was evaluated for.

    They differ where the policy says that an interaction with several agents belongs to another
    than the source put first.
    """
    imported = select(col(Interaction.team_id), col(Interaction.agent_id)).where(
        col(Interaction.id) == interaction_id
    )
    evaluated = select(col(Evaluation.team_id), col(Evaluation.agent_id)).where(
        col(Evaluation.interaction_id) == interaction_id
    )
    return [(team, agent) for team, agent in session.execute(imported.union(evaluated))]


def fate(session: Session, draw_id: int, interaction_id: str) -> tuple[bool, bool]:
    """Return whether the draw's pick of the interaction is in effect, and whether replaced."""
    replaced = col(Pick.id).in_(select(col(Replacement.pick_id)))
    query = select(in_effect(), replaced).where(
        col(Pick.draw_id) == draw_id, col(Pick.interaction_id) == interaction_id
    )
    found = session.execute(query).first()
    return (bool(found[0]), bool(found[1])) if found else (False, False)
