"""Groups beside each other: means with their intervals, and the funnel of what noise explains."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from qm.core.problems import N_
from qm.reports.charts.look import (
    AnyChart,
    Look,
    framed,
    leading,
    lowest_tick,
    name_axis,
    value_axis,
)

_ROW_HEIGHT = 26
_ROOM = 0.2  # of the scale
_FUNNEL_HEIGHT = 340


@dataclass(frozen=True)
class Compared:
    """A group's mean, its interval where it has one, and the n behind it.

    `link` is where a click on its mean leads.
    """

    name: str
    mean: float
    low: float | None
    high: float | None
    n: int
    link: str = ""


def intervals_chart(look: Look, groups: Sequence[Compared], centre: float | None) -> AnyChart:
    """Return a line per group in the order given: its mean, interval and n.

    `centre` is the mean of all, drawn as a dashed line. Where intervals reach it, the group
    cannot be told from the others by this picture.
    """
    names = [look.words(group.name) for group in groups]
    ends = [value for group in groups for value in (group.low, group.mean) if value is not None]
    lowest = lowest_tick(ends)
    beyond = 100 + _ROOM * (100 - lowest)  # there the n stand in a column
    rows = [
        {**vars(group), "name": name, "said": look.digits(f"n = {group.n}"), "at": beyond,
         "told": _told(look, group),
         "high": None if group.high is None else min(group.high, 100.0)}
        for group, name in zip(groups, names, strict=True)
    ]  # fmt: skip
    told = alt.Tooltip("name:N", title=" "), alt.Tooltip("told:N", title=look._(N_("Score")))
    base = alt.Chart(pd.DataFrame(rows)).encode(tooltip=list(told))
    y = alt.Y("name:N", sort=names, title=None, axis=name_axis(look))

    def x(field: str) -> alt.X:
        scale = alt.Scale(domain=[lowest, beyond], nice=False, reverse=look.is_rtl)
        axis = value_axis(look, range(lowest, 101, 10))
        return alt.X(f"{field}:Q", title=look._(N_("Score")), scale=scale, axis=axis)

    means = base.mark_circle(color=look.accent, size=80, opacity=1).encode(x=x("mean"), y=y)
    layers = [
        base.mark_rule(strokeWidth=7, opacity=0.22, strokeCap="round", color=look.accent).encode(
            x=x("low"), x2="high:Q", y=y
        ),
        leading(means, groups),
        base.mark_text(color=look.mute, align="left" if look.is_rtl else "right").encode(
            x=x("at"), y=y, text="said:N"
        ),
    ]
    if centre is not None:
        middle = alt.Chart(pd.DataFrame({"mean": [centre]}))
        layers.insert(0, middle.mark_rule(color=look.mute, strokeDash=[5, 5]).encode(x=x("mean")))
    return framed(layers, look, alt.Step(_ROW_HEIGHT))


def _told(look: Look, group: Compared) -> str:
    mean = look.number(group.mean)
    if group.low is None or group.high is None:
        return mean
    return look.words(f"{mean} ({look.number(group.low)}–{look.number(group.high)})")


@dataclass(frozen=True)
class FunnelDot:
    """A group of n evaluations; `is_outside` where noise does not explain where it lies."""

    name: str
    n: float
    value: float
    is_outside: bool


@dataclass(frozen=True)
class FunnelLimit:
    """Between which values groups of n lie by noise alone, at a level such as "95 %"."""

    level: str
    n: float
    low: float
    high: float


def funnel_chart(
    look: Look,
    dots: Sequence[FunnelDot],
    limits: Sequence[FunnelLimit],
    centre: float,
    title: str,
) -> AnyChart:
    """Return groups by their n, between the limits within which noise explains them.

    Groups outside are filled diamonds with their names, the others hollow circles without.
    """
    # Of few evaluations there are ticks between the whole numbers, too: they stay without a label.
    whole = alt.Axis(
        grid=False,
        ticks=False,
        format="d",
        labelExpr="datum.value === floor(datum.value) ? datum.label : ''",
    )
    x = alt.X("n:Q", title=look._(N_("Evaluations (n)")), axis=whole)
    values = [*(d.value for d in dots), *(v for each in limits for v in (each.low, each.high))]
    y_scale = alt.Scale(domain=[min(values, default=0), max(values, default=100)], nice=True)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=look.words(title), scale=y_scale, axis=value_axis(look))

    middle = alt.Chart(pd.DataFrame({"value": [centre]}))
    layers = [middle.mark_rule(color=look.mute).encode(y=y("value"))]
    levels = list(dict.fromkeys(limit.level for limit in limits))
    for place, level in enumerate(levels):
        own = alt.Chart(pd.DataFrame([vars(each) for each in limits if each.level == level]))
        dash = [[6, 4], [2, 3]][place % 2]
        for side in ("low", "high"):
            line = own.mark_line(color=look.mute, strokeWidth=1, strokeDash=dash)
            layers.append(line.encode(x=x, y=y(side)))
        named = own.transform_window(rank="rank()", sort=[alt.SortField("n", order="descending")])
        text = alt.value(look.digits(level))
        layers.append(
            named.transform_filter("datum.rank == 1")
            .mark_text(color=look.mute, align="left", dx=4)
            .encode(x=x, y=y("high"), text=text)
        )
    return framed([*layers, *_dots(look, dots, x, y("value"))], look, _FUNNEL_HEIGHT)


def _dots(look: Look, dots: Sequence[FunnelDot], x: alt.X, y: alt.Y) -> list[AnyChart]:
    rows = [{**vars(dot), "name": look.words(dot.name)} for dot in dots]
    inside = alt.Chart(pd.DataFrame([row for row in rows if not row["is_outside"]]))
    outside = alt.Chart(pd.DataFrame([row for row in rows if row["is_outside"]]))
    layers = []
    if not all(dot.is_outside for dot in dots):
        circles = inside.mark_point(color=look.accent, size=45, filled=False)
        layers.append(
            circles.encode(x=x, y=y, tooltip=alt.Tooltip("name:N", title=look._(N_("Agent"))))
        )
    if any(dot.is_outside for dot in dots):
        diamonds = outside.mark_point(color=look.bad, size=110, filled=True, shape="diamond")
        layers.append(
            diamonds.encode(x=x, y=y, tooltip=alt.Tooltip("name:N", title=look._(N_("Agent"))))
        )
        names = outside.mark_text(color=look.ink, dy=-12)
        layers.append(names.encode(x=x, y=y, text="name:N"))
    return layers
