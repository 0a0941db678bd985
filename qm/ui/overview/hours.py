"""When quality is high or low: a heatmap of weekdays and hours."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from babel.dates import get_day_names

from qm.core.calendars import Calendar
from qm.core.estimates import Estimate
from qm.core.quality.behind import Behind
from qm.core.quality.hours import FEWEST_IN_CELL
from qm.core.quality.ranking import Separation
from qm.reports.charts.hours import HourCell, hours_chart
from qm.ui import theme
from qm.ui.charts import look_of
from qm.ui.drilling import address_behind, number_html
from qm.ui.here import Here
from qm.ui.quality_words import margin_in_words
from qm.ui.tables import Html, table
from qm.workflow.overview import Overview

_IN_ORDER: Mapping[Calendar, tuple[int, ...]] = {
    "jalali": (5, 6, 0, 1, 2, 3, 4),
    "gregorian": (0, 1, 2, 3, 4, 5, 6),
}
"""The weekdays (0 is Monday) as the week of each calendar runs."""


def show_hours(page: Here, seen: Overview) -> None:
    """Show the heatmap; a click on a cell leads to its evaluations, and so does the table."""
    _, found = page._, seen.hours
    theme.row(theme.words(_("Quality by weekday and hour"), "strong"))
    if not found.cells:
        st.caption(_("No evaluation of this month has a score."))
        return
    days = _days(page)
    cells = [
        HourCell(days[day], hour, mean.value, mean.n, address_behind(_behind(seen, day, hour)))
        for (day, hour), mean in found.cells.items()
    ]
    chart = hours_chart(look_of(page), cells, list(days.values()))
    said = _("Quality score by the weekday and the hour in which the interaction began.")
    st.altair_chart(chart, width="stretch", key="hours", alt=said)
    few = _("Only the n stands where fewer than {fewest} scores would tell nothing.")
    st.caption(page.digits(few.format(fewest=max(FEWEST_IN_CELL, seen.fewest))))
    st.caption(_("Hours:") + " " + _apart(page, found.hours))
    st.caption(_("Weekdays:") + " " + _apart(page, found.weekdays))
    with st.expander(_("The cells as a table")):
        _show_table(page, seen, days)


def _show_table(page: Here, seen: Overview, days: Mapping[int | None, str]) -> None:
    _ = page._
    places = {day: place for place, day in enumerate(days)}
    in_order = sorted(
        seen.hours.cells.items(),
        key=lambda each: (places[each[0][0]], each[0][1] is None, each[0][1] or 0),
    )
    rows = [
        {
            _("Weekday"): days[day],
            _("Hour"): _("All hours") if hour is None else page.number(hour, 0),
            _("Score"): page.number(mean.value),
            _("Margin and n"): _how_sure(page, mean),
            _("Evaluations"): Html(
                number_html(page, page.number(mean.n, 0), _behind(seen, day, hour))
            ),
        }
        for (day, hour), mean in in_order
    ]
    table(pd.DataFrame(rows, dtype=object), numeric=[_("Hour"), _("Score"), _("Evaluations")])


def _how_sure(page: Here, mean: Estimate) -> str:
    if mean.note == "too_few_values":
        return page._("too few for a mean")
    return margin_in_words(page, mean)


def _days(page: Here) -> dict[int | None, str]:
    """Return the weekdays' names in the order of the centre's week, and all of them at the end."""
    names = get_day_names("wide", locale=page.language)
    days: dict[int | None, str] = {day: str(names[day]) for day in _IN_ORDER[page.centre.calendar]}
    return days | {None: page._("All days")}


def _behind(seen: Overview, day: int | None, hour: int | None) -> Behind:
    return seen.behind(weekday=day, hour=hour, measured="score")


def _apart(page: Here, separation: Separation) -> str:
    _ = page._
    return {
        "apart": _("they differ by more than noise."),
        "not_apart": _("they cannot be told apart, they differ by no more than noise."),
        "too_few": _("too few scores to tell them apart."),
    }[separation.verdict]
