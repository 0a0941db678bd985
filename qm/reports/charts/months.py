"""The means of months with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import altair as alt
import pandas as pd

from qm.core.problems import N_
from qm.reports.charts.look import AnyChart, Look, framed, lowest_tick, order_axis, value_axis

_HEIGHT = 300
_TICKS = range(0, 101, 10)
_FEW_TICKS = 2
_SMALL = 50


@dataclass(frozen=True)
class MonthMean:
    """A month's mean with its interval; `label` says all of it in words.

    `yardstick` rises with every change of a form: scores of two yardsticks are no one trend.
    """

    month: str
    mean: float
    low: float
    high: float
    label: str
    yardstick: int = 0


@dataclass(frozen=True)
class MonthMedian:
    """What a month is compared with; drawn as a dashed line."""

    month: str
    mean: float
    label: str


@dataclass(frozen=True)
class MonthMark:
    """What happened in a month, by the number under which the text beside the chart tells it."""

    month: str
    number: int


def months_chart(
    look: Look,
    order: Sequence[str],
    means: Sequence[MonthMean],
    medians: Sequence[MonthMedian] = (),
    *,
    title: str | None = None,
    marks: Sequence[MonthMark] = (),
) -> AnyChart:
    """Return the means by month with their intervals, from left to right in the `order` given.

    Months without a mean stay empty on the axis. The line breaks where the yardstick changed,
    and a dashed line with its words stands between the two months. `title` is what the values
    are, in words; None: scores. Of small shares the axis ends above the highest one.
    """
    x = alt.X(
        "month:O",
        sort=list(order),
        scale=alt.Scale(domain=list(order), type="band", padding=0),
        title=None,
        axis=order_axis(look, len(order)),
    )
    if not means:
        empty = alt.Chart(pd.DataFrame({"month": list(order)})).mark_point(opacity=0).encode(x=x)
        return framed([empty], look, _HEIGHT)
    lowest, highest = _ends(means, medians)
    named = look._(N_("Score")) if title is None else look.words(title)

    def y(field: str) -> alt.Y:
        ticks = [tick for tick in _TICKS if lowest <= tick <= highest]
        axis = value_axis(look, ticks if len(ticks) > _FEW_TICKS else None)
        scale = alt.Scale(domain=[lowest, highest], nice=False)
        return alt.Y(f"{field}:Q", title=named, scale=scale, axis=axis)

    base = alt.Chart(pd.DataFrame([vars(mean) for mean in means]))
    tooltip = alt.Tooltip("label:N", title=" ")
    layers = [
        base.mark_rule(strokeWidth=7, opacity=0.22, strokeCap="round", color=look.accent).encode(
            x=x, y=y("low"), y2="high:Q"
        ),
        base.mark_line(color=look.accent, strokeWidth=2).encode(
            x=x, y=y("mean"), detail="yardstick:N"
        ),
        base.mark_circle(color=look.accent, size=90, opacity=1).encode(
            x=x, y=y("mean"), tooltip=tooltip
        ),
        *_breaks(look, means, x),
        *_marks(look, marks, x),
    ]
    if medians:
        dot = {"color": look.mute}
        layers.append(
            alt.Chart(pd.DataFrame([vars(median) for median in medians]))
            .mark_line(color=look.mute, strokeDash=[5, 5], strokeWidth=1.5, point=dot)
            .encode(x=x, y=y("mean"), tooltip=tooltip)
        )
    return framed(layers, look, _HEIGHT)


def _ends(means: Sequence[MonthMean], medians: Sequence[MonthMedian]) -> tuple[int, int]:
    """Return where the axis begins and ends: at 100 but for shares that are all small."""
    beside = [median.mean for median in medians]
    lowest = lowest_tick([*(mean.low for mean in means), *beside])
    top = max([*(mean.high for mean in means), *beside])
    return (0, 10 * int(top // 10 + 1)) if top < _SMALL else (lowest, 100)


def _marks(look: Look, marks: Sequence[MonthMark], x: alt.X) -> list[AnyChart]:
    """A number above each month in which something happened, with a line down from it."""
    if not marks:
        return []
    numbers: dict[str, list[int]] = {}
    for mark in marks:
        numbers.setdefault(mark.month, []).append(mark.number)
    rows = [
        {"month": month, "words": " ".join(f"({look.number(n, 0)})" for n in own)}
        for month, own in numbers.items()
    ]
    base = alt.Chart(pd.DataFrame(rows))
    return [
        base.mark_rule(color=look.line, strokeDash=[1, 3]).encode(x=x),
        base.mark_text(color=look.ink, dy=-8).encode(x=x, y=alt.value(0), text="words:N"),
    ]


def _breaks(look: Look, means: Sequence[MonthMean], x: alt.X) -> list[AnyChart]:
    """A line before each month that another form version began in, and what it says."""
    pairs = pairwise(means)
    months = [after.month for before, after in pairs if before.yardstick != after.yardstick]
    if not months:
        return []
    words = look._(N_("other form version"))
    base = alt.Chart(pd.DataFrame({"month": months, "words": words}))
    between = x.copy(deep=True)
    between["bandPosition"] = 0
    text = base.mark_text(color=look.mute, align="left", dx=4, dy=8)
    return [
        base.mark_rule(color=look.mute, strokeDash=[2, 3]).encode(x=between),
        text.encode(x=between, y=alt.value(0), text="words:N"),
    ]
