"""What coaching waits for, beyond notes, talks and proposals themselves."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Executable, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.tables import Agent, CoachingSession, Commitment


def open_commitments(session: Session, session_ids: Sequence[int]) -> pd.DataFrame:
    """Return the commitments of these talks that are still to be kept, with their agents."""
    query: Executable = (
        select(
            col(Commitment.id).label("commitment_id"),
            col(Commitment.session_id),
            col(Commitment.agent_id),
            col(Commitment.text),
            col(Commitment.due_on),
            col(CoachingSession.held_at),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
        )
        .join(CoachingSession, col(CoachingSession.id) == col(Commitment.session_id))
        .join(Agent, col(Agent.id) == col(Commitment.agent_id))
        .where(col(Commitment.state) == "open", col(Commitment.session_id).in_(session_ids))
        .order_by(col(Commitment.due_on).is_(None), col(Commitment.due_on), col(Commitment.id))
    )
    return frame_of(session, query)
