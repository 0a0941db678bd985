"""When it happens: hours by weekdays."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from qm.core.problems import N_
from qm.reports.charts.look import AnyChart, Look, framed, leading, name_axis, order_axis

_ROW_HEIGHT = 36
_DARK = 0.6  # of the scale: from here on white is read better than black
_LEAST_RANGE = 20.0  # points: a smaller difference does not get all of the scale's shades


@dataclass(frozen=True)
class HourCell:
    """An hour (0-23) of a weekday; `value` is None where too little was measured.

    `hour` None: all hours. `link` is where a click on the cell leads.
    """

    weekday: str
    hour: int | None
    value: float | None
    n: int
    link: str = ""


def hours_chart(look: Look, cells: Sequence[HourCell], weekdays: Sequence[str]) -> AnyChart:
    """Return a row per weekday in the order given, a column per hour, from left to right.

    A cell holds its number, the higher the darker, and its n below; a cell without a number holds
    its n alone, and nothing where nothing happened.
    """
    low, high = _range([cell.value for cell in cells if cell.value is not None])
    dark = alt.when(f"datum.value > {low + _DARK * (high - low)}").then(alt.value(look.card))
    ink = dark.otherwise(alt.value(look.ink))
    base = alt.Chart(_table(look, cells))
    hours = alt.Scale(domain=[_hour(look, hour) for hour in _hours(cells)])
    title = look._(N_("Hour of the day"))
    x = alt.X("hour:O", sort=None, scale=hours, title=title, axis=order_axis(look))
    days = alt.Scale(domain=[look.words(day) for day in weekdays])
    y = alt.Y("weekday:O", sort=None, scale=days, title=None, axis=name_axis(look))
    scale = alt.Scale(range=[look.card, look.accent], domain=[low, high], interpolate="rgb")
    # No legend: each cell says its number, and a gradient's id would differ at every drawing.
    colour = alt.Color("value:Q", scale=scale, legend=None)
    told = ["weekday:N", "hour:N", "said:N", "n:N"]
    known = base.transform_filter("datum.value !== null")
    few = base.transform_filter("datum.value === null")
    boxes = known.mark_rect(stroke=look.line)
    boxes = boxes.encode(x=x, y=y, color=colour, tooltip=told)
    texts = [
        (known.mark_text(fontSize=12, dy=-6), "said:N", ink),
        (known.mark_text(fontSize=10, dy=8), "n:N", ink),
        (few.mark_text(fontSize=10), "n:N", alt.value(look.mute)),
    ]
    words = [
        mark.encode(x=x, y=y, text=text, tooltip=told, color=colour) for mark, text, colour in texts
    ]
    return framed([leading(layer, cells) for layer in (boxes, *words)], look, alt.Step(_ROW_HEIGHT))


def _table(look: Look, cells: Sequence[HourCell]) -> pd.DataFrame:
    rows = [
        {
            "weekday": look.words(cell.weekday),
            "hour": _hour(look, cell.hour),
            "value": cell.value,
            "said": "" if cell.value is None else look.number(cell.value, 0),
            "n": look.digits(f"n={cell.n}") if cell.n else "",
            "link": cell.link,
        }
        for cell in cells
    ]
    return pd.DataFrame(rows, columns=["weekday", "hour", "value", "said", "n", "link"])


def _range(values: Sequence[float]) -> tuple[float, float]:
    lowest, highest = min(values, default=0.0), max(values, default=0.0)
    spare = max(0.0, _LEAST_RANGE - (highest - lowest)) / 2
    return lowest - spare, highest + spare


def _hour(look: Look, hour: int | None) -> str:
    return look._(N_("All hours")) if hour is None else look.number(hour, 0)


def _hours(cells: Sequence[HourCell]) -> list[int | None]:
    """Return the hours from the first to the last in which anything happened, then their sum."""
    single = [cell.hour for cell in cells if cell.hour is not None]
    every: list[int | None] = list(range(min(single), max(single) + 1)) if single else []
    return [*every, None] if any(cell.hour is None for cell in cells) else every
