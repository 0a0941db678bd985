"""Trends by month or quarter: of whatever scope, and of an evaluator."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.change.breaks import FormKey, same_yardstick
from qm.core.change.difference import Change, change
from qm.core.estimates import Estimate
from qm.core.periods import Period
from qm.core.problems import NotAllowed
from qm.core.quality.facts import Facts
from qm.core.quality.figures import NO_FIGURES, Figures, figures_by
from qm.store.engine import transaction
from qm.store.scopes import EVERYONE, Scope
from qm.workflow.month_figures import CENTRE, FiguresOfMonth, Level, figures_of_months
from qm.workflow.quality_facts import quality_facts


@dataclass(frozen=True)
class Month:
    """A month's or quarter's figures; `forms` are the form versions behind them (`call@1`)."""

    period: Period
    figures: Figures
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """What a figure was in a period, on which form versions."""

    period: Period
    estimate: Estimate
    forms: tuple[str, ...]


@dataclass(frozen=True)
class LastChange:
    """The change between the last two periods that have a value, `before` and `after`.

    None where there are fewer; with another form version in between (`same_forms` False) it
    compares two different yardsticks.
    """

    before: Period | None
    after: Period | None
    change: Change | None
    same_forms: bool


@dataclass(frozen=True)
class Trend(LastChange):
    """Months in order, those without data included; the change is that of the score."""

    months: tuple[Month, ...]

    def frame(self) -> pd.DataFrame:
        """Return a row per month: period and the columns of `Figures.row`."""
        rows = [{"period": str(month.period), **month.figures.row()} for month in self.months]
        return pd.DataFrame(rows, dtype=object)


def evaluator_trend(
    engine: Engine, actor: Actor, username: str, periods: Sequence[Period]
) -> Trend:
    """Return the figures of what an evaluator evaluated, by month; no picks are an evaluator's.

    Who looks after the evaluators sees everybody's, an evaluator the own ones. Raises
    `NotAllowed` for anybody else.
    """
    actor.require("see_quality")
    if not sees_evaluator(actor, username):
        raise NotAllowed(f"what “{username}” evaluated is not yours to see")
    return trend_within(engine, EVERYONE, periods, evaluator=username)


def sees_evaluator(actor: Actor, username: str) -> bool:
    """Whether the person may see figures of what somebody evaluated."""
    is_own = actor.username == username and actor.may("evaluate")
    return is_own or actor.may("review_evaluations")


def trend_within(
    engine: Engine, scope: Scope, periods: Sequence[Period], *, evaluator: str | None = None
) -> Trend:
    """Return the trend of the evaluations in a scope, or of an evaluator's among them.

    Quarters are computed of all their evaluations, as months are. Figures of whole months that
    are kept are not computed again.
    """
    level = _kept_level(scope, evaluator)
    if level is not None and all(period.kind == "month" for period in periods):
        months = _kept_months(engine, *level, periods)
    else:
        with transaction(engine) as session:
            facts = quality_facts(session, [str(month) for month in months_of(periods)], scope)
        if evaluator is not None:
            facts = facts.where(evaluator=evaluator)
        months = tuple(_month(period, facts, evaluator) for period in sorted(periods))
    return _trend(months)


def trend_of(facts: Facts, periods: Sequence[Period]) -> Trend:
    """Return the trend of these evaluations."""
    return _trend(tuple(_month(period, facts, None) for period in sorted(periods)))


def _trend(months: tuple[Month, ...]) -> Trend:
    points = [Measured(month.period, month.figures.score, month.forms) for month in months]
    return Trend(**vars(last_change(points)), months=months)


def months_of(periods: Sequence[Period]) -> list[Period]:
    """Return the months of these months or quarters."""
    return [month for period in periods for month in period.months(period.calendar)]


def last_change(points: Sequence[Measured]) -> LastChange:
    """Return what changed between the last two of these points, in order, that have a value."""
    known = [point for point in points if point.estimate.value is not None]
    if len(known) < 2:
        return LastChange(None, None, None, same_forms=True)
    before, after = known[-2:]
    moved = change(before.estimate, after.estimate)
    return LastChange(before.period, after.period, moved, same_forms(before.forms, after.forms))


def _kept_level(scope: Scope, evaluator: str | None) -> tuple[Level, str] | None:
    """Return under which level and name figures of this scope are kept, None where they are not.

    Those of agents are not: an agent's evaluations are few, and quickly found.
    """
    found: dict[Level, str | None] = {"evaluator": evaluator, "team": scope.team_id}
    named = [(level, name) for level, name in found.items() if name is not None]
    if scope.only_published or scope.agent_id is not None or len(named) > 1:
        return None
    return named[0] if named else ("centre", CENTRE)


def _kept_months(
    engine: Engine, level: Level, name: str, periods: Sequence[Period]
) -> tuple[Month, ...]:
    found = figures_of_months(engine, [str(period) for period in periods], level, [name])
    picked = None if level == "evaluator" else 0
    nothing = FiguresOfMonth(replace(NO_FIGURES, picked=picked, missing=picked), ())
    kept = [(period, found[str(period)].get(name, nothing)) for period in sorted(periods)]
    return tuple(Month(period, own.figures, own.forms) for period, own in kept)


def _month(period: Period, facts: Facts, evaluator: str | None) -> Month:
    own = facts.where(period=[str(month) for month in months_of([period])])
    counted = own.counted.evaluations
    forms = sorted(set(counted["form_id"] + "@" + counted["form_version"]))
    figures = figures_by(own)[()]
    if evaluator is not None:  # picks are no evaluator's
        figures = replace(figures, picked=None, missing=None)
    return Month(period, figures, tuple(forms))


def same_forms(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether no form of both months changed its version; which channels came up may differ."""
    return same_yardstick(_form_keys(before), _form_keys(after))


def _form_keys(names: Sequence[str]) -> list[FormKey]:
    return [(form, version) for form, _, version in (name.partition("@") for name in names)]
