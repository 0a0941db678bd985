"""Trends: an agent's, a team's or the centre's quality by month, with n and margin."""

import streamlit as st

from qm.core.periods import Period
from qm.ui import states, theme
from qm.ui.here import here
from qm.ui.trends.beside import show_agents, show_questions
from qm.ui.trends.choosing import chosen, medians_beside, trend_of
from qm.ui.trends.months import show_figures, show_trend
from qm.workflow.evaluations import periods_drawn

MONTHS_SHOWN = 6

page = here()
_ = page._
page.actor.require("see_quality")
st.title(_("Trends"))
drawn = sorted(Period.parse(text) for text in periods_drawn(page.engine))[-MONTHS_SHOWN:]
if not drawn:
    states.empty(
        _("Nothing was drawn yet, so there is nothing to show."),
        _("Figures appear when interactions were drawn and evaluated."),
    )
    st.stop()
choice = chosen(page)
with states.loading(page):
    trend = trend_of(page, choice, drawn)
    medians = medians_beside(page, choice, drawn)
with_data = [month for month in trend.months if month.figures.evaluated]
newest = (with_data or list(trend.months))[-1]
theme.row(
    theme.words(choice.title, "strong"),
    theme.pill(newest.period.label(page.language), "accent"),
)
show_figures(page, newest)
left, right = st.columns([62, 38])
with left, theme.card("chart"):
    show_trend(page, trend, medians)
with right:
    with theme.card("questions"):
        show_questions(page, choice, newest.period)
    if choice.kind != "agent":
        with theme.card("agents"):
            show_agents(page, choice, newest.period)
