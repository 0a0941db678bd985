"""Coaching: notes, talks and commitments; what waits, and what triggers propose."""

import streamlit as st

from qm.ui.addressed import asked_number
from qm.ui.coaching.note_list import show_note
from qm.ui.coaching.overview import show_overview
from qm.ui.coaching.talk_view import show_talk
from qm.ui.here import here

page = here()
page.actor.require("see_coaching")
st.title(page._("Coaching"))
if (session_id := asked_number("session")) is not None:
    show_talk(page, session_id)
elif (note_id := asked_number("note")) is not None:
    show_note(page, note_id)
else:
    show_overview(page)
