"""The coaching notes of a month, for its report."""

import pandas as pd
from sqlalchemy import Executable, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.tables import CoachingNote, Evaluation, User


def coaching_notes(session: Session, period: str) -> pd.DataFrame:
    """Return the coaching notes of a period, oldest first, with the author's names."""
    query: Executable = (
        select(
            col(CoachingNote.agent_id),
            col(CoachingNote.team_id),
            col(Evaluation.interaction_id),
            col(Evaluation.percent),
            col(CoachingNote.text),
            col(User.name).label("author_name"),
            col(User.name_fa).label("author_name_fa"),
            col(CoachingNote.author),
            col(CoachingNote.created_at),
            col(CoachingNote.state),
            col(CoachingNote.discussed_at),
            col(CoachingNote.lead_comment),
        )
        .join(Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id))
        .outerjoin(User, col(User.username) == col(CoachingNote.author))
        .where(col(CoachingNote.period) == period, col(CoachingNote.state) != "replaced")
        .order_by(col(CoachingNote.created_at), col(CoachingNote.id))
    )
    return frame_of(session, query)
