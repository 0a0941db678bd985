"""What stands beside a trend: the questions to coach, and the agents by name."""

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.ui import theme
from qm.ui.here import Here
from qm.ui.quality_words import margin_in_words, separation_in_words
from qm.ui.tables import table
from qm.ui.trends.choosing import Choice
from qm.workflow.quality import list_agents, questions_to_coach

_QUESTIONS_SHOWN = 8


def show_questions(page: Here, choice: Choice, period: Period) -> None:
    """Show the questions most often short of full points."""
    _ = page._
    theme.row(theme.words(_("Questions to coach"), "strong"))
    found = questions_to_coach(
        page.engine, page.actor, period, agent_id=choice.agent_id, team_id=choice.team_id
    )
    if not found:
        st.caption(_("No answer of this month fell short of full points."))
        return
    rows = [
        {
            _("Question"): page.digits(f"{question.number} ")
            + question.text.in_language(page.language),
            _("Short of full points"): page.digits(
                _("{short} of {answered}").format(short=question.short, answered=question.answered)
            ),
        }
        for question in found[:_QUESTIONS_SHOWN]
    ]
    table(pd.DataFrame(rows))


def show_agents(page: Here, choice: Choice, period: Period) -> None:
    """Show the agents side by side, by name: nobody is ranked on noise."""
    _ = page._
    theme.row(theme.words(_("Agents, by name"), "strong"))
    beside = list_agents(
        page.engine, page.actor, period, team_id=choice.team_id, language=page.language
    )
    rows = [
        {
            _("Agent"): page.called(item.agent.name, item.agent.name_fa),
            _("Score"): page.number(item.figures.score.value),
            _("Margin and n"): margin_in_words(page, item.figures.score),
            _("Missing"): page.number(item.figures.missing, 0),
        }
        for item in beside.agents
    ]
    if rows:
        table(pd.DataFrame(rows), numeric=[_("Score"), _("Missing")])
    st.caption(separation_in_words(page, beside.separation))
