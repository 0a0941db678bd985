"""Evaluate: the interaction on one side, the form on the other, the score in sight."""

from functools import partial

import streamlit as st

from qm.core.problems import BadInput, NotAllowed
from qm.ui import states, theme
from qm.ui.addressed import asked_number
from qm.ui.evaluation import style
from qm.ui.evaluation.entry import entry_of
from qm.ui.evaluation.flow import home_of, wants_blind
from qm.ui.evaluation.form_side import form_side
from qm.ui.evaluation.interaction_pane import interaction_pane
from qm.ui.evaluation.suggesting import suggested_in
from qm.ui.evaluation.top_line import top_line
from qm.ui.here import here, show_problems
from qm.workflow.evaluations import open_assignment

page = here()
assignment_id = asked_number("assignment")
if assignment_id is None:
    st.switch_page(home_of(page)[0])
if "notice" in st.session_state:
    st.toast(st.session_state.pop("notice"))
try:
    workspace = open_assignment(page.engine, page.actor, assignment_id, hides_agent=wants_blind())
except BadInput as refusal:
    show_problems(page, refusal)
    address, name = home_of(page)
    st.page_link(address, label=name)
    st.stop()
except NotAllowed:
    states.not_found(page, page._("This evaluation does not exist or is not yours."))
    st.stop()

style.apply()
context, form, words = workspace.context, workspace.form, workspace.words
entry = entry_of(page, workspace, suggested_in(page, form, context.interaction, words))
saved = top_line(page, workspace, entry)
left, right = st.columns([57, 43])
with left, theme.card("interaction"):
    interaction_pane(page, context, form, words, entry.answers, partial(entry.cite, page))
with right:
    form_side(workspace, entry, saved)
