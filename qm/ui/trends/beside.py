"""What stands beside a trend: the questions to coach, and the agents by name."""

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.store.tables import Agent
from qm.ui import theme
from qm.ui.agent_card.links import card_html
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.names import forms
from qm.ui.quality_words import margin_in_words, separation_in_words
from qm.ui.tables import Html, table
from qm.ui.trends.choosing import Choice
from qm.workflow.quality import list_agents, questions_to_coach

_QUESTIONS_SHOWN = 8


def show_questions(page: Here, choice: Choice, month: Period) -> None:
    """Show the questions most often short of full points."""
    _ = page._
    theme.row(
        theme.words(_("Questions to coach"), "strong"),
        end=[theme.pill(month.label(page.language), "accent")],
    )
    found = questions_to_coach(
        page.engine, page.actor, month, agent_id=choice.agent_id, team_id=choice.team_id
    )
    if not found:
        st.caption(_("No answer of this month fell short of full points."))
        return
    rows = []
    shown = found[:_QUESTIONS_SHOWN]
    named = forms(page, {question.form for question in shown})
    for question in shown:
        form_id, _at, version = question.form.partition("@")
        behind = choice.behind(
            month,
            form_id=form_id,
            form_version=version,
            question_id=question.question_id,
            result="short",
        )
        form_title = f"{named[question.form]} · " if len(named) > 1 else ""
        text = form_title + question.text.in_language(page.language)
        said = _("{short} of {answered}").format(short=question.short, answered=question.answered)
        rows.append(
            {
                _("Question"): f"{page.number(question.number, 0)}. {text}",
                _("Short of full points"): number_html(page, page.digits(said), behind),
            }
        )
    table(pd.DataFrame(rows, dtype=object))


def show_agents(page: Here, choice: Choice, month: Period) -> None:
    """Show the agents side by side, by name: nobody is ranked on noise."""
    _ = page._
    theme.row(
        theme.words(_("Agents, by name"), "strong"),
        end=[theme.pill(month.label(page.language), "accent")],
    )
    beside = list_agents(
        page.engine, page.actor, month, team_id=choice.team_id, language=page.language
    )
    rows = [
        {
            _("Agent"): _card(page, item.agent, month),
            _("Score"): number_html(
                page,
                page.number(item.figures.score.value),
                choice.behind(month, agent_id=item.agent.id, measured="score"),
            )
            if item.figures.score.n
            else "–",
            _("Margin and n"): margin_in_words(page, item.figures.score),
            _("Missing"): page.number(item.figures.missing, 0),
        }
        for item in beside.agents
    ]
    if rows:
        table(pd.DataFrame(rows, dtype=object), numeric=[_("Score"), _("Missing")])
    st.caption(separation_in_words(page, beside.separation))


def _card(page: Here, agent: Agent, month: Period) -> Html:
    return Html(card_html(page.called(agent.name, agent.name_fa), agent.id, month))
