"""The line above the two panes: the place in the queue, the time left, what is saved."""

from datetime import timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qm.core.problems import NotAllowed
from qm.ui import theme
from qm.ui.evaluation.entry import Entry, forget_entry
from qm.ui.evaluation.flow import BLIND, go_on, home_of
from qm.ui.evaluation.keys import is_at_work, work_clock
from qm.ui.here import Here, here, rerun_by_itself
from qm.workflow.evaluations import Workspace
from qm.workflow.my_work import Standing, place_in_queue, standing

LOOKS_EVERY_S = 4.0


def top_line(page: Here, workspace: Workspace, entry: Entry) -> DeltaGenerator:
    """Show where in the queue one is; return the place for `saved_line`."""
    _ = page._
    place, count = place_in_queue(page.engine, page.actor, entry.assignment_id)
    position = _("{place} of {open}").format(place=place, open=count)
    pills = [
        theme.pill(page.digits(position)),
        due_pill(page, workspace.context.assignment.due_at - page.now()),
    ]
    with st.container(horizontal=True, vertical_alignment="center", key="top-line"):
        address, name = home_of(page)
        st.page_link(address, label=name, width="content")
        theme.row(*pills)
        _blind_switch(page, workspace)
        _watch(entry)
        return st.empty()


def due_pill(page: Here, left: timedelta) -> str:
    """HTML of the time left for `theme.row`: “due in 2 days”, “overdue”."""
    _ = page._
    days = left.days
    said = _("overdue") if days < 0 else _("due in {days} days").format(days=days)
    return theme.pill(page.digits(said), "bad" if days < 0 else "warn" if days <= 2 else "plain")


def saved_line(page: Here, entry: Entry, place: DeltaGenerator) -> None:
    """Say when the draft was saved; also from a fragment that reruns alone."""
    said = ""
    if entry.saved_at is not None:
        time = page.digits(f"{entry.saved_at.astimezone(page.centre.zone):%H:%M:%S}")
        said = page._("✓ saved {time}").format(time=time)
    with place:  # also nothing: a fragment writes only where the whole page wrote before
        theme.row(theme.words(said, "mute"))


def _blind_switch(page: Here, workspace: Workspace) -> None:
    is_own = BLIND in st.query_params
    if workspace.hides_agent and not is_own:
        theme.row(theme.pill(page._("agent hidden"), "plain"))
        return
    st.toggle(
        page._("Hide the agent"),
        value=is_own,
        key="blind",
        help=page._("What is said and heard stays: only the name is left out."),
        on_change=_blind_changed,
    )


def _blind_changed() -> None:
    if st.session_state["blind"]:
        st.query_params[BLIND] = "1"
    else:
        st.query_params.pop(BLIND, None)


@st.fragment(run_every=LOOKS_EVERY_S)
def _watch(entry: Entry) -> None:
    """Count the time, and tell a tab that another one went on with the same assignment."""
    page = here(by_itself=not is_at_work(entry))
    work_clock(page, entry)
    try:
        found = standing(page.engine, page.actor, entry.assignment_id)
    except NotAllowed:
        rerun_by_itself()
    if found.state != "open":
        _is_over(page, entry)
    elif found.saved != entry.saved or entry.refused is not None:
        _moved_on(page, entry, found)


def _moved_on(page: Here, entry: Entry, found: Standing) -> None:
    _ = page._
    time = "" if found.saved_at is None else f"{found.saved_at.astimezone(page.centre.zone):%H:%M}"
    said = _("Another window saved this evaluation at {time}. Nothing more is saved from here.")
    theme.row(theme.pill(page.digits(said.format(time=time)), "warn"))
    if st.button(_("Load the newest"), type="primary", key=f"newest-{entry.assignment_id}"):
        forget_entry(entry.assignment_id)
        st.rerun()


def _is_over(page: Here, entry: Entry) -> None:
    said = page._("This evaluation is not open any more: submitted, or taken back.")
    theme.row(theme.pill(said, "warn"))
    if st.button(page._("Open the next one"), type="primary", key=f"next-{entry.assignment_id}"):
        forget_entry(entry.assignment_id)
        go_on(page, None)
