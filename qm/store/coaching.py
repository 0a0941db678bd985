"""Coaching notes with the evaluations they come from."""

import pandas as pd
from sqlalchemy import Executable, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.tables import Agent, CoachingNote, Evaluation, Team, User


def notes(session: Session) -> pd.DataFrame:
    """Return every coaching note with its agent, evaluation and author, newest first."""
    query: Executable = (
        select(
            col(CoachingNote.id).label("note_id"),
            col(CoachingNote.evaluation_id),
            col(CoachingNote.agent_id),
            col(CoachingNote.team_id),
            col(CoachingNote.period),
            col(CoachingNote.text),
            col(CoachingNote.author),
            col(User.name).label("author_name"),
            col(User.name_fa).label("author_name_fa"),
            col(CoachingNote.created_at),
            col(CoachingNote.state),
            col(CoachingNote.discussed_at),
            col(CoachingNote.discussed_by),
            col(CoachingNote.lead_comment),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Team.name).label("team_name"),
            col(Team.name_fa).label("team_name_fa"),
            col(Evaluation.interaction_id),
            col(Evaluation.percent),
            col(Evaluation.outcome),
            col(Evaluation.channel),
        )
        .join(Agent, col(Agent.id) == col(CoachingNote.agent_id))
        .join(Team, col(Team.id) == col(CoachingNote.team_id))
        .join(Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id))
        .join(User, col(User.username) == col(CoachingNote.author))
        .order_by(col(CoachingNote.created_at).desc(), col(CoachingNote.id).desc())
    )
    return frame_of(session, query)
