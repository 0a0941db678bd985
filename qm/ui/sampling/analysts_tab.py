"""Who evaluates: assignment, the analysts and what each may be given."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.ui import theme, wording
from qm.ui.here import Here, show_problems
from qm.ui.sampling.analyst_profile import leave, leave_words, profile
from qm.ui.sampling.moving import moving, shares_words
from qm.ui.tables import table
from qm.workflow.analysts import AnalystOverview, list_analysts
from qm.workflow.assigning import AssignmentSummary, assign_picks
from qm.workflow.directory import directory


def analysts(page: Here, period: Period) -> None:
    """Show the analysts; offer to assign, to change what one may be given, to move work."""
    people = list_analysts(page.engine, page.actor)
    known = directory(page.engine, page.actor).teams
    teams = {team.id: page.called(team.name, team.name_fa) for team in known}
    with theme.card("analysts"):
        _listing(page, people, teams)
        if page.actor.may("draw"):
            _assign(page, period)
    if people and page.actor.may("draw"):
        with theme.card("analyst"):
            _one(page, people, teams)


def _listing(page: Here, people: list[AnalystOverview], teams: Mapping[str, str]) -> None:
    _ = page._
    if not people:
        st.info(_("There is no active analyst."))
        return
    columns = [
        _("Analyst"),
        _("Open"),
        _("At most in a period"),
        _("Hours a week"),
        _("Languages"),
        _("Contact channels"),
        _("Own team"),
        _("Leave"),
    ]
    rows = [_line(page, each, teams) for each in people]
    table(pd.DataFrame(rows, columns=columns), numeric=columns[1:4])
    st.caption(_("Own teams are never evaluated. What is left open is not limited."))


def _line(page: Here, each: AnalystOverview, teams: Mapping[str, str]) -> list[str]:
    _ = page._
    own = each.profile
    languages = own.languages
    spoken = (
        None
        if languages is None
        else (wording.spoken_language(page.language, code) for code in languages)
    )
    channels = None if own.channels is None else (wording.channel(_, code) for code in own.channels)
    return [
        page.called(each.name, each.name_fa),
        page.number(each.open, 0),
        page.number(own.capacity, 0),
        page.number(own.hours_per_week),
        _("all") if spoken is None else page.listed(spoken),
        _("all") if channels is None else page.listed(channels),
        teams.get(own.team_id or "", "–"),
        page.listed(leave_words(page, row) for row in each.leave) or "–",
    ]


def _assign(page: Here, period: Period) -> None:
    """Offer to give the picks to the analysts, and say who got how many."""
    _ = page._
    text = _("Assign the picks of {period}")
    wanted = st.button(
        text.format(period=period.label(page.language)), type="primary", key=f"assign-{period}"
    )
    if wanted:
        with st.spinner(_("Assigning…")):
            try:
                st.session_state["sampling-assigned"] = assign_picks(
                    page.engine, page.actor, period, centre=page.centre, now=page.now()
                )
            except BadInput as refusal:
                show_problems(page, refusal)
                return
        st.rerun()  # the list above has other numbers now
    summary: AssignmentSummary | None = st.session_state.pop("sampling-assigned", None)
    if summary is not None:
        _outcome(page, summary)


def _outcome(page: Here, summary: AssignmentSummary) -> None:
    _ = page._
    people = list_analysts(page.engine, page.actor)
    show_problems(page, [*summary.problems, *summary.relaxed])
    text = _("Newly assigned: {shares}")
    shares = shares_words(page, summary.by_analyst, people)
    st.success(text.format(shares=shares))
    if summary.repeats:
        text = _("Agents that an analyst has more than once in this period: {n}.")
        st.caption(page.digits(text.format(n=summary.repeats)))


def _one(page: Here, people: list[AnalystOverview], teams: Mapping[str, str]) -> None:
    _ = page._
    each = {person.username: person for person in people}
    chosen = st.selectbox(
        _("Analyst"),
        list(each),
        format_func=lambda who: page.called(each[who].name, each[who].name_fa),
        key=f"sampling-analyst-{page.language}",
        width=340,
    )
    left, right = st.columns(2)
    with left:
        profile(page, each[chosen], teams)
    with right:
        leave(page, each[chosen])
        moving(page, each[chosen], people)
