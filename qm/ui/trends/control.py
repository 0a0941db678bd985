"""The charts that signals come from: means between limits, agents' failures, the funnel."""

from collections.abc import Container

import pandas as pd
import streamlit as st

from qm.core.change.control_charts import ControlChart
from qm.core.change.failure_signals import Followed
from qm.core.change.funnel_signals import Placed
from qm.core.change.mean_signals import Watched
from qm.reports.charts.compared import FunnelDot, FunnelLimit, funnel_chart
from qm.reports.charts.control import ControlPoint, control_chart
from qm.ui import theme
from qm.ui.charts import look_of
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.names import forms
from qm.ui.tables import table
from qm.ui.trends.choosing import Choice
from qm.workflow.directory import directory
from qm.workflow.signals import Signals

_LEVELS = ("95 %", "99.8 %")
_LEAST_N = 5


def show_control(page: Here, choice: Choice, found: Signals) -> None:
    """Show the chart of a team's or the centre's means, or that of an agent's failures."""
    if choice.kind == "agent":
        own = [each for each in found.followed if each.contacts.subject.name == choice.name]
        named = forms(page, {each.contacts.subject.form for each in own})
        for series in own:
            _show_failures(page, series, named[series.contacts.subject.form])
        return
    for chart in found.charts:
        if (chart.subject.level, chart.subject.name) == (choice.kind, choice.name):
            _show_means(page, choice, chart)
    _show_funnels(page, choice, found)


def _show_means(page: Here, choice: Choice, watched: Watched) -> None:
    _ = page._
    if watched.individuals is None or watched.average is None:
        return  # what is lacking stands among the signals
    with theme.card("control"):
        theme.row(theme.words(_("Control chart of the quality score"), "strong"))
        kinds = {"single": _("Each mean (XmR)"), "average": _("Moving average (EWMA)")}
        kind = st.segmented_control(
            _("Chart"), list(kinds), format_func=kinds.__getitem__, default="single",
            key=f"control-{page.language}", label_visibility="collapsed",
        )  # fmt: skip
        chart = watched.average if kind == "average" else watched.individuals
        drawn = control_chart(look_of(page), _points(page, watched, chart), _("Quality score"))
        said = _("Between the dashed limits lies what noise alone explains.")
        st.altair_chart(drawn, width="stretch", alt=said)
        st.caption(said)
        _show_means_table(page, choice, watched, chart)


def _points(page: Here, watched: Watched, chart: ControlChart) -> list[ControlPoint]:
    beyond = set(chart.beyond)
    return [
        ControlPoint(
            label=period.label(page.language),
            value=float(chart.points[place]),
            centre=chart.centre,
            low=float(chart.low[place]),
            high=float(chart.high[place]),
            signal=_said_once(page._("outside the limits"), place, beyond),
        )
        for place, period in enumerate(watched.periods)
    ]


def _said_once(words: str, place: int, beyond: Container[int]) -> str:
    """Return what stands at a point: the words at the first of several in a row, then a sign."""
    if place not in beyond:
        return ""
    return " " if place - 1 in beyond else words


def _show_means_table(page: Here, choice: Choice, watched: Watched, chart: ControlChart) -> None:
    _ = page._
    rows = [
        {
            _("Month"): point.label,
            _("Mean"): number_html(
                page, page.number(point.value), choice.behind(period, measured="score")
            ),
            _("Centre line"): page.number(point.centre),
            _("Limits"): f"{page.number(point.low)}–{page.number(point.high)}",
            _("Signal"): _("outside the limits") if point.signal else "",
        }
        for point, period in zip(_points(page, watched, chart), watched.periods, strict=True)
    ]
    with st.expander(_("The numbers of the chart")):
        table(
            pd.DataFrame(rows[::-1], dtype=object),
            numeric=[_("Mean"), _("Centre line"), _("Limits")],
        )


def _show_failures(page: Here, series: Followed, form: str) -> None:
    _ = page._
    if series.chart is None or series.levels is None or series.too_few is not None:
        return  # what is lacking stands among the signals
    limit = float(series.chart.limit)
    beyond = {place for place, level in enumerate(series.levels) if level >= limit}
    points = [
        ControlPoint(
            label=page.number(place + 1, 0),
            value=float(level),
            centre=0.0,
            low=0.0,
            high=limit,
            signal=_said_once(_("signal"), place, beyond),
        )
        for place, level in enumerate(series.levels)
    ]
    failed, count = int(series.contacts.failed.sum()), len(series.contacts.failed)
    with theme.card(f"failures-{series.contacts.subject.form.replace('@', '-')}"):
        title = _("Failures one after the other (CUSUM): {form}")
        theme.row(theme.words(title.format(form=form), "strong"))
        text = _(
            "Each failed evaluation raises the line, each passed one lowers it, never below 0; at "
            "the dashed limit it is a signal. {failed} of {count} evaluations failed."
        )
        said = page.digits(text.format(failed=failed, count=count))
        drawn = control_chart(
            look_of(page),
            points,
            _("Evidence of failures"),
            order_title=_("Evaluations in order of time"),
        )
        st.altair_chart(drawn, width="stretch", alt=said)
        st.caption(said)


def _show_funnels(page: Here, choice: Choice, found: Signals) -> None:
    """Show the agents of each form by their n: who lies inside cannot be told from the others."""
    _ = page._
    agents = {each.id: each for each in directory(page.engine, page.actor).agents}
    within = [
        each
        for each in found.places
        if choice.kind == "centre"
        or ((agent := agents.get(each.contacts.subject.name)) and agent.team_id == choice.name)
    ]
    outside = {s.subject for s in found.signals if s.kind == "funnel"}
    named = forms(page, {each.contacts.subject.form for each in within})
    for form in sorted(named):
        own = [each for each in within if each.contacts.subject.form == form]
        if max(each.point.n for each in own) < _LEAST_N:
            continue  # nobody could lie outside
        dots = [
            FunnelDot(
                page.called(agent.name, agent.name_fa) if agent else each.contacts.subject.name,
                each.point.n,
                each.point.value,
                each.contacts.subject in outside,
            )
            for each in own
            for agent in [agents.get(each.contacts.subject.name)]
        ]
        with theme.card(f"funnel-{form.replace('@', '-')}"):
            _show_funnel(page, named[form], own, dots)


def _show_funnel(page: Here, form: str, own: list[Placed], dots: list[FunnelDot]) -> None:
    _ = page._
    title = _("Agents' failures by their n (funnel): {form}")
    theme.row(theme.words(title.format(form=form), "strong"))
    funnel = own[0].funnel
    limits = [
        FunnelLimit(level, float(n), float(low), float(high))
        for level, (lows, highs) in zip(_LEVELS, funnel.lines, strict=True)
        for n, low, high in zip(funnel.line_n, lows, highs, strict=True)
    ]
    inside = sum(not dot.is_outside for dot in dots)
    text = _(
        "{inside} of {count} agents lie where noise alone explains it: they cannot be told apart."
    )
    said = page.digits(text.format(inside=inside, count=len(dots)))
    drawn = funnel_chart(look_of(page), dots, limits, funnel.target, _("Failed, in percent"))
    st.altair_chart(drawn, width="stretch", alt=said)
    st.caption(said)
