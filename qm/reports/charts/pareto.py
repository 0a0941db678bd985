"""Which questions cost the most: a Pareto chart."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from qm.core.problems import N_
from qm.reports.charts.look import AnyChart, Look, framed, leading, name_axis

_ROW_HEIGHT = 26
_ROOM = 1.3  # beyond 100 %: there the costs stand in a column
_COLUMNS = ["place", "name", "cost", "share", "said", "cost_said", "link"]

ANSWERS_SHORT = N_("Answers short of full points")
POINTS_LOST = N_("Points of the quality score that it costs")


@dataclass(frozen=True)
class Cause:
    """What was found how often, or what it costs; `link` is where a click on it leads."""

    name: str
    cost: float
    link: str = ""


def pareto_chart(
    look: Look,
    causes: Sequence[Cause],
    most: int = 12,
    *,
    title: str = ANSWERS_SHORT,
    total: float | None = None,
) -> AnyChart:
    """Return the causes from the dearest down, with their running share of all.

    Causes that cost nothing are left out, and so are those after the first `most`; the shares are
    of all of them, or of `total`. Whole numbers are counts, others have a decimal.
    """
    whole = sum(cause.cost for cause in causes) if total is None else total
    found = sorted((c for c in causes if c.cost), key=lambda cause: -cause.cost)[:most]
    places = 0 if all(cause.cost == int(cause.cost) for cause in found) else 1
    rows, seen = [], 0.0
    for place, cause in enumerate(found):
        seen += cause.cost
        share = 100 * seen / whole
        told = look.digits(f"{share:.0f}%"), look.number(cause.cost, places), cause.link
        rows.append((place, look.words(cause.name), cause.cost, share, *told))
    names = [look.words(cause.name) for cause in found]
    y = alt.Y("name:N", sort=names, title=None, axis=name_axis(look))
    told_there = [
        alt.Tooltip("name:N", title=look._(N_("Question"))),
        alt.Tooltip("cost_said:N", title=look._(title)),
    ]
    base = alt.Chart(pd.DataFrame(rows, columns=_COLUMNS)).encode(tooltip=told_there)
    highest = _ROOM * max((cause.cost for cause in found), default=0)
    scale = alt.Scale(domain=[0, highest], nice=False, reverse=look.is_rtl)
    x = alt.X("cost:Q", title=look._(title), scale=scale, axis=_cost_axis(found, places))
    bars = base.mark_bar(color=look.accent, opacity=0.35, height=14).encode(x=x, y=y)
    layer = leading(bars, found), alt.layer(*_line(look, base, y))
    chart = framed(layer, look, alt.Step(_ROW_HEIGHT))
    return chart.resolve_scale(x="independent")


def _cost_axis(found: Sequence[Cause], places: int) -> alt.Axis:
    highest = int(found[0].cost) if found else 0
    # No half answers.
    ticks = list(range(highest + 1)) if not places and highest < 10 else alt.Undefined
    written = "d" if not places else alt.Undefined
    return alt.Axis(orient="bottom", grid=False, format=written, values=ticks, tickCount=6)


def _line(look: Look, base: AnyChart, y: alt.Y) -> list[AnyChart]:
    """Return the running share, and what each costs in a column behind it."""
    axis = alt.Axis(orient="top", grid=False, values=[0, 25, 50, 75, 100])
    scale = alt.Scale(domain=[0, 100 * _ROOM], nice=False, reverse=look.is_rtl)
    title = look._(N_("Running share of all, percent"))
    x = alt.X("share:Q", title=title, scale=scale, axis=axis)
    line = base.mark_line(color=look.ink, strokeWidth=1.5, point={"color": look.ink, "size": 40})
    before, after = ("right", "left") if look.is_rtl else ("left", "right")
    dx = -8 if look.is_rtl else 8
    words = base.mark_text(color=look.ink, fontSize=11, align=before, dx=dx)
    costs = base.mark_text(color=look.ink, fontSize=12, align=after)
    end = alt.XDatum(100 * _ROOM, scale=scale, axis=axis, title=title)
    return [
        line.encode(x=x, y=y, order="place:Q"),
        words.encode(x=x, y=y, text="said:N"),
        costs.encode(x=end, y=y, text="cost_said:N"),
    ]
