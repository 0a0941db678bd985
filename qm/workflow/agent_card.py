"""What a lead takes into a coaching talk: an agent's month, trend, questions and coaching."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.change.breaks import Break
from qm.core.change.signals import Signal
from qm.core.estimates import Estimate
from qm.core.forms.form import Form
from qm.core.periods import Period
from qm.core.quality.disputes import DisputeFigures, disputes_by
from qm.core.quality.facts import Facts
from qm.core.quality.figures import figures_by
from qm.core.scoring.judging import band_of
from qm.store import dispute_figures
from qm.store.engine import transaction
from qm.store.scopes import Scope
from qm.store.tables import Agent, Team
from qm.workflow.agent_card_beside import Beside, beside_others, evaluations_beside
from qm.workflow.agent_card_coaching import CardCoaching, card_coaching
from qm.workflow.agent_card_questions import CardQuestions, card_questions
from qm.workflow.published_forms import load_form
from qm.workflow.quality import Month, Trend, agent_scope
from qm.workflow.quality_facts import quality_facts
from qm.workflow.team_median import TeamMedian, medians_of
from qm.workflow.trend_marks import trend_marks
from qm.workflow.trends import trend_of

TREND_MONTHS = 12
LEAST_EVALUATIONS = 5
"""Of fewer a month says too little of an agent for a judgement."""


@dataclass(frozen=True)
class OnForm:
    """An agent's mean score of the month on a form version; `band` is where the mean lies."""

    form: Form
    score: Estimate
    band: str | None


@dataclass(frozen=True)
class AgentCard:
    """An agent in a month, within what the person may see.

    `trend` has the months from the first with anything drawn to this one, twelve at most;
    `medians` and `marks` belong to it. `team` is the present one, a lead's their own. `disputes`
    are those about the evaluations of the trend's months.
    """

    agent: Agent
    team: Team | None
    period: Period
    trend: Trend
    medians: tuple[TeamMedian, ...]
    marks: tuple[Break, ...]
    on_forms: tuple[OnForm, ...]
    beside: Beside
    questions: CardQuestions
    coaching: CardCoaching
    disputes: DisputeFigures
    signals: tuple[Signal, ...]

    @property
    def month(self) -> Month:
        """The month of the card."""
        return self.trend.months[-1]

    @property
    def months_with_data(self) -> int:
        """How many months of the trend have an evaluation that averages rest on."""
        return sum(month.figures.evaluated > 0 for month in self.trend.months)

    @property
    def is_too_early(self) -> bool:
        """Whether the month has too few evaluations for a judgement."""
        return self.month.figures.score.n < LEAST_EVALUATIONS


def agent_card(
    engine: Engine,
    actor: Actor,
    agent_id: str,
    period: Period,
    *,
    centre: Centre,
    now: datetime,
) -> AgentCard:
    """Return the card of an agent for a month.

    Agents get their own, of published evaluations only; a lead sees what was done in the own
    team. Raises `NotAllowed` for an agent outside the person's limits and `BadInput` for one that
    does not exist.
    """
    actor.require("see_quality")
    back = [period.shift(-months) for months in range(TREND_MONTHS)]
    with transaction(engine) as session:
        scope = agent_scope(session, actor, agent_id)
        agent = session.get_one(Agent, agent_id)
        team_id = scope.team_id or agent.team_id
        team = session.get(Team, team_id)
        own = quality_facts(session, [str(each) for each in back], scope)
        everybody = evaluations_beside(session, actor, back)
        trend = trend_of(own, back)
        months = _from_first_drawn(trend.months)
        periods = [month.period for month in months]
        on_forms = tuple(_on_forms(session, own.where(period=str(period))))
        questions = card_questions(session, actor, agent_id, team_id, own, period)
        disputes = _disputes(session, scope, periods, now)
    beside, signals = beside_others(own, everybody, agent_id, team_id, period)
    if actor.role == "agent":  # who is told no place
        beside = replace(beside, standing=None)
    return AgentCard(
        agent=agent,
        team=team,
        period=period,
        trend=replace(trend, months=months),
        medians=medians_of(everybody.where(team_id=team_id), periods),
        marks=trend_marks(engine, actor, periods, centre=centre, agent_id=agent_id),
        on_forms=on_forms,
        beside=beside,
        questions=questions,
        coaching=card_coaching(engine, actor, agent_id),
        disputes=disputes,
        signals=signals,
    )


def _from_first_drawn(months: tuple[Month, ...]) -> tuple[Month, ...]:
    """Return the months without the empty ones before the first, the last one in any case."""
    used = [place for place, month in enumerate(months) if _is_drawn(month)]
    return months[used[0] if used else -1 :]


def _is_drawn(month: Month) -> bool:
    return bool(month.figures.evaluated or month.figures.picked)


def _on_forms(session: Session, own: Facts) -> list[OnForm]:
    found = []
    for (form_id, version), figures in figures_by(own, "form_id", "form_version").items():
        mean = figures.score.value
        if mean is not None:
            form = load_form(session, str(form_id), str(version))
            found.append(OnForm(form, figures.score, band_of(form, Fraction(mean))))
    return found


def _disputes(
    session: Session, scope: Scope, periods: Sequence[Period], now: datetime
) -> DisputeFigures:
    names = [str(period) for period in periods]
    published = dispute_figures.published(session, names, scope)
    raised = dispute_figures.disputes(session, names, scope)
    return disputes_by(published, raised, now=now)[()]
