"""A figure by month or quarter: as a chart, in words, and as a table of the same numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from qm.core.change.breaks import Break
from qm.core.periods import Period, day_label
from qm.core.quality.behind import Behind
from qm.ui import theme
from qm.ui.charts import periods_chart
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.names import forms, what_happened
from qm.ui.plain import plain
from qm.ui.quality_words import change_in_words, margin_in_words
from qm.ui.tables import table
from qm.workflow.team_median import TeamMedian
from qm.workflow.trends import Measured, last_change

_MARK_SHOWN = {"talk", "model"}  # a form's break is drawn as a line of its own


@dataclass(frozen=True)
class Row:
    """A period's figure as it is written, the evaluations behind it, and what stands beside."""

    point: Measured
    said: str
    behind: Behind
    beside: Mapping[str, str] = field(default_factory=dict)


def show_series(
    page: Here,
    title: str,
    rows: Sequence[Row],
    *,
    medians: Sequence[TeamMedian] = (),
    marks: Sequence[Break] = (),
) -> None:
    """Show the rows, in order of time, as a chart and below it as a table, the newest first."""
    _ = page._
    points = [row.point for row in rows]
    theme.row(theme.words(_("{figure}, with 95 % interval").format(figure=title), "strong"))
    said = change_in_words(page, last_change(points))
    numbered = _numbered(marks, {point.period for point in points})
    chart = periods_chart(
        page,
        points,
        title=title,
        team=medians,
        marks=[(period, number) for number, (period, _mark) in enumerate(numbered, start=1)],
    )
    st.altair_chart(chart, width="stretch", alt=said)
    if medians:
        st.caption(_median_in_words(page, medians[-1]))
    st.text(said)
    _show_marks(page, marks, numbered)
    _show_table(page, title, rows)


def _numbered(marks: Sequence[Break], shown: set[Period]) -> list[tuple[Period, Break]]:
    """Return the marks that get a number, with the month or quarter that they are drawn at."""
    found = []
    for mark in marks:
        at = mark.period
        quarter = Period.of_day(at.first_day(), at.calendar, "quarter")
        if mark.kind in _MARK_SHOWN and shown & {at, quarter}:
            found.append((at if at in shown else quarter, mark))
    return found


def _median_in_words(page: Here, newest: TeamMedian) -> str:
    text = page._("Dashed: the median of the team's agents; {month}: {median}, of {n} agents.")
    month, value = newest.period.label(page.language), page.number(newest.value)
    return page.digits(text.format(month=month, median=value, n=newest.agents))


def _show_marks(
    page: Here, marks: Sequence[Break], numbered: Sequence[tuple[Period, Break]]
) -> None:
    """Say what happened when: by the numbers in the chart, and where the line breaks."""
    number = {id(mark): place for place, (_period, mark) in enumerate(numbered, start=1)}
    for mark in marks:
        if mark.kind in _MARK_SHOWN and id(mark) not in number:
            continue
        sign = f"({number[id(mark)]})" if id(mark) in number else "┊"
        st.caption(plain(page.digits(f"{sign} {_when(page, mark)}: ") + what_happened(page, mark)))


def _when(page: Here, mark: Break) -> str:
    if mark.kind == "form":
        return mark.period.label(page.language)
    zone = page.centre.zone
    noon = pd.Timestamp(mark.at).tz_localize(zone) + pd.Timedelta(hours=12)
    return day_label(noon.to_pydatetime(), page.centre.calendar, zone, page.language)


def _show_table(page: Here, title: str, rows: Sequence[Row]) -> None:
    _ = page._
    versions = {key for row in rows for key in row.point.forms}
    is_changed = len(versions) > len({key.partition("@")[0] for key in versions})
    named = forms(page, versions) if is_changed else {}
    cells = [
        {
            _("Period"): row.point.period.label(page.language),
            title: number_html(page, row.said, row.behind) if row.point.estimate.n else "–",
            _("Margin and n"): margin_in_words(page, row.point.estimate),
            **row.beside,
            **(
                {_("Form versions"): page.listed(named[key] for key in row.point.forms)}
                if is_changed
                else {}
            ),
        }
        for row in reversed(rows)
    ]
    words = {_("Period"), _("Margin and n"), _("Form versions")}
    table(
        pd.DataFrame(cells, dtype=object), numeric=[name for name in cells[0] if name not in words]
    )
