"""Quality by the weekday and the hour at which the interactions began."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from qm.core.estimates import Estimate
from qm.core.estimates.estimate import Note
from qm.core.quality.facts import Facts, once
from qm.core.quality.groups import DRAWN, Grouped, Places
from qm.core.quality.ranking import Separation, told_apart
from qm.core.quality.suppressing import small_groups

FEWEST_IN_CELL = 5
"""Of fewer scores the n alone is told: with a standard deviation of 10, five have ±12.4 points."""

_DAYS, _HOURS = 7, 24

Cell = tuple[int | None, int | None]
"""Weekday (0 is Monday) and hour; None: all of them."""


@dataclass(frozen=True)
class Hours:
    """The mean scores of the cells in which anything was evaluated, and what they can tell.

    Each hour of each weekday, each hour of all weekdays, each weekday with all hours. Of a cell
    with fewer than `FEWEST_IN_CELL` scores there is the n alone ("too_few_values").
    `hours` and `weekdays` say whether these can be told apart at all.
    """

    cells: dict[Cell, Estimate]
    hours: Separation
    weekdays: Separation


@once
def hours_of(facts: Facts, zone: ZoneInfo, fewest: int = 0) -> Hours:
    """Return the mean scores by weekday and hour on the clocks of `zone`, weighted by the draw.

    Nothing of cells of fewer than `fewest` is shown, nor what would tell it: of two hidden cells
    at least, and no sum that one of them is in.
    """
    rows = facts.counted.evaluations
    is_scored = rows["percent"].notna() & rows["started_at"].notna()
    scored = rows.loc[is_scored, ["percent", "started_at", *DRAWN]]
    began = pd.to_datetime(scored["started_at"], utc=True).dt.tz_convert(zone).dt
    day, hour = (np.asarray(each, dtype=np.intp) for each in (began.day_of_week, began.hour))
    single = _means(scored, _HOURS * day + hour, _DAYS * _HOURS)
    cells: dict[Cell, Estimate] = {divmod(at, _HOURS): mean for at, mean in single.items()}
    by_hour: dict[Cell, Estimate] = {
        (None, at): mean for at, mean in _means(scored, hour, _HOURS).items()
    }
    by_day: dict[Cell, Estimate] = {
        (at, None): mean for at, mean in _means(scored, day, _DAYS).items()
    }
    hidden = small_groups({cell: mean.n for cell, mean in cells.items()}, fewest)
    sums = {(at, None) for at, _ in hidden} | {(None, at) for _, at in hidden}
    shown = {
        cell: _told(mean, is_hidden=cell in hidden | sums)
        for cell, mean in {**cells, **by_hour, **by_day}.items()
    }
    return Hours(
        shown,
        told_apart([shown[cell] for cell in by_hour]),
        told_apart([shown[cell] for cell in by_day]),
    )


def _means(scored: pd.DataFrame, place: Places, count: int) -> dict[int, Estimate]:
    means = Grouped(scored, place, count).means("percent")
    return {at: mean for at, mean in enumerate(means) if mean.n}


def _told(mean: Estimate, *, is_hidden: bool) -> Estimate:
    if not is_hidden and mean.n >= FEWEST_IN_CELL:
        return mean
    note: Note = "too_few_to_show" if is_hidden else "too_few_values"
    return Estimate(None, mean.n, None, None, "none", note)
