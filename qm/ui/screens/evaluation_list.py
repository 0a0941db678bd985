"""Evaluations: those the person may read, and one of them with all it rests on."""

import streamlit as st

from qm.ui.here import here
from qm.ui.reading.evaluation import show_evaluation
from qm.ui.reading.listing import show_list

page = here()
page.actor.require("see_quality")
st.title(page._("Evaluations"))
wanted = st.query_params.get("evaluation", "")
if wanted.isdecimal() and len(wanted) < 19:
    show_evaluation(page, int(wanted))
else:
    show_list(page)
