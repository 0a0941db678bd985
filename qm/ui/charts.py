"""Charts of the pages; the time axis runs from left to right in both languages."""

from collections.abc import Sequence

from qm.core.periods import Period
from qm.reports.charts import AnyChart, Look
from qm.reports.charts.months import MonthMark, MonthMean, MonthMedian
from qm.reports.charts.months import months_chart as chart_of_months
from qm.ui import theme
from qm.ui.here import Here
from qm.workflow.team_median import TeamMedian
from qm.workflow.trends import Measured, Month, same_forms


def look_of(page: Here) -> Look:
    """Return the look of charts on a page: its language, and the colours of the theme in use."""
    names = ("ink", "mute", "line", "accent", "bad", "card")
    return Look(page.language, page._, **{name: theme.colour(name) for name in names})


def months_chart(page: Here, months: Sequence[Month], team: Sequence[TeamMedian] = ()) -> AnyChart:
    """Return the quality score by month with their intervals; `team` is drawn as a dashed line."""
    points = [Measured(month.period, month.figures.score, month.forms) for month in months]
    return periods_chart(page, points, team=team)


def periods_chart(
    page: Here,
    points: Sequence[Measured],
    *,
    title: str | None = None,
    team: Sequence[TeamMedian] = (),
    marks: Sequence[tuple[Period, int]] = (),
) -> AnyChart:
    """Return a figure by period with its intervals; `title` says which, None: the score.

    Periods without a value stay empty on the axis, and the line breaks where a form's version
    changed: two yardsticks are not one trend. `marks` are the numbers of what happened when.
    """
    order = [point.period.label(page.language) for point in points]
    return chart_of_months(
        look_of(page),
        order,
        _means(page, points),
        _medians(page, team),
        title=title,
        marks=[MonthMark(period.label(page.language), number) for period, number in marks],
    )


def _means(page: Here, points: Sequence[Measured]) -> list[MonthMean]:
    means: list[MonthMean] = []
    before: Measured | None = None
    for point in points:
        estimate = point.estimate
        if estimate.value is None:
            continue
        changed = before is not None and not same_forms(before.forms, point.forms)
        yardstick = means[-1].yardstick + changed if means else 0
        before = point
        margin = f" ± {page.number(estimate.margin)}" if estimate.margin is not None else ""
        means.append(
            MonthMean(
                month=point.period.label(page.language),
                mean=estimate.value,
                low=max(0.0, estimate.value if estimate.low is None else estimate.low),
                high=min(100.0, estimate.value if estimate.high is None else estimate.high),
                label=page.digits(f"{page.number(estimate.value)}{margin} · n = {estimate.n}"),
                yardstick=yardstick,
            )
        )
    return means


def _medians(page: Here, team: Sequence[TeamMedian]) -> list[MonthMedian]:
    said = page._("Median of the team's {n} agents: {median}")
    return [
        MonthMedian(
            month=each.period.label(page.language),
            mean=each.value,
            label=page.digits(said.format(n=each.agents, median=page.number(each.value))),
        )
        for each in team
    ]
