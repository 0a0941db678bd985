"""Teams over time: where an agent was from when to when, and moving one on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.store import teams as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import Agent, Team, TeamMembership

UNKNOWN_AGENT = explain(
    "team.unknown_agent",
    N_("There is no agent “{agent}”."),
    N_("Name the agent as the imports do."),
)
UNKNOWN_TEAM = explain(
    "team.unknown",
    N_("There is no team “{team}”."),
    N_("Name a team that an import brought."),
)
IN_IT_ALREADY = explain(
    "team.in_it_already",
    N_("The agent is in this team already."),
    N_("Choose another team."),
)
DAY_TO_COME = explain(
    "team.day_to_come",
    N_("The day is still to come."),
    N_("Move the agent on that day; imports move agents by themselves."),
)
DAY_TOO_EARLY = explain(
    "team.day_too_early",
    N_("The agent came into the present team later than that."),
    N_("Take a later day: what was before is history."),
)


@dataclass(frozen=True)
class AgentInTeams:
    """An agent and their times in teams, the newest first.

    The newest has no end. There is none where no import told since when.
    """

    agent: Agent
    times: tuple[TeamMembership, ...]


def agent_in_teams(engine: Engine, actor: Actor, agent_id: str) -> AgentInTeams:
    """Return an agent's times in teams; raises `BadInput` where there is no such agent."""
    actor.require("manage_people")
    with transaction(engine) as session:
        agent = _agent(session, agent_id)
        return AgentInTeams(agent, tuple(store.memberships_of(session, agent_id)))


def move_agent(
    engine: Engine,
    actor: Actor,
    agent_id: str,
    team_id: str,
    *,
    on: date,
    zone: tzinfo,
    now: datetime,
) -> AgentInTeams:
    """Let an agent be in another team from the beginning of a day in the centre's zone.

    Interactions and evaluations keep the team in which they happened, also those of that day.
    Raises `BadInput` for a day that is to come, or before the agent came into the present team.
    """
    actor.require("manage_people")
    from_at = datetime.combine(on, time.min, zone)
    with transaction(engine) as session:
        agent = _agent(session, agent_id)
        times = store.memberships_of(session, agent_id)
        before = agent.team_id
        if code := _refusal(session, agent, team_id, times, from_at, now):
            raise BadInput(Problem(code, agent_id, values={"team": team_id, "agent": agent_id}))
        first_at = store.first_interaction_at(session, agent)
        if not times and first_at is not None and first_at < from_at:
            store.enter_teams(session, {agent_id: (before, first_at)})
            session.flush()
        agent.team_id = team_id
        store.enter_teams(session, {agent_id: (team_id, from_at)})
        record(
            session,
            actor=actor.username,
            action="agent_moved",
            subject=agent_id,
            at=now,
            detail={"team": [before, team_id], "from": from_at.isoformat()},
        )
        session.flush()
        return AgentInTeams(agent, tuple(store.memberships_of(session, agent_id)))


def _refusal(
    session: Session,
    agent: Agent,
    team_id: str,
    times: Sequence[TeamMembership],
    from_at: datetime,
    now: datetime,
) -> str | None:
    if session.get(Team, team_id) is None:
        return UNKNOWN_TEAM
    if agent.team_id == team_id:
        return IN_IT_ALREADY
    if from_at > now:
        return DAY_TO_COME
    return DAY_TOO_EARLY if times and from_at < times[0].from_at else None


def _agent(session: Session, agent_id: str) -> Agent:
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise BadInput(Problem(UNKNOWN_AGENT, agent_id, values={"agent": agent_id}))
    return agent
