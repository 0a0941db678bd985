"""The months of an agent, and what happened meanwhile."""

import streamlit as st

from qm.core.change.breaks import Break
from qm.ui import theme
from qm.ui.charts import periods_chart
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here
from qm.ui.names import what_happened
from qm.ui.quality_words import change_in_words
from qm.workflow.agent_card import AgentCard
from qm.workflow.trends import Measured

MARKS_SHOWN = 4


def show_trend(page: Here, card: AgentCard) -> None:
    """Show the months as a chart and in words, with what happened meanwhile."""
    _ = page._
    theme.row(theme.words(_("Quality score by month, with 95 % interval"), "strong"))
    marks = list(enumerate(card.marks[-MARKS_SHOWN:], start=1))
    points = [Measured(each.period, each.figures.score, each.forms) for each in card.trend.months]
    numbered = [(mark.period, number) for number, mark in marks]
    chart = periods_chart(page, points, team=card.medians, marks=numbered)
    said = change_in_words(page, card.trend)
    st.altair_chart(chart, width="stretch", alt=said)
    st.text(said)
    if card.medians:
        newest = card.medians[-1]
        text = _("Dashed: the median of the team's agents; {month}: {median}, of {n} agents.")
        month, value = newest.period.label(page.language), page.number(newest.value)
        st.caption(page.digits(text.format(month=month, median=value, n=newest.agents)))
    if marks:
        theme.rows(*(_mark(page, number, mark) for number, mark in marks))


def _mark(page: Here, number: int, mark: Break) -> list[str]:
    """Say when and what it was, under the number that it has in the chart."""
    when = f"({page.number(number, 0)}) {day_in_words(page, mark.at)}"
    return [theme.words(when, "mute"), theme.words(what_happened(page, mark))]
