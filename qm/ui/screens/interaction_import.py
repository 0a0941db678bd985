"""Interactions: bring in a file, and see row by row what was left out and why."""

import streamlit as st

from qm.ui import theme
from qm.ui.here import here
from qm.ui.interactions.listing import show_interactions
from qm.ui.interactions.upload import show_columns, show_upload

page = here()
page.actor.require("import")
st.title(page._("Interactions"))
with theme.card("upload"):
    show_upload(page)
with theme.card("interactions"):
    show_interactions(page)
with st.expander(page._("What the columns mean")):
    show_columns(page)
