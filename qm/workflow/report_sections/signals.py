"""The signals of the month, read month by month: a year of a large centre fits no memory."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from sqlmodel import Session

from qm.core.change.breaks import runs_of
from qm.core.change.failure_signals import Contacts, failure_signals, followed
from qm.core.change.funnel_signals import funnel_signals, placed
from qm.core.change.mean_signals import PeriodMean, watched
from qm.core.change.series import contacts_by_form
from qm.core.change.signals import Signal, Subject
from qm.workflow.quality_facts import quality_facts
from qm.workflow.report_sections.month import Month
from qm.workflow.report_sections.trends import Point
from qm.workflow.report_tables import as_table

_MOST_EVALUATIONS = 200_000
_RAREST = 1_000_000_000


def signals_of(
    session: Session, month: Month, series: Mapping[tuple[str, str], Sequence[Point]]
) -> list[Signal]:
    """Return what changed beyond noise: of the centre, of teams, of agents; who is hidden, never.

    Means by charts over a year. Agents' failures over as many of these months as have 200,000
    evaluations together at most, two at least.
    """
    found = [*_of_means(month, series), *_of_agents(session, month, series["centre", ""])]
    hidden = {"team": month.hidden("team_id"), "agent": month.hidden("agent_id")}
    return [
        each for each in found if (each.subject.name,) not in hidden.get(each.subject.level, set())
    ]


def _of_means(month: Month, series: Mapping[tuple[str, str], Sequence[Point]]) -> Iterator[Signal]:
    for (level, name), points in series.items():
        scored = {point.period: point for point in points if point.figures.score.value is not None}
        if month.period not in scored:
            continue
        run = runs_of({period: point.forms for period, point in scored.items()})[-1]
        means = [_mean(scored[period]) for period in run]
        yield from watched(Subject("team" if level == "team" else "centre", name), means).signals


def _mean(point: Point) -> PeriodMean:
    """The evaluations behind a mean are told by their number alone."""
    return PeriodMean(point.period, point.figures.score, range(point.figures.score.n))


def _of_agents(session: Session, month: Month, points: Sequence[Point]) -> list[Signal]:
    by_form: dict[str, dict[Subject, list[Contacts]]] = defaultdict(dict)
    for of_month in reversed(_contacts_by_month(session, month, points)):
        for each in of_month:
            by_form[each.subject.form].setdefault(each.subject, []).append(each)
    series, places = [], []
    for form in sorted(by_form):
        agents = [_joined(parts) for _, parts in sorted(by_form[form].items(), key=_name)]
        places += placed(agents, month.period)
        series += [each for each in followed(agents) if each.contacts.last_period == month.period]
    return [*failure_signals(series), *funnel_signals(places)]


def _name(item: tuple[Subject, object]) -> str:
    return item[0].name


def _contacts_by_month(
    session: Session, month: Month, points: Sequence[Point]
) -> list[list[Contacts]]:
    """Return the agents' contacts of each month looked at, the newest first."""
    found, evaluations = [], 0
    loaded = {month.period: month.facts, month.period.shift(-1): month.before}
    for point in reversed(points):
        evaluations += point.figures.evaluated
        if point.period not in loaded and evaluations > _MOST_EVALUATIONS:
            break
        facts = loaded.get(point.period) or quality_facts(session, [str(point.period)])
        found.append([each for agents in contacts_by_form(facts) for each in agents])
    return found


def _joined(parts: Sequence[Contacts]) -> Contacts:
    return Contacts(
        parts[0].subject,
        np.concatenate([part.failed for part in parts]),
        np.concatenate([part.periods for part in parts]),
        np.concatenate([part.evaluation_ids for part in parts]),
    )


def signals_table(month: Month, found: Sequence[Signal]) -> pd.DataFrame:
    """Return a row per signal, in the order of the charts."""
    return as_table("signals", [_row(month, each) for each in found])


def _row(month: Month, signal: Signal) -> dict[str, object]:
    subject = signal.subject
    who: dict[str, object] = {"team": None, "agent": None}
    if subject.level == "team":
        who["team"] = month.names.team[subject.name]
    if subject.level == "agent":
        who |= month.names.columns(subject.name)
    # Of p-values too small for a number nothing more is said.
    chance = None if signal.p_value is None else min(1 / max(signal.p_value, 1e-12), _RAREST)
    return {
        **who,
        "level": subject.level,
        "signal": f"signal_{signal.kind}",
        "direction": f"went_{signal.direction}",
        "since": signal.since,
        "size": signal.size,
        "evaluations": len(signal.evaluation_ids),
        "by_chance": None if chance is None else round(chance),
        "said": signal.words,
    }
