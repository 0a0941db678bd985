"""What an agent is compared with: the median of the team's agents, without anybody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.figures import figures_of
from qm.core.periods import Period
from qm.core.problems import NotAllowed
from qm.store import quality as store
from qm.store.engine import transaction
from qm.store.scopes import Scope
from qm.store.tables import Agent
from qm.store.teams import agents_ever_in

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
        return _medians(session, scope, periods)


def _medians(session: Session, scope: Scope, periods: Sequence[Period]) -> tuple[TeamMedian, ...]:
    table = store.evaluations(session, [str(period) for period in periods], scope)
    found = []
    for period in sorted(periods):
        scores = _scores(table[table["period"] == str(period)])
        if len(scores) >= AGENTS_MIN:
            found.append(TeamMedian(period, median(scores), len(scores)))
    return tuple(found)


def _scores(table: pd.DataFrame) -> list[float]:
    no_picks = pd.DataFrame({"picked": [], "evaluated": []})
    means = (figures_of(rows, no_picks).score.value for _, rows in table.groupby("agent_id"))
    return [mean for mean in means if mean is not None]
