"""Coaching proposals, and what they are about."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.tables import Agent, CoachingProposal, Evaluation, Team, User


def proposals(session: Session, team_id: str | None, state: str | None) -> pd.DataFrame:
    """Return the proposals for agents who are in a team now (None: for all), newest first.

    In a state (None: any).
    """
    query: Any = (
        select(
            col(CoachingProposal.id).label("proposal_id"),
            col(CoachingProposal.trigger),
            col(CoachingProposal.agent_id),
            col(CoachingProposal.team_id),
            col(CoachingProposal.detail),
            col(CoachingProposal.created_at),
            col(CoachingProposal.state),
            col(CoachingProposal.decided_at),
            col(CoachingProposal.decided_by),
            col(CoachingProposal.reason),
            col(CoachingProposal.session_id),
            col(User.name).label("decided_by_name"),
            col(User.name_fa).label("decided_by_name_fa"),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Team.name).label("team_name"),
            col(Team.name_fa).label("team_name_fa"),
        )
        .join(Agent, col(Agent.id) == col(CoachingProposal.agent_id))
        .join(Team, col(Team.id) == col(Agent.team_id))
        .outerjoin(User, col(User.username) == col(CoachingProposal.decided_by))
        .order_by(col(CoachingProposal.created_at).desc(), col(CoachingProposal.id).desc())
    )
    if team_id is not None:
        query = query.where(col(Agent.team_id) == team_id)
    if state is not None:
        query = query.where(col(CoachingProposal.state) == state)
    return frame_of(session, query)


def of_talk(session: Session, session_id: int) -> list[CoachingProposal]:
    """Return the proposals that were taken up into a talk."""
    query = select(CoachingProposal).where(col(CoachingProposal.session_id) == session_id)
    return list(session.scalars(query.order_by(col(CoachingProposal.id))))


def add_unless_known(session: Session, values: Mapping[str, Any]) -> bool:
    """Store a proposal unless its trigger made it before, even at this very moment."""
    is_postgresql = session.connection().dialect.name == "postgresql"
    insert: Any = (postgresql if is_postgresql else sqlite).insert(CoachingProposal)
    statement = (
        insert.values(state="open", reason="", **values)
        .on_conflict_do_nothing(index_elements=["trigger", "agent_id", "key"])
        .returning(col(CoachingProposal.id))
    )
    return session.execute(statement).first() is not None


def agents_in(session: Session, team_id: str | None) -> list[str]:
    """Return the agents who are in a team now, or (None) all of them."""
    query = select(col(Agent.id)).order_by(col(Agent.id))
    if team_id is not None:
        query = query.where(col(Agent.team_id) == team_id)
    return list(session.scalars(query))


def teams_of(session: Session, agent_ids: Collection[str]) -> dict[str, str]:
    """Return the present team of each of these agents."""
    query = select(col(Agent.id), col(Agent.team_id)).where(col(Agent.id).in_(list(agent_ids)))
    return {row.id: row.team_id for row in session.execute(query)}


def latest_evaluations(session: Session, assignment_ids: Collection[int]) -> list[int]:
    """Return the newest revisions of the evaluations of these assignments."""
    query = (
        select(col(Evaluation.id))
        .where(
            col(Evaluation.assignment_id).in_(list(assignment_ids)),
            col(Evaluation.is_latest).is_(True),
        )
        .order_by(col(Evaluation.id))
    )
    return [int(evaluation_id or 0) for evaluation_id in session.scalars(query)]
