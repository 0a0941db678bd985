"""The months up to the report's: the centre's and the teams' figures, cut where forms changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine

from qm.core.change.breaks import FormKey, runs_of, same_yardstick
from qm.core.periods import Period
from qm.core.quality.figures import Figures
from qm.core.quality.suppressing import suppressed, suppressed_groups
from qm.store.engine import transaction
from qm.store.evaluations import months_with_picks
from qm.workflow.month_figures import FiguresOfMonth, figures_of_months
from qm.workflow.report_sections.month import Month
from qm.workflow.report_tables import as_table

MONTHS = 12

Past = Mapping[str, Mapping[str, Mapping[str, FiguresOfMonth]]]
"""By level (centre, team), month and name."""

_MEASURES = ("score", "passed", "customer", "business", "compliance")


def past_of(engine: Engine, period: Period) -> Past:
    """Return the figures of the eleven months before a report's."""
    with transaction(engine) as session:
        drawn = set(months_with_picks(session))
    earlier = [str(period.shift(-back)) for back in range(MONTHS - 1, 0, -1)]
    earlier = [each for each in earlier if each in drawn]
    return {
        "centre": figures_of_months(engine, earlier, "centre"),
        "team": figures_of_months(engine, earlier, "team"),
    }


@dataclass(frozen=True)
class Point:
    """Somebody's figures in a month, and the form versions behind them."""

    period: Period
    figures: Figures
    forms: frozenset[FormKey]


def series_of(month: Month, past: Past) -> dict[tuple[str, str], list[Point]]:
    """Return the months with evaluations of the centre and of each team, in order of time."""
    found: dict[tuple[str, str], list[Point]] = {("centre", ""): []}
    for name in sorted({str(key[0]) for key in month.groups("team_id")}):
        found["team", name] = []
    for level, by_month in past.items():
        for period, of_month in by_month.items():
            for name, own in _shown(level, of_month, month.fewest).items():
                key = (level, "" if level == "centre" else name)
                forms = frozenset(_form_key(form) for form in of_month[name].forms)
                if key in found and forms:
                    found[key].append(Point(Period.parse(period), own, forms))
    for key, figures, forms in _present(month):
        if forms:
            found[key].append(Point(month.period, figures, forms))
    return found


def _shown(level: str, found: Mapping[str, FiguresOfMonth], fewest: int) -> dict[str, Figures]:
    figures = {name: own.figures for name, own in found.items()}
    if level == "centre":
        return {name: suppressed(own, fewest) for name, own in figures.items()}
    return suppressed_groups(figures, fewest)[0]


def _present(month: Month) -> Iterator[tuple[tuple[str, str], Figures, frozenset[FormKey]]]:
    used = month.facts.counted.evaluations[["team_id", "form_id", "form_version"]]
    used = used.drop_duplicates()
    forms = frozenset(zip(used["form_id"], used["form_version"], strict=True))
    yield ("centre", ""), month.figures, forms
    for (team_id,), figures in month.groups("team_id").items():
        own = used[used["team_id"] == team_id]
        versions = frozenset(zip(own["form_id"], own["form_version"], strict=True))
        yield ("team", str(team_id)), figures, versions


def _form_key(name: str) -> FormKey:
    form, _, version = name.partition("@")
    return form, version


def yardsticks(points: Sequence[Point]) -> dict[Period, int]:
    """Return of each month its yardstick's number, from 1, which rises where a form changed."""
    runs = runs_of({point.period: point.forms for point in points})
    return {period: number for number, run in enumerate(runs, start=1) for period in run}


def same_forms(points: Sequence[Point], period: Period) -> bool:
    """Whether a month has the yardstick of the one before it, or nothing to compare."""
    forms = {point.period: point.forms for point in points}
    before, now = forms.get(period.shift(-1)), forms.get(period)
    return before is None or now is None or same_yardstick(before, now)


def months_table(month: Month, series: Mapping[tuple[str, str], Sequence[Point]]) -> pd.DataFrame:
    """Return a row per month of the centre, then of each team."""
    rows = []
    for (level, name), points in series.items():
        yardstick = yardsticks(points)
        place = {"level": level, "team": month.names.team[name] if name else None}
        for point in points:
            told = {"period": str(point.period), "month": point.period}
            forms = ", ".join("@".join(form) for form in sorted(point.forms))
            last = {"forms": forms, "yardstick": yardstick[point.period]}
            rows.append({**place, **told, **_measured(point.figures), **last})
    return as_table("months", rows)


def _measured(figures: Figures) -> dict[str, object]:
    row = figures.row()
    parts = ("", "_low", "_high", "_n")
    return {name + part: row[name + part] for name in _MEASURES for part in parts}
