"""Charts of the pages; the time axis runs from left to right in both languages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from qm.ui import theme
from qm.ui.here import Here
from qm.workflow.quality import Month, same_forms
from qm.workflow.team_median import TeamMedian

AnyChart = Any  # Altair's own types differ between its methods
_TICKS = list(range(0, 101, 10))


@dataclass(frozen=True)
class _Point:
    """A month's mean as the chart needs it; `yardstick` rises with every change of a form."""

    month: str
    mean: float
    low: float
    high: float
    label: str
    yardstick: int


def months_chart(page: Here, months: Sequence[Month], team: Sequence[TeamMedian] = ()) -> AnyChart:
    """Return the means by month with their intervals; `team` is drawn as a dashed line.

    Months without a mean stay empty on the axis, and the line breaks where a form's version
    changed: two yardsticks are not one trend.
    """
    order = [month.period.label(page.language) for month in months]
    points = pd.DataFrame([vars(point) for point in _points(page, months)])
    x = alt.X("month:O", sort=order, scale=alt.Scale(domain=order), title=None, axis=_month_axis())
    lowest = _lowest([*points.get("low", ()), *(each.value for each in team)])
    scale = alt.Scale(domain=[lowest, 100], nice=False)
    y = alt.Y(
        "mean:Q",
        title=page._("Score"),
        scale=scale,
        axis=alt.Axis(
            labelExpr=_digits_expression(page),
            values=[tick for tick in _TICKS if tick >= lowest],
            gridColor=theme.colour("line"),
            labelFlush=False,
        ),
    )
    if points.empty:
        return alt.Chart(pd.DataFrame({"month": order})).mark_point(opacity=0).encode(x=x)
    base, accent = alt.Chart(points), theme.colour("accent")
    interval = base.mark_rule(strokeWidth=7, opacity=0.22, strokeCap="round", color=accent).encode(
        x=x, y=alt.Y("low:Q", title=page._("Score"), scale=scale), y2="high:Q"
    )
    line = base.mark_line(color=accent, strokeWidth=2).encode(x=x, y=y, detail="yardstick:N")
    dots = base.mark_circle(color=accent, size=90, opacity=1).encode(
        x=x, y=y, tooltip=alt.Tooltip("label:N", title=" ")
    )
    layers = [interval, line, dots]
    if team:
        layers.append(
            alt.Chart(_medians(page, team))
            .mark_line(color=theme.colour("mute"), strokeDash=[5, 5], strokeWidth=1.5, point=True)
            .encode(x=x, y=y, tooltip=alt.Tooltip("label:N", title=" "))
        )
    return alt.layer(*layers).properties(height=300).configure_view(stroke=None)


def _points(page: Here, months: Sequence[Month]) -> list[_Point]:
    points: list[_Point] = []
    before: Month | None = None
    for month in months:
        score = month.figures.score
        if score.value is None:
            continue
        changed = before is not None and not same_forms(before.forms, month.forms)
        yardstick = points[-1].yardstick + changed if points else 0
        before = month
        margin = f" ± {page.number(score.margin)}" if score.margin is not None else ""
        points.append(
            _Point(
                month=month.period.label(page.language),
                mean=score.value,
                low=max(0.0, score.value if score.low is None else score.low),
                high=min(100.0, score.value if score.high is None else score.high),
                label=page.digits(f"{page.number(score.value)}{margin} · n = {score.n}"),
                yardstick=yardstick,
            )
        )
    return points


def _medians(page: Here, team: Sequence[TeamMedian]) -> pd.DataFrame:
    said = page._("Median of the team's {n} agents: {median}")
    return pd.DataFrame(
        {
            "month": [each.period.label(page.language) for each in team],
            "mean": [each.value for each in team],
            "label": [
                page.digits(said.format(n=each.agents, median=page.number(each.value)))
                for each in team
            ],
        }
    )


def _lowest(values: Sequence[float]) -> int:
    """The round number below the lowest value: where the axis begins."""
    return max(0, int(min(values, default=0)) // 10 * 10 - 10)


def _month_axis() -> alt.Axis:
    # Not flush: the outermost labels stay under their points.
    return alt.Axis(
        labelAngle=0,
        labelPadding=8,
        labelFlush=False,
        domainColor=theme.colour("line"),
        ticks=False,
    )


def _digits_expression(page: Here) -> str:
    # Vega knows no Persian digits: the axis looks its few labels up.
    labels = {str(tick): page.digits(str(tick)) for tick in _TICKS}
    return f"({json.dumps(labels, ensure_ascii=False)})[datum.label]"
