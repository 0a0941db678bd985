"""The signals of the charts over a year, each with its evaluations."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from qm.core.change.signals import Signal
from qm.core.periods import Period
from qm.ui import theme
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.menu import BY_ADDRESS
from qm.ui.trends.signals import behind_signal
from qm.workflow.directory import directory
from qm.workflow.overview import Overview
from qm.workflow.signals import MONTHS, signals

_MOST = 6
_TRENDS = BY_ADDRESS["quality-trends"]
_LEVELS = ("centre", "team", "agent")

_LOOKED_UP_AGAIN = timedelta(minutes=10)
"""A year of a large centre takes seconds to load."""

Names = Mapping[tuple[str, str], str]
"""What the pages call a subject, by its level and name."""


def show_changes(page: Here, seen: Overview) -> None:
    """Show the signals of the month: the centre's, then the teams', then the agents', by name."""
    _ = page._
    title = _("Signals of the charts over {n} months").format(n=MONTHS)
    theme.row(theme.words(page.digits(title), "strong"))
    database = page.engine.url.render_as_string()
    actor = page.actor
    found, lacking, at = _found(page, database, actor.role, actor.team_id, str(seen.period))
    st.caption(_("As of {moment}").format(moment=page.moment(at)))
    if not found:
        st.caption(_("No chart signals a change in this month."))
        if lacking:
            said = _("Series that are too short to tell anything: {n}.").format(n=lacking)
            st.caption(page.digits(said))
        return
    names = _names(page)
    in_order = sorted(
        found,
        key=lambda each: (_LEVELS.index(each.subject.level), _name(names, each), each.kind),
    )
    for signal in in_order[:_MOST]:
        _show(page, seen, signal, _name(names, signal))
    if len(in_order) > _MOST:
        said = _("{shown} of {all} signals; the others stand in Trends.")
        st.caption(page.digits(said.format(shown=_MOST, all=len(in_order))))
    st.page_link(_TRENDS.file, label=_("Go to {page}").format(page=_(_TRENDS.title)))


@st.cache_data(ttl=_LOOKED_UP_AGAIN, max_entries=50, show_spinner=False)
def _found(
    _page: Here, database: str, role: str, team_id: str | None, period: str
) -> tuple[tuple[Signal, ...], int, datetime]:
    """Return the signals that the person may see, how many series are too short, and as of when.

    The database, the role and its team are what the answer is kept by.
    """
    found = signals(_page.engine, _page.actor, Period.parse(period))
    told = tuple(replace(signal, evaluation_ids=()) for signal in found.signals)
    return told, len(found.too_few), _page.now()


def _show(page: Here, seen: Overview, signal: Signal, name: str) -> None:
    _ = page._
    since = _("since {month}").format(month=signal.since.label(page.language))
    link = number_html(page, _("evaluations"), behind_signal(seen.period, signal))
    theme.rows(
        [
            theme.pill("▲" if signal.direction == "up" else "▼", "warn"),
            theme.words(name, "strong"),
            theme.words(_kind(page, signal)),
            theme.words(since, "mute"),
            link,
        ],
        [theme.words(signal.words.said(_, page.digits), "mute")],
    )


def _kind(page: Here, signal: Signal) -> str:
    _, is_up = page._, signal.direction == "up"
    if signal.kind in {"failures", "funnel"}:
        return _("fails more often") if is_up else _("fails less often")
    return _("scores higher") if is_up else _("scores lower")


def _name(names: Names, signal: Signal) -> str:
    subject = signal.subject
    return names.get((subject.level, subject.name), subject.name)


def _names(page: Here) -> Names:
    _, known = page._, directory(page.engine, page.actor)
    teams = {("team", each.id): page.called(each.name, each.name_fa) for each in known.teams}
    agents = {("agent", each.id): page.called(each.name, each.name_fa) for each in known.agents}
    return {("centre", ""): _("The whole centre"), **teams, **agents}
