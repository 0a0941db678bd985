"""The count beside the menu, looked up again every minute."""

import streamlit as st

from qm.ui.here import here
from qm.ui.notifications.words import summary
from qm.workflow.waiting import waiting_for

_EVERY_S = 60


@st.fragment(run_every=_EVERY_S)
def count_beside_menu() -> None:
    """Say how much waits, as a link to the start page; no colour, no sound."""
    page = here(by_itself=True)
    found = waiting_for(page.engine, page.actor, centre=page.centre, now=page.now())
    st.page_link("screens/today.py", label=summary(page, found))
