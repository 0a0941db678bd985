"""Whose quality is shown: the centre's, a team's, an agent's, an evaluator's, or of a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from qm.core.periods import Period
from qm.core.quality.behind import Behind
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.workflow.analysts import list_analysts
from qm.workflow.directory import directory
from qm.workflow.evaluations import periods_drawn
from qm.workflow.quality import agent_trend, centre_trend, team_trend
from qm.workflow.team_median import TeamMedian, team_medians
from qm.workflow.trends import Trend, evaluator_trend, months_of

MONTHS_SHOWN = 12
Kind = Literal["centre", "team", "agent", "evaluator", "questions"]


@dataclass(frozen=True)
class Choice:
    """Who was chosen; `name` is empty for the centre and for questions."""

    kind: Kind
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

    def behind(self, period: Period, **limits: Any) -> Behind:
        """Return the evaluations behind a figure of theirs in a month or quarter."""
        months = tuple(str(month) for month in months_of([period]))
        evaluator = self.name if self.kind == "evaluator" else None
        own = {"team_id": self.team_id, "agent_id": self.agent_id, "evaluator": evaluator}
        return Behind(months, **{**own, **limits})


def chosen(page: Here) -> Choice:
    """Let one be chosen."""
    offered = {choice.code: choice for choice in _choices(page)}
    labels = {code: choice.title for code, choice in offered.items()}
    return offered[addressed_choice(page, page._("Show"), labels, name="of")]


def periods_shown(page: Here) -> list[Period]:
    """Return the months drawn last, or the quarters that they lie in, as the person chooses."""
    _ = page._
    months = sorted(Period.parse(text) for text in periods_drawn(page.engine))[-MONTHS_SHOWN:]
    if not months:
        return []
    by = {"month": _("Month"), "quarter": _("Quarter")}
    if addressed_choice(page, _("Period"), by, name="by", width=140) == "month":
        return months
    days = [(month.first_day(), month.calendar) for month in months]
    return sorted({Period.of_day(day, calendar, "quarter") for day, calendar in days})


def _choices(page: Here) -> list[Choice]:
    _ = page._
    known = directory(page.engine, page.actor)
    sees_all = page.actor.sees(team_id=None, agent_id=None)
    found = [Choice("centre", "", _("The whole centre"))] if sees_all else []
    for team in known.teams:
        name = page.called(team.name, team.name_fa)
        found.append(Choice("team", team.id, _("Team {name}").format(name=name)))
    found += [
        Choice("agent", agent.id, page.called(agent.name, agent.name_fa)) for agent in known.agents
    ]
    return [*found, Choice("questions", "", _("A question")), *_evaluators(page)]


def _evaluators(page: Here) -> list[Choice]:
    """Return who looks after the evaluators sees of them, and what they see of themselves."""
    said = page._("Evaluator: {name}")
    if page.actor.may("review_evaluations"):
        names = {
            each.username: page.called(each.name, each.name_fa)
            for each in list_analysts(page.engine, page.actor)
        }
        return [
            Choice("evaluator", name, said.format(name=called)) for name, called in names.items()
        ]
    if page.actor.may("evaluate"):
        return [Choice("evaluator", page.actor.username, page._("What I evaluated"))]
    return []


def trend_of(page: Here, choice: Choice, periods: Sequence[Period]) -> Trend:
    """Return the months of what was chosen."""
    if choice.kind == "evaluator":
        return evaluator_trend(page.engine, page.actor, choice.name, periods)
    if choice.kind == "agent":
        return agent_trend(page.engine, page.actor, choice.name, periods)
    if choice.kind == "team":
        return team_trend(page.engine, page.actor, choice.name, periods)
    return centre_trend(page.engine, page.actor, periods)


def medians_beside(page: Here, choice: Choice, periods: Sequence[Period]) -> tuple[TeamMedian, ...]:
    """Return what an agent's months are compared with, nothing for others or for quarters."""
    if choice.kind != "agent" or any(period.kind != "month" for period in periods):
        return ()
    return team_medians(page.engine, page.actor, choice.name, periods)
