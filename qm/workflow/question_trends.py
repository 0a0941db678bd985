"""How questions are answered by month or quarter, within what the person may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.periods import Period
from qm.core.quality.questions import QuestionFigures, questions_by
from qm.core.text import Wording
from qm.store.engine import transaction
from qm.store.scopes import scope_of
from qm.workflow.quality_facts import quality_facts
from qm.workflow.trends import months_of


@dataclass(frozen=True)
class QuestionTrend:
    """A question's figures by period, None where it was not asked; `text` is its newest one.

    Form versions that ask the very same text are one yardstick. Of a period in which the text
    changed, the figures are those of the newer one.
    """

    form_id: str
    question_id: str
    number: int
    text: Wording
    months: tuple[tuple[Period, QuestionFigures | None], ...]

    @property
    def form(self) -> str:
        """The newest form version that asked it, such as `inbound-call@1`."""
        newest = [figures.newest for _period, figures in self.months if figures is not None][-1]
        return f"{self.form_id}@{newest.form_version}"


def question_trends(
    engine: Engine, actor: Actor, periods: Sequence[Period]
) -> tuple[QuestionTrend, ...]:
    """Return the trend of every question that was asked, by form and number.

    Of the whole centre; a lead's of the own team, an agent's of what is published of their own.
    """
    actor.require("see_quality")
    scope = replace(scope_of(actor), only_published=actor.role == "agent")
    found: dict[tuple[str, str], dict[Period, QuestionFigures]] = {}
    with transaction(engine) as session:
        facts = quality_facts(session, [str(month) for month in months_of(periods)], scope)
    for period in sorted(periods):
        own = facts.where(period=[str(month) for month in months_of([period])])
        for figures in questions_by(own, versions_together=True)[()]:
            found.setdefault((figures.form_id, figures.question_id), {})[period] = figures
    trends = [_trend(by_period, sorted(periods)) for by_period in found.values()]
    return tuple(sorted(trends, key=lambda trend: (trend.form_id, trend.number)))


def _trend(by_period: dict[Period, QuestionFigures], periods: Sequence[Period]) -> QuestionTrend:
    newest = by_period[max(by_period)].newest
    return QuestionTrend(
        newest.form_id,
        newest.question_id,
        newest.number,
        newest.text,
        tuple((period, by_period.get(period)) for period in periods),
    )
