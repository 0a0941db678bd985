"""Today: what waits for the person, and how far things have come."""

import streamlit as st

from qm.ui.here import here
from qm.ui.notifications.progress import progress
from qm.ui.notifications.waiting_list import waiting_list

page = here()
st.title(page._("Today"))
waits, come = st.columns([62, 38])
with waits:
    waiting_list()
with come:
    progress(page)
