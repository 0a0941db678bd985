"""Trends: quality by month or quarter with n and margin, what changed, and what is behind it."""

import streamlit as st

from qm.ui import states, theme
from qm.ui.addressed import addressed_choice
from qm.ui.here import here
from qm.ui.trends.beside import show_agents, show_questions
from qm.ui.trends.choosing import chosen, medians_beside, periods_shown, trend_of
from qm.ui.trends.control import show_control
from qm.ui.trends.measures import measures
from qm.ui.trends.months import show_figures, show_trend
from qm.ui.trends.questions import show_questions_trend
from qm.ui.trends.signals import show_signals
from qm.workflow.evaluations import periods_drawn
from qm.workflow.signals import signals
from qm.workflow.trend_marks import trend_marks
from qm.workflow.trends import months_of

page = here()
_ = page._
page.actor.require("see_quality")
st.title(_("Trends"))
drawn = periods_drawn(page.engine)
if not drawn:
    states.empty(
        _("Nothing was drawn yet, so there is nothing to show."),
        _("Figures appear when interactions were drawn and evaluated."),
    )
    st.stop()
known = measures(page)
with st.container(horizontal=True, vertical_alignment="bottom"):
    choice = chosen(page)
    periods = periods_shown(page)
    if choice.kind != "questions":
        titles = {code: measure.title for code, measure in known.items()}
        measure = known[addressed_choice(page, _("Measure"), titles, name="measure", width=260)]
if choice.kind == "questions":
    show_questions_trend(page, choice, periods)
    st.stop()
with states.loading(page):
    trend = trend_of(page, choice, periods)
    medians = medians_beside(page, choice, periods)
    newest = ([m for m in trend.months if m.figures.evaluated] or list(trend.months))[-1]
    month = [each for each in months_of([newest.period]) if str(each) in drawn][-1]
    is_evaluator = choice.kind == "evaluator"
    limits = {"agent_id": choice.agent_id, "team_id": choice.team_id}
    marks = (
        ()
        if is_evaluator
        else trend_marks(page.engine, page.actor, months_of(periods), centre=page.centre, **limits)
    )
    found = None if is_evaluator else signals(page.engine, page.actor, month)
theme.row(
    theme.words(choice.title, "strong"), theme.pill(newest.period.label(page.language), "accent")
)
show_figures(page, choice, newest)
if found is not None:
    with theme.card("signals"):
        show_signals(page, choice, found)
left, right = st.columns([62, 38])
with left, theme.card("chart"):
    show_trend(page, choice, measure, trend, medians, marks)
if found is not None:
    with right:
        with theme.card("questions"):
            show_questions(page, choice, month)
        if choice.kind != "agent":
            with theme.card("agents"):
                show_agents(page, choice, month)
    with left:
        show_control(page, choice, found)
