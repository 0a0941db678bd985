"""Whose quality is shown: the centre's, a team's or an agent's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qm.core.periods import Period
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.workflow.directory import directory
from qm.workflow.quality import Trend, agent_trend, centre_trend, team_trend
from qm.workflow.team_median import TeamMedian, team_medians


@dataclass(frozen=True)
class Choice:
    """Who was chosen; `name` is empty for the centre."""

    kind: Literal["centre", "team", "agent"]
    name: str
    title: str

    @property
    def code(self) -> str:
        """How the page's address names it."""
        return f"{self.kind}:{self.name}"

    @property
    def agent_id(self) -> str | None:
        """The agent, where one was chosen."""
        return self.name if self.kind == "agent" else None

    @property
    def team_id(self) -> str | None:
        """The team, where one was chosen."""
        return self.name if self.kind == "team" else None


def chosen(page: Here) -> Choice:
    """Let one be chosen; an agent, who has only themselves, is not asked."""
    offered = {choice.code: choice for choice in _choices(page)}
    if len(offered) == 1:
        return next(iter(offered.values()))
    labels = {code: choice.title for code, choice in offered.items()}
    return offered[addressed_choice(page, page._("Show"), labels, name="of")]


def _choices(page: Here) -> list[Choice]:
    _ = page._
    known = directory(page.engine, page.actor)
    sees_all = page.actor.sees(team_id=None, agent_id=None)
    found = [Choice("centre", "", _("The whole centre"))] if sees_all else []
    for team in known.teams:
        name = page.called(team.name, team.name_fa)
        found.append(Choice("team", team.id, _("Team {name}").format(name=name)))
    return found + [
        Choice("agent", agent.id, page.called(agent.name, agent.name_fa)) for agent in known.agents
    ]


def trend_of(page: Here, choice: Choice, periods: Sequence[Period]) -> Trend:
    """Return the months of what was chosen."""
    if choice.kind == "agent":
        return agent_trend(page.engine, page.actor, choice.name, periods)
    if choice.kind == "team":
        return team_trend(page.engine, page.actor, choice.name, periods)
    return centre_trend(page.engine, page.actor, periods)


def medians_beside(page: Here, choice: Choice, periods: Sequence[Period]) -> tuple[TeamMedian, ...]:
    """Return what an agent's months are compared with, nothing for a team or the centre."""
    if choice.kind != "agent":
        return ()
    return team_medians(page.engine, page.actor, choice.name, periods)
