"""What an analyst may be given, and when they are away."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from qm.core.forms.form import CHANNELS
from qm.core.problems import BadInput
from qm.core.text import LANGUAGES
from qm.store.tables import Leave
from qm.ui import theme, wording
from qm.ui.evaluation.days import day_in_words, day_of_text, text_of_day
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.workflow.analysts import AnalystOverview, Profile, add_leave, remove_leave, set_profile


def profile(page: Here, analyst: AnalystOverview, teams: Mapping[str, str]) -> None:
    """Show what the analyst may be given, to be changed; empty fields limit nothing."""
    _ = page._
    with st.form(f"profile-{analyst.username}-{page.language}", border=False):
        theme.row(theme.words(_("What they may be given"), "strong"))
        wanted = _fields(page, analyst, teams)
        if not st.form_submit_button(_("Save"), type="primary"):
            return
    try:
        set_profile(page.engine, page.actor, analyst.username, wanted, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.session_state["notice"] = _("Saved.")
    st.rerun()


def leave(page: Here, analyst: AnalystOverview) -> None:
    """Show the analyst's leave; let some be added or taken back."""
    _ = page._
    theme.row(theme.words(_("Leave"), "strong"))
    for row in analyst.leave:
        with st.container(horizontal=True, vertical_alignment="center"):
            theme.row(theme.words(leave_words(page, row)))
            if st.button(_("Remove"), type="tertiary", key=f"remove-leave-{row.id}"):
                remove_leave(page.engine, page.actor, row.id or 0, now=page.now())
                st.rerun()
    with (
        st.form(f"leave-{analyst.username}", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        first = st.text_input(_("First day"), placeholder=example_day(page), width=150)
        last = st.text_input(_("Last day"), placeholder=example_day(page), width=150)
        is_wanted = st.form_submit_button(_("Add leave"))
    if is_wanted:
        _add(page, analyst, first, last)


def leave_words(page: Here, row: Leave) -> str:
    """Return days of leave in words."""
    first, last = (day_in_words(page, day) for day in (row.first_day, row.last_day))
    if row.first_day == row.last_day:
        return first
    return page._("{first} to {last}").format(first=first, last=last)


def read_day(page: Here, text: str) -> date | None:
    """Return the day that somebody wrote, None where it is none; then it is said."""
    try:
        return day_of_text(text)
    except ValueError:
        words = page._("“{text}” is no day. Write year, month, day, such as {example}.")
        st.error(words.format(text=plain(text), example=example_day(page)))
        return None


def example_day(page: Here) -> str:
    """Return today as it is entered, in the centre's calendar."""
    today = page.now().astimezone(page.centre.zone).date()
    is_jalali = page.centre.calendar == "jalali"
    return page.digits(text_of_day(today) if is_jalali else f"{today:%Y-%m-%d}")


def _add(page: Here, analyst: AnalystOverview, first: str, last: str) -> None:
    days = read_day(page, first), read_day(page, last or first)
    if days[0] is None or days[1] is None:
        return
    try:
        add_leave(page.engine, page.actor, analyst.username, days[0], days[1], now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.rerun()


def _fields(page: Here, analyst: AnalystOverview, teams: Mapping[str, str]) -> Profile:
    _ = page._
    own = analyst.profile
    key = f"{analyst.username}-{page.language}"
    with st.container(horizontal=True):
        capacity = st.number_input(
            _("At most in a period"),
            min_value=0,
            value=own.capacity,
            step=1,
            placeholder="–",
            key=f"capacity-{key}",
            width=190,
        )
        hours = st.number_input(
            _("Hours a week"),
            min_value=0.0,
            value=own.hours_per_week,
            step=1.0,
            placeholder="–",
            key=f"hours-{key}",
            width=190,
        )
    known = [*LANGUAGES, *(code for code in own.languages or () if code not in LANGUAGES)]
    languages = st.multiselect(
        _("Languages"),
        known,
        default=own.languages or [],
        format_func=lambda code: wording.spoken_language(page.language, code),
        placeholder=_("all"),
        key=f"languages-{key}",
    )
    channels = st.multiselect(
        _("Contact channels"),
        CHANNELS,
        default=own.channels or [],
        format_func=lambda code: wording.channel(_, code),
        placeholder=_("all"),
        key=f"channels-{key}",
    )
    choices = [None, *teams]
    team = st.selectbox(
        _("Own team"),
        choices,
        index=choices.index(own.team_id) if own.team_id in choices else 0,
        format_func=lambda code: _("none") if code is None else teams[code],
        key=f"team-{key}",
    )
    return Profile(
        None if capacity is None else int(capacity),
        hours,
        tuple(languages) or None,
        tuple(channels) or None,
        team,
    )
