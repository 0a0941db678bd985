"""A control chart: points in the order of time, between the limits of what noise explains."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from qm.core.problems import N_
from qm.reports.charts.look import AnyChart, Look, framed, order_axis, value_axis

_HEIGHT = 280
_MOST_LABELS = 18


@dataclass(frozen=True)
class ControlPoint:
    """A point with the centre and limits in force at it; `signal` says what a rule found there.

    `phase` rises where centre and limits begin anew: no line joins two phases.
    """

    label: str
    value: float
    centre: float
    low: float
    high: float
    signal: str = ""
    phase: int = 0


def control_chart(
    look: Look, points: Sequence[ControlPoint], title: str, *, order_title: str = ""
) -> AnyChart:
    """Return the points from left to right with centre and limits; signals are diamonds.

    A signal's words stand beside its point, away from the centre. `order_title` says what the
    points are, where their labels do not.
    """
    rows = [
        {**vars(p), "label": look.words(p.label), "signal": look.words(p.signal)} for p in points
    ]
    order = [row["label"] for row in rows]
    columns = ["label", "value", "centre", "low", "high", "signal", "phase"]
    base = alt.Chart(pd.DataFrame(rows, columns=columns))
    axis = order_axis(look, len(order))
    axis["values"] = order[:: 1 + len(order) // _MOST_LABELS]
    named = look.words(order_title) if order_title else None
    x = alt.X("label:O", sort=order, scale=alt.Scale(domain=order), title=named, axis=axis)
    scale = alt.Scale(zero=False, padding=24)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=look.words(title), scale=scale, axis=value_axis(look))

    def level(field: str, dash: list[int]) -> AnyChart:
        mark = base.mark_line(interpolate="step", strokeDash=dash, strokeWidth=1, color=look.mute)
        return mark.encode(x=x, y=y(field), detail="phase:N")

    return framed(
        [
            level("centre", [1, 0]),
            level("low", [6, 4]),
            level("high", [6, 4]),
            base.mark_line(color=look.accent, strokeWidth=1.5).encode(
                x=x, y=y("value"), detail="phase:N"
            ),
            base.mark_point(color=look.accent, filled=False, size=45, fill=look.card).encode(
                x=x, y=y("value")
            ),
            *_signals(look, rows, x, y("value")),
        ],
        look,
        _HEIGHT,
    )


def _signals(
    look: Look, rows: Sequence[Mapping[str, Any]], x: alt.X, y: alt.Y
) -> Iterator[AnyChart]:
    for is_below, dy in ((True, 16), (False, -14)):
        own = [row for row in rows if row["signal"] and (row["value"] < row["centre"]) == is_below]
        if not own:  # a layer without data has no extent, and the page's console says so
            continue
        base = alt.Chart(pd.DataFrame(own)).encode(x=x, y=y)
        mark = base.mark_point(color=look.bad, filled=True, shape="diamond", size=130)
        yield mark.encode(tooltip=alt.Tooltip("signal:N", title=look._(N_("Signal"))))
        yield base.mark_text(color=look.ink, dy=dy).encode(text="signal:N")
