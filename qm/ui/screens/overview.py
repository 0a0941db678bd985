"""Overview: a month at one glance, for those who run the centre or a team."""

import streamlit as st

from qm.ui import states, theme
from qm.ui.here import here
from qm.ui.overview.changes import show_changes
from qm.ui.overview.compared import show_evaluators, show_groups
from qm.ui.overview.headline import show_headline, show_whose
from qm.ui.overview.hours import show_hours
from qm.ui.overview.questions import show_questions
from qm.ui.period_picker import period_picker
from qm.workflow.evaluations import periods_drawn
from qm.workflow.overview import overview

page = here()
_ = page._
page.actor.require("see_overview")
st.title(_("Overview"))
drawn = periods_drawn(page.engine)
if not drawn:
    states.empty(
        _("Nothing was drawn yet, so there is nothing to show."),
        _("Figures appear when interactions were drawn and evaluated."),
    )
    st.stop()
period = period_picker(page, known=drawn)
with states.loading(page):
    seen = overview(page.engine, page.actor, period, centre=page.centre)
show_whose(page, seen)
show_headline(page, seen)
with theme.card("changes"):
    changes = st.container()
with theme.card("questions"):
    show_questions(page, seen)
show_groups(page, seen)
with theme.card("hours"):
    show_hours(page, seen)
show_evaluators(page, seen)
# Last: charts over a year take longer than all else.
with changes, states.loading(page):
    show_changes(page, seen)
