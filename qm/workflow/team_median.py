"""What an agent is compared with: the median of the team's agents, without anybody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.periods import Period
from qm.core.problems import NotAllowed
from qm.core.quality.facts import Facts
from qm.core.quality.figures import scores_by
from qm.store.engine import transaction
from qm.store.scopes import Scope
from qm.store.tables import Agent
from qm.store.teams import agents_ever_in
from qm.workflow.quality_facts import quality_facts

AGENTS_MIN = 4
"""Of fewer agents a median would tell the score of one of them."""


@dataclass(frozen=True)
class TeamMedian:
    """The median of the scores of so many agents of a team in a period."""

    period: Period
    value: float
    agents: int


def team_medians(
    engine: Engine, actor: Actor, agent_id: str, periods: Sequence[Period]
) -> tuple[TeamMedian, ...]:
    """Return the medians of the team that an agent is in now, of the periods that have one.

    For a lead it is the own team, also where the agent has left it.

    The median of the agents' own means; a period in which fewer than `AGENTS_MIN` agents have a
    score is left out. Agents are shown what is published. Raises `NotAllowed` for an agent outside
    the person's limits.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        agent = session.get(Agent, agent_id)
        team_id = agent.team_id if agent else None
        if actor.role == "lead" and agent_id in agents_ever_in(session, actor.team_id or ""):
            team_id = actor.team_id
        if agent is None or not actor.sees(team_id=team_id, agent_id=agent_id):
            raise NotAllowed(f"agent “{agent_id}” is not yours to see")
        scope = Scope(team_id=team_id, only_published=actor.role == "agent")
        facts = quality_facts(session, [str(period) for period in periods], scope)
    return medians_of(facts, periods)


def medians_of(team: Facts, periods: Sequence[Period]) -> tuple[TeamMedian, ...]:
    """Return the medians of a team's evaluations, as `team_medians` does."""
    scores: dict[str, list[float]] = {}
    for (period, _agent), score in scores_by(team, "period", "agent_id").items():
        if score.value is not None:
            scores.setdefault(str(period), []).append(score.value)
    found = [(period, scores.get(str(period), [])) for period in sorted(periods)]
    return tuple(
        TeamMedian(period, median(own), len(own)) for period, own in found if len(own) >= AGENTS_MIN
    )
