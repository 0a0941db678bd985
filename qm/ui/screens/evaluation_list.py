"""Evaluations: those the person may read, and one of them with all it rests on."""

import streamlit as st

from qm.core.quality.behind import Behind
from qm.ui.addressed import asked_number
from qm.ui.here import here
from qm.ui.reading.evaluation import show_evaluation
from qm.ui.reading.listing import show_behind, show_list
from qm.ui.reading.own_work import show_own_work

page = here()
page.actor.require("see_quality")
st.title(page._("Evaluations"))
if (evaluation_id := asked_number("evaluation")) is not None:
    show_evaluation(page, evaluation_id)
elif (behind := Behind.read(st.query_params.to_dict())) is not None:
    show_behind(page, behind)
else:
    show_own_work(page)
    show_list(page)
