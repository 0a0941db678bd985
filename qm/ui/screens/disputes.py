"""Reviews and disputes: what is to be published, looked at and decided, and what was."""

import streamlit as st

from qm.ui.here import here
from qm.ui.life.inbox import show_inbox

page = here()
page.actor.require("see_quality")
st.title(page._("Reviews and disputes"))
show_inbox(page)
