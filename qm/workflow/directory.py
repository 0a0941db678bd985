"""The teams and agents that a person may choose from."""

from dataclasses import dataclass

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.store import teams as store
from qm.store.engine import transaction
from qm.store.tables import Agent, Team


@dataclass(frozen=True)
class Directory:
    """Teams and agents in the limits of the person who asks."""

    teams: tuple[Team, ...]
    agents: tuple[Agent, ...]


def directory(engine: Engine, actor: Actor) -> Directory:
    """Return the teams and agents that the person may see the quality of.

    A lead's own team with its agents, also those who were in it once: what happened there stays
    the team's. For an agent only themselves, and no team.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        teams, agents = store.all_teams(session), store.all_agents(session)
        is_lead = actor.role == "lead" and actor.team_id is not None
        former = store.agents_ever_in(session, actor.team_id or "") if is_lead else set()
    return Directory(
        tuple(team for team in teams if actor.sees(team_id=team.id, agent_id=None)),
        tuple(
            agent
            for agent in agents
            if agent.id in former or actor.sees(team_id=agent.team_id, agent_id=agent.id)
        ),
    )
