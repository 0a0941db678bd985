"""Agent card: what a lead takes into a coaching talk, on the page or on one sheet of paper."""

import streamlit as st

from qm.ui import states, theme
from qm.ui.agent_card import style
from qm.ui.agent_card.beside import show_beside
from qm.ui.agent_card.choosing import chosen
from qm.ui.agent_card.coaching import show_commitments, show_notes
from qm.ui.agent_card.head import show_figures, show_who
from qm.ui.agent_card.matters import show_matters
from qm.ui.agent_card.questions import show_strengths, show_to_work_on
from qm.ui.agent_card.trend import show_trend
from qm.ui.here import here
from qm.workflow.agent_card import agent_card

page = here()
page.actor.require("see_quality")
style.apply()
st.title(page._("Agent card"))
choice = chosen(page)
if choice is None:
    st.stop()
with states.loading(page):
    card = agent_card(page.engine, page.actor, *choice, centre=page.centre, now=page.now())
show_who(page, card)
show_figures(page, card)
with st.container(key="sheet-panes"):
    left, right = st.columns([8, 5])
with left:
    with theme.card("trend"):
        show_trend(page, card)
    with theme.card("month"):
        show_beside(page, card)
    with theme.card("notes"):
        show_notes(page, card)
with right:
    with theme.card("to-work-on"):
        show_to_work_on(page, card)
    with theme.card("strengths"):
        show_strengths(page, card)
    with theme.card("commitments"):
        show_commitments(page, card)
    with theme.card("matters"):
        show_matters(page, card)
