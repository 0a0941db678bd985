"""Trends by month, agents side by side, and what to coach: for those who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.estimates import Estimate
from qm.core.figures import Figures, QuestionFigures, figures_of, questions_of
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.core.text import Language, Wording
from qm.core.trends import Change, Separation, change, told_apart
from qm.store import coverage
from qm.store import quality as store
from qm.store.engine import transaction
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import Agent, Team
from qm.store.teams import agents_ever_in, all_agents
from qm.workflow.published_forms import load_form

UNKNOWN_AGENT = explain(
    "quality.unknown_agent",
    N_("There is no agent “{agent}”."),
    N_("Write the agent's id as the imported interactions do."),
)

# Codepoints put pe, che, zhe and gaf after ye.
_PERSIAN_ORDER = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"


@dataclass(frozen=True)
class Month:
    """A period's figures; `forms` names the form versions behind them (`inbound-call@1`)."""

    period: Period
    figures: Figures
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Trend:
    """Months in order, those without data included.

    `change` is between the last two months that have a mean (`before` and `after`), None where
    there are fewer; with another form version in between (`same_forms` False) it compares two
    different yardsticks.
    """

    months: tuple[Month, ...]
    before: Period | None
    after: Period | None
    change: Change | None
    same_forms: bool

    def frame(self) -> pd.DataFrame:
        """Return a row per month: period and the columns of `Figures.row`."""
        rows = [{"period": str(month.period), **month.figures.row()} for month in self.months]
        return pd.DataFrame(rows, dtype=object)


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
        return _trend(session, _agent_scope(session, actor, agent_id), periods)


def team_trend(engine: Engine, actor: Actor, team_id: str, periods: Sequence[Period]) -> Trend:
    """Return a team's figures by month; raises `NotAllowed` for another team than one's own."""
    actor.require("see_quality")
    with transaction(engine) as session:
        return _trend(session, _team_scope(actor, team_id), periods)


def centre_trend(engine: Engine, actor: Actor, periods: Sequence[Period]) -> Trend:
    """Return the whole centre's figures by month; raises `NotAllowed` for leads and agents."""
    actor.require("see_quality")
    with transaction(engine) as session:
        return _trend(session, _team_scope(actor, None), periods)


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
        scope = _team_scope(actor, team_id)
        table = store.evaluations(session, [str(period)], scope)
        picks = coverage.picks(session, [str(period)], scope)
        return side_by_side(all_agents(session), table, picks, language)


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
            scope = _agent_scope(session, actor, agent_id)
        else:
            scope = _team_scope(actor, team_id)
        asked = questions_of(store.counted_answers(session, str(period), scope))
        found = [_to_coach(session, figures) for figures in asked if figures.short]
    return sorted(found, key=lambda q: (-q.short, q.answered, q.form, q.number))


def side_by_side(
    agents: Sequence[Agent], table: pd.DataFrame, picks: pd.DataFrame, language: Language
) -> SideBySide:
    """Return the figures of each agent who has evaluations or picks, by name."""
    concerned = {*table["agent_id"], *picks["agent_id"]}
    listed = sorted(
        (agent for agent in agents if agent.id in concerned),
        key=lambda agent: alphabetical(name_of(agent, language)),
    )
    evaluated, picked = _by_agent(table), _by_agent(picks)
    by_agent = [
        AgentFigures(
            agent,
            figures_of(evaluated.get(agent.id, table[:0]), picked.get(agent.id, picks[:0])),
        )
        for agent in listed
    ]
    scored = table[table["is_counted"] & table["percent"].notna()]
    groups = [list(scores) for _, scores in scored.groupby("agent_id")["percent"]]
    return SideBySide(tuple(by_agent), told_apart(groups))


def _by_agent(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(agent_id): rows for agent_id, rows in table.groupby("agent_id")}


def name_of(named: Agent | Team, language: Language) -> str:
    """Return the name in `language`, or the other one where it has none."""
    return (named.name_fa or named.name) if language == "fa" else named.name


def alphabetical(name: str) -> list[int]:
    """Return a key that sorts Persian names by the Persian alphabet and others by codepoint."""
    return [
        0x600 + _PERSIAN_ORDER.index(letter) if letter in _PERSIAN_ORDER else ord(letter)
        for letter in name.casefold()
    ]


def _agent_scope(session: Session, actor: Actor, agent_id: str) -> Scope:
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


def _team_scope(actor: Actor, team_id: str | None) -> Scope:
    if not actor.sees(team_id=team_id, agent_id=None):
        raise NotAllowed(f"team “{team_id}” is not yours to see" if team_id else "not your centre")
    return EVERYONE if team_id is None else Scope(team_id=team_id)


def _trend(session: Session, scope: Scope, periods: Sequence[Period]) -> Trend:
    names = [str(period) for period in periods]
    table = store.evaluations(session, names, scope)
    picks = coverage.picks(session, names, scope)
    months = tuple(_month(period, table, picks) for period in sorted(periods))
    scored = [month for month in months if month.figures.score.value is not None]
    if len(scored) < 2:
        return Trend(months, None, None, None, same_forms=True)
    before, after = scored[-2:]
    return Trend(
        months,
        before.period,
        after.period,
        change(before.figures.score, after.figures.score),
        same_forms=same_forms(before.forms, after.forms),
    )


def _month(period: Period, table: pd.DataFrame, picks: pd.DataFrame) -> Month:
    own = table[table["period"] == str(period)]
    counted = own[own["is_counted"]]
    forms = sorted(set(counted["form_id"] + "@" + counted["form_version"]))
    return Month(period, figures_of(own, picks[picks["period"] == str(period)]), tuple(forms))


def same_forms(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether no form of both months changed its version; which channels came up may differ."""
    shared = {_form_id(key) for key in before} & {_form_id(key) for key in after}
    return not any(_form_id(key) in shared for key in set(before) ^ set(after))


def _form_id(key: str) -> str:
    return key.partition("@")[0]


def _to_coach(session: Session, figures: QuestionFigures) -> QuestionToCoach:
    form = load_form(session, figures.form_id, figures.form_version)
    question = next(q for q in form.questions() if q.id == figures.question_id)
    return QuestionToCoach(
        form=form.key,
        number=form.number_of(question.id),
        question_id=question.id,
        text=question.text,
        short=figures.short,
        answered=figures.answered,
        fatal=figures.fatal,
        share=figures.short_share,
    )
