"""Coaching talks with their topics, commitments and the people in them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Executable, and_, case, func, or_, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.life import is_official, is_published
from qm.store.scopes import Scope
from qm.store.tables import (
    Agent,
    CoachingSession,
    Commitment,
    Evaluation,
    FormVersion,
    Interaction,
    SessionTopic,
    Team,
    User,
)


@dataclass(frozen=True)
class TalkRows:
    """A talk with the rows around it."""

    talk: CoachingSession
    agent: Agent
    team: Team
    topics: list[SessionTopic]
    commitments: list[Commitment]
    people: dict[str, User]


def talks(session: Session, scope: Scope, agent_id: str | None = None) -> pd.DataFrame:
    """Return the talks of a scope, or of an agent in it, the newest first."""
    with_agent = [] if agent_id is None else [col(CoachingSession.agent_id) == agent_id]
    open_count = func.sum(case((col(Commitment.state) == "open", 1), else_=0))
    query: Executable = (
        select(
            col(CoachingSession.id).label("session_id"),
            col(CoachingSession.agent_id),
            col(CoachingSession.team_id),
            col(CoachingSession.state),
            col(CoachingSession.planned_at),
            col(CoachingSession.held_at),
            col(CoachingSession.follow_up_on),
            col(CoachingSession.answered_at),
            col(CoachingSession.participants),
            col(CoachingSession.created_by),
            col(CoachingSession.created_at),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            func.count(col(Commitment.id)).label("commitments"),
            open_count.label("open_commitments"),
            func.min(case((col(Commitment.state) == "open", col(Commitment.due_on)))).label(
                "next_due_on"
            ),
        )
        .join(Agent, col(Agent.id) == col(CoachingSession.agent_id))
        .outerjoin(Commitment, col(Commitment.session_id) == col(CoachingSession.id))
        .where(*scope.rows(CoachingSession), *with_agent)
        .group_by(*_talk_key())
        .order_by(
            func.coalesce(col(CoachingSession.held_at), col(CoachingSession.planned_at)).desc(),
            col(CoachingSession.id).desc(),
        )
    )
    return frame_of(session, query)


def _talk_key() -> list[Any]:
    # PostgreSQL cannot group by JSON, and need not: the primary key decides the rest of its row.
    return [col(CoachingSession.id), col(Agent.id)]


def talk(session: Session, session_id: int) -> TalkRows | None:
    """Return a talk with its topics, commitments and the people in it; None where there is none."""
    found = session.get(CoachingSession, session_id)
    if found is None:
        return None
    agent, team = session.get(Agent, found.agent_id), session.get(Team, found.team_id)
    if agent is None or team is None:
        return None
    commitments = select(Commitment).where(col(Commitment.session_id) == session_id)
    names = select(User).where(col(User.username).in_([*found.participants, found.created_by]))
    return TalkRows(
        talk=found,
        agent=agent,
        team=team,
        topics=topics_of(session, session_id),
        commitments=list(session.scalars(commitments.order_by(col(Commitment.id)))),
        people={user.username: user for user in session.scalars(names)},
    )


def topics_of(session: Session, session_id: int) -> list[SessionTopic]:
    """Return what a talk is about, in the order in which it was added."""
    query = select(SessionTopic).where(col(SessionTopic.session_id) == session_id)
    return list(session.scalars(query.order_by(col(SessionTopic.id))))


def team_of(session: Session, agent_id: str) -> str | None:
    """Return an agent's present team, None where there is no such agent."""
    agent = session.get(Agent, agent_id)
    return None if agent is None else agent.team_id


def people_around(session: Session, agent_id: str, team_id: str) -> list[User]:
    """Return who may take part in a talk with an agent: who may read about them, and themselves."""
    query = (
        select(User)
        .where(
            col(User.is_active).is_(True),
            or_(
                col(User.role).in_(["qa_lead", "manager", "admin", "analyst"]),
                and_(col(User.role) == "lead", col(User.team_id) == team_id),
                col(User.agent_id) == agent_id,
            ),
        )
        .order_by(col(User.name))
    )
    return list(session.scalars(query))


def published_evaluations(
    session: Session, agent_id: str, evaluation_ids: Collection[int | None]
) -> set[int | None]:
    """Return which of these evaluations are of the agent and published."""
    query = select(col(Evaluation.id)).where(
        col(Evaluation.id).in_(list(evaluation_ids)),
        col(Evaluation.agent_id) == agent_id,
        is_published(),
    )
    return set(session.scalars(query))


def evaluations_of(session: Session, evaluation_ids: Collection[int]) -> pd.DataFrame:
    """Return what there is to tell of evaluations that are topics, each in its newest revision."""
    assignments = select(col(Evaluation.assignment_id)).where(
        col(Evaluation.id).in_(list(evaluation_ids))
    )
    return _told(session, [col(Evaluation.assignment_id).in_(assignments)])


def published_of_agent(session: Session, agent_id: str, limit: int) -> pd.DataFrame:
    """Return an agent's published evaluations, the newest contacts first."""
    wanted = [col(Evaluation.agent_id) == agent_id, is_official(), is_published()]
    return _told(session, wanted, limit)


def _told(session: Session, wanted: list[Any], limit: int | None = None) -> pd.DataFrame:
    query: Executable = (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.interaction_id),
            col(Evaluation.channel),
            col(Evaluation.form_id),
            col(Evaluation.form_version),
            col(Evaluation.percent),
            col(Evaluation.outcome),
            col(Interaction.started_at),
        )
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .where(col(Evaluation.is_latest).is_(True), *wanted)
        .order_by(col(Interaction.started_at).desc(), col(Evaluation.id).desc())
        .limit(limit)
    )
    return frame_of(session, query)


def forms_of_evaluations(session: Session, evaluation_ids: Collection[int]) -> dict[int, str]:
    """Return the id of the form that each of these evaluations was made with."""
    query = select(col(Evaluation.id), col(Evaluation.form_id)).where(
        col(Evaluation.id).in_(list(evaluation_ids))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def newest_versions(session: Session, form_ids: Collection[str]) -> dict[str, str]:
    """Return the newest version of each form that evaluations were made with."""
    published = select(col(FormVersion.form_id), col(FormVersion.version)).where(
        col(FormVersion.form_id).in_(list(form_ids))
    )
    rows = sorted(session.execute(published), key=lambda row: int(row[1]), reverse=True)
    versions: dict[str, str] = {}
    for form_id, version in rows:
        if form_id not in versions and _is_used(session, form_id, version):
            versions[form_id] = version
    return versions


def _is_used(session: Session, form_id: str, version: str) -> bool:
    # From the last evaluation back, where a newest version is soon found: there may be millions.
    newest = (
        select(col(Evaluation.id))
        .where(col(Evaluation.form_id) == form_id, col(Evaluation.form_version) == version)
        .order_by(col(Evaluation.id).desc())
    )
    return session.scalar(newest.limit(1)) is not None
