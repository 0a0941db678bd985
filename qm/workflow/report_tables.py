"""The tables of the monthly report, and the names in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlmodel import Session

from qm.core.text import Wording
from qm.reports.layout import SHEETS
from qm.store.teams import all_agents, all_teams
from qm.workflow.quality import name_of

_COLUMNS = {sheet.name: [column.name for column in sheet.columns] for sheet in SHEETS}


@dataclass(frozen=True)
class Names:
    """Names of agents and teams by id, and the present team of each agent."""

    agent: Mapping[str, Wording]
    team: Mapping[str, Wording]
    team_of: Mapping[str, str]

    def columns(self, agent_id: str, team_id: str | None = None) -> dict[str, str | Wording]:
        """Return the columns that tell an agent, in the present team unless another is given."""
        team = team_id or self.team_of[agent_id]
        return {
            "agent": self.agent[agent_id],
            "agent_id": agent_id,
            "team": self.team[team],
        }


def names_in(session: Session) -> Names:
    """Return the names of everybody."""
    agents = all_agents(session)
    return Names(
        agent={agent.id: name_of(agent) for agent in agents},
        team={team.id: name_of(team) for team in all_teams(session)},
        team_of={agent.id: agent.team_id for agent in agents},
    )


def as_table(name: str, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return the rows as the report's table of that name, with the columns of its sheet."""
    columns = _COLUMNS[name]
    return pd.DataFrame(
        [[row[column] for column in columns] for row in rows], columns=columns, dtype=object
    )
