"""What waits for the person, each kind with its number, its due date and the way there."""

import streamlit as st

from qm.ui import states, theme
from qm.ui.here import here
from qm.ui.menu import BY_ADDRESS
from qm.ui.notifications import words
from qm.workflow.waiting import waiting_for

_EVERY_S = 60


@st.fragment(run_every=_EVERY_S)
def waiting_list() -> None:
    """Show what waits, the overdue first; looked up again every minute."""
    page = here(by_itself=True)
    _ = page._
    now = page.now()
    found = waiting_for(page.engine, page.actor, centre=page.centre, now=now)
    if not found:
        states.empty(
            _("Nothing waits for you."),
            _("What is assigned, published or addressed to you appears here."),
        )
        return
    for each in found:
        with theme.card(f"waiting-{each.kind}", is_row=True):
            due = words.due(page, each, now)
            theme.row(
                theme.words(page.number(each.count, 0), "big"),
                theme.words(words.name(page, each.kind), "strong"),
                theme.pill(due, "warn" if each.overdue else "plain") if due else "",
            )
            screen = BY_ADDRESS[each.page]
            label = _("Go to {page}").format(page=_(screen.title))
            st.page_link(screen.file, label=label, query_params=dict(each.query), width="content")
