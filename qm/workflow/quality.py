"""Trends by month or quarter, agents side by side, and what to coach: for those who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.estimates import Estimate
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.core.quality.facts import Facts
from qm.core.quality.figures import Figures, figures_by
from qm.core.quality.questions import QuestionFigures, questions_by
from qm.core.quality.ranking import Separation, told_apart
from qm.core.text import Language, Wording, alphabetical
from qm.store.engine import transaction
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import Agent, Team
from qm.store.teams import agents_ever_in, all_agents
from qm.workflow.quality_facts import quality_facts
from qm.workflow.trends import Month, Trend, same_forms, trend_within

__all__ = ["Month", "Trend", "same_forms"]  # those of the trends, beside what is here

UNKNOWN_AGENT = explain(
    "quality.unknown_agent",
    N_("There is no agent “{agent}”."),
    N_("Write the agent's id as the imported interactions do."),
)


@dataclass(frozen=True)
class AgentFigures:
    """An agent's figures in one period."""

    agent: Agent
    figures: Figures


@dataclass(frozen=True)
class SideBySide:
    """Agents by name, never by score, and whether their scores can be told apart at all."""

    agents: tuple[AgentFigures, ...]
    separation: Separation


@dataclass(frozen=True)
class QuestionToCoach:
    """A question that was answered with less than full points: `short` of `answered` times.

    `share` is the share of interactions short of full points, in percent.
    """

    form: str
    number: int
    question_id: str
    text: Wording
    short: int
    answered: int
    fatal: int
    share: Estimate


def agent_trend(engine: Engine, actor: Actor, agent_id: str, periods: Sequence[Period]) -> Trend:
    """Return an agent's figures by month.

    A lead sees only the months' interactions in the own team. Raises `NotAllowed` for an agent
    outside the person's limits and `BadInput` for one that does not exist.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        scope = agent_scope(session, actor, agent_id)
    return trend_within(engine, scope, periods)


def team_trend(engine: Engine, actor: Actor, team_id: str, periods: Sequence[Period]) -> Trend:
    """Return a team's figures by month; raises `NotAllowed` for another team than one's own."""
    actor.require("see_quality")
    return trend_within(engine, team_scope(actor, team_id), periods)


def centre_trend(engine: Engine, actor: Actor, periods: Sequence[Period]) -> Trend:
    """Return the whole centre's figures by month; raises `NotAllowed` for leads and agents."""
    actor.require("see_quality")
    return trend_within(engine, team_scope(actor, None), periods)


def list_agents(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    team_id: str | None = None,
    language: Language,
) -> SideBySide:
    """Return the agents of a team (None: of the centre) who had anything drawn or evaluated.

    Raises `NotAllowed` for another team than one's own.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        scope = team_scope(actor, team_id)
        facts = quality_facts(session, [str(period)], scope)
        return side_by_side(all_agents(session), facts, language)


def questions_to_coach(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    agent_id: str | None = None,
    team_id: str | None = None,
) -> list[QuestionToCoach]:
    """Return the questions most often short of full points, the most frequent first.

    Of an agent, of a team or (neither given) of the centre. Raises as the trends do.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        if agent_id is not None:
            scope = agent_scope(session, actor, agent_id)
        else:
            scope = team_scope(actor, team_id)
        asked = questions_by(quality_facts(session, [str(period)], scope))[()]
        found = [_to_coach(figures) for figures in asked if figures.short]
    return sorted(found, key=lambda q: (-q.short, q.answered, q.form, q.number))


def side_by_side(agents: Sequence[Agent], facts: Facts, language: Language) -> SideBySide:
    """Return the figures of each agent who has evaluations or picks, by name."""
    figures = {str(key[0]): own for key, own in figures_by(facts, "agent_id").items()}
    listed = sorted(
        (agent for agent in agents if agent.id in figures),
        key=lambda agent: alphabetical(name_of(agent).in_language(language)),
    )
    by_agent = [AgentFigures(agent, figures[agent.id]) for agent in listed]
    scores = [each.figures.score for each in by_agent]
    return SideBySide(tuple(by_agent), told_apart(scores))


def name_of(named: Agent | Team) -> Wording:
    """Return the name in the languages that it has."""
    return Wording(en=named.name or named.id, fa=named.name_fa or None)


def agent_scope(session: Session, actor: Actor, agent_id: str) -> Scope:
    """Return the agent's rows that the person may see; raises as `agent_trend` does."""
    agent = session.get(Agent, agent_id)
    # Who left a team stays in what its lead sees of the time before; the scope keeps to the team.
    was_there = actor.role == "lead" and agent_id in agents_ever_in(session, actor.team_id or "")
    if not (was_there or actor.sees(team_id=agent.team_id if agent else None, agent_id=agent_id)):
        raise NotAllowed(f"agent “{agent_id}” is not yours to see")
    if agent is None:
        raise BadInput(Problem(UNKNOWN_AGENT, "agent", values={"agent": agent_id}))
    return Scope(
        agent_id=agent_id,
        team_id=actor.team_id if actor.role == "lead" else None,
        only_published=actor.role == "agent",
    )


def team_scope(actor: Actor, team_id: str | None) -> Scope:
    """Return the rows of a team (None: of the centre); raises `NotAllowed` for another's."""
    if not actor.sees(team_id=team_id, agent_id=None):
        raise NotAllowed(f"team “{team_id}” is not yours to see" if team_id else "not your centre")
    return EVERYONE if team_id is None else Scope(team_id=team_id)


def _to_coach(figures: QuestionFigures) -> QuestionToCoach:
    question = figures.newest
    return QuestionToCoach(
        form=f"{question.form_id}@{question.form_version}",
        number=question.number,
        question_id=question.question_id,
        text=question.text,
        short=figures.short,
        answered=figures.answered,
        fatal=figures.fatal,
        share=figures.short_share,
    )
