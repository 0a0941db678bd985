"""Evaluations that agents make themselves: what they have to do, and what stands beside them."""

import pandas as pd
from sqlalchemy import Executable, select
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.frames import frame_of
from qm.store.life import readable_by
from qm.store.tables import Agent, Assignment, Draft, Evaluation, Interaction, Pick

_IS_OWN = col(Assignment.kind) != "official"


def own_assignments(session: Session, username: str) -> pd.DataFrame:
    """Return the person's self- and peer evaluations that are open or done, by due date.

    `state` is open or done, `kind` self or peer, `saved_at` when something was entered last;
    `evaluation_id` is that of the submitted one, None before.
    """
    query: Executable = (
        select(
            col(Assignment.id).label("assignment_id"),
            col(Assignment.interaction_id),
            col(Assignment.kind),
            col(Assignment.state),
            col(Assignment.due_at),
            col(Interaction.channel),
            col(Interaction.started_at),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Draft.updated_at).label("saved_at"),
            col(Evaluation.id).label("evaluation_id"),
        )
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Agent, col(Agent.id) == col(Pick.agent_id))
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .outerjoin(Draft, col(Draft.assignment_id) == col(Assignment.id))
        .outerjoin(
            Evaluation,
            (col(Evaluation.assignment_id) == col(Assignment.id))
            & col(Evaluation.is_latest).is_(True),
        )
        .where(
            col(Assignment.evaluator) == username,
            _IS_OWN,
            col(Assignment.state).in_(("open", "done")),
        )
        .order_by(col(Assignment.due_at), col(Assignment.id))
    )
    return frame_of(session, query)


def others_of_interaction(
    session: Session, actor: Actor, evaluation: Evaluation
) -> list[Evaluation]:
    """Return what stands beside an evaluation, as far as the person may read it, oldest first.

    Beside an official one the self- and peer evaluations of the interaction with the same form
    version, beside one of those the official ones: two official ones never meet here.
    """
    is_official = evaluation.kind == "official"
    kind = col(Evaluation.kind)
    query = (
        select(Evaluation)
        .where(
            col(Evaluation.interaction_id) == evaluation.interaction_id,
            col(Evaluation.form_id) == evaluation.form_id,
            col(Evaluation.form_version) == evaluation.form_version,
            col(Evaluation.agent_id) == evaluation.agent_id,
            col(Evaluation.is_latest).is_(True),
            kind != "official" if is_official else kind == "official",
            readable_by(actor),
        )
        .order_by(col(Evaluation.submitted_at), col(Evaluation.id))
    )
    return list(session.scalars(query))
