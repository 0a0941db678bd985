"""Teams over time: which agent was in which team, from when to when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from qm.store.tables import Agent, Interaction, Team, TeamMembership


def all_teams(session: Session) -> Sequence[Team]:
    """Return every team, by name."""
    return session.exec(select(Team).order_by(Team.name, Team.id)).all()


def all_agents(session: Session) -> Sequence[Agent]:
    """Return every agent, by name."""
    return session.exec(select(Agent).order_by(Agent.name, Agent.id)).all()


def memberships_of(session: Session, agent_id: str) -> Sequence[TeamMembership]:
    """Return an agent's times in teams, the newest first."""
    found = select(TeamMembership).where(TeamMembership.agent_id == agent_id)
    newest = col(TeamMembership.from_at).desc(), col(TeamMembership.id).desc()
    return session.exec(found.order_by(*newest)).all()


def first_interaction_at(session: Session, agent: Agent) -> datetime | None:
    """Return when the agent's earliest interaction began; None where there is none."""
    if agent.first_at is not None:
        return agent.first_at
    started = col(Interaction.started_at)
    return session.exec(select(func.min(started)).where(Interaction.agent_id == agent.id)).one()


def agents_ever_in(session: Session, team_id: str) -> set[str]:
    """Return the agents who are in the team or were."""
    now = select(Agent.id).where(Agent.team_id == team_id)
    ever = select(TeamMembership.agent_id).where(TeamMembership.team_id == team_id)
    return {*session.exec(now), *session.exec(ever)}


def enter_teams(session: Session, entered: Mapping[str, tuple[str, datetime]]) -> None:
    """Let each agent be in a team from a moment on: the time before it in another one ends.

    Nothing changes for whoever is in it already. Nobody comes earlier than into the team before;
    of that nothing stays where it would have lasted no time.
    """
    still = _open_memberships(session, list(entered))
    for agent_id, (team_id, wanted) in entered.items():
        before, from_at = still.get(agent_id), wanted
        if before is not None and before.team_id == team_id:
            continue
        if before is not None:
            from_at = max(wanted, before.from_at)
            before.to_at = from_at
        if before is not None and before.from_at == from_at:
            session.delete(before)
        session.add(TeamMembership(agent_id=agent_id, team_id=team_id, from_at=from_at))


def _open_memberships(session: Session, agent_ids: list[str]) -> dict[str, TeamMembership]:
    found: dict[str, TeamMembership] = {}
    for start in range(0, len(agent_ids), 5_000):  # SQLite takes 32,766 values in one statement
        some = agent_ids[start : start + 5_000]
        query = select(TeamMembership).where(
            col(TeamMembership.agent_id).in_(some), col(TeamMembership.to_at).is_(None)
        )
        found |= {row.agent_id: row for row in session.exec(query)}
    return found
