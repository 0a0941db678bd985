"""Trends: an agent's, a team's or the centre's quality by month, with n and margin."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from qm.core.forms.questions import LENSES
from qm.core.periods import Period
from qm.ui import theme, wording
from qm.ui.charts import months_chart
from qm.ui.here import Here, here
from qm.ui.quality_words import change_in_words, margin_in_words, separation_in_words
from qm.ui.tables import table
from qm.workflow.directory import Directory, directory
from qm.workflow.evaluations import periods_drawn
from qm.workflow.quality import (
    Month,
    Trend,
    agent_trend,
    centre_trend,
    list_agents,
    questions_to_coach,
    team_trend,
)

MONTHS_SHOWN = 6
QUESTIONS_SHOWN = 8
Choice = tuple[Literal["centre", "team", "agent"], str]


def choices(page: Here, known: Directory) -> dict[Choice, str]:
    """Return what the person may look at, each with its name."""
    _ = page._
    named: dict[Choice, str] = {}
    if page.actor.sees(team_id=None, agent_id=None):
        named["centre", ""] = _("The whole centre")
    for team in known.teams:
        name = page.called(team.name, team.name_fa)
        named["team", team.id] = _("Team {name}").format(name=name)
    for agent in known.agents:
        named["agent", agent.id] = page.called(agent.name, agent.name_fa)
    return named


def trend_of(page: Here, choice: Choice, periods: Sequence[Period]) -> Trend:
    """Return the months of what was chosen."""
    kind, name = choice
    if kind == "agent":
        return agent_trend(page.engine, page.actor, name, periods)
    if kind == "team":
        return team_trend(page.engine, page.actor, name, periods)
    return centre_trend(page.engine, page.actor, periods)


def team_months(
    page: Here, choice: Choice, known: Directory, periods: Sequence[Period]
) -> Sequence[Month]:
    """Return the months of an agent's team, for those who may see the team."""
    teams = {agent.id: agent.team_id for agent in known.agents}
    if choice[0] != "agent" or not known.teams:
        return ()
    return team_trend(page.engine, page.actor, teams[choice[1]], periods).months


def show_figures(page: Here, month: Month) -> None:
    """Show the newest month's figures, each with its n."""
    _ = page._
    figures = month.figures
    cells = [
        (_("Quality score"), page.number(figures.score.value), figures.score),
        *(
            (
                _("Accuracy: {lens}").format(lens=wording.lens(_, lens)),
                page.percent(figures.critical[lens].value),
                figures.critical[lens],
            )
            for lens in LENSES
        ),
    ]
    columns = st.columns(len(cells) + 1)
    for place, (column, (title, value, estimate)) in enumerate(zip(columns, cells, strict=False)):
        with column, theme.card(f"figure-{place}"):
            theme.row(theme.words(title, "mute"))
            theme.row(theme.words(value if estimate.n else "–", "big"))
            was_asked = estimate.n or not figures.evaluated
            said = margin_in_words(page, estimate) if was_asked else wording.state(_, "hidden")
            theme.row(theme.pill(said))
    with columns[-1], theme.card("figure-fatal"):
        theme.row(theme.words(_("Fatal errors"), "mute"))
        theme.row(theme.words(page.number(figures.fatal, 0), "big"))
        of_all = _("of {n} evaluated").format(n=figures.evaluated)
        theme.row(theme.pill(page.digits(of_all)))


def show_months(page: Here, trend: Trend) -> None:
    """Show every month's mean with n, margin and what is missing."""
    _ = page._
    rows = [
        {
            _("Month"): month.period.label(page.language),
            _("Score"): page.number(month.figures.score.value),
            _("Margin and n"): margin_in_words(page, month.figures.score),
            _("Design effect"): page.number(month.figures.score.design_effect, 2),
            _("Picks"): page.number(month.figures.picked, 0),
            _("Missing"): page.number(month.figures.missing, 0),
            _("Form versions"): ", ".join(month.forms),
        }
        for month in reversed(trend.months)
    ]
    table(pd.DataFrame(rows), numeric=[_("Score"), _("Design effect"), _("Picks"), _("Missing")])


def show_questions(page: Here, choice: Choice, period: Period) -> None:
    """Show the questions most often short of full points."""
    _ = page._
    kind, name = choice
    found = questions_to_coach(
        page.engine,
        page.actor,
        period,
        agent_id=name if kind == "agent" else None,
        team_id=name if kind == "team" else None,
    )
    theme.row(theme.words(_("Questions to coach"), "strong"))
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
        for question in found[:QUESTIONS_SHOWN]
    ]
    table(pd.DataFrame(rows))


def show_agents(page: Here, choice: Choice, period: Period) -> None:
    """Show the agents side by side, by name: nobody is ranked on noise."""
    _ = page._
    beside = list_agents(
        page.engine,
        page.actor,
        period,
        team_id=choice[1] or None,
        language=page.language,
    )
    theme.row(theme.words(_("Agents, by name"), "strong"))
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


page = here()
_ = page._
st.title(_("Trends"))
drawn = sorted(Period.parse(text) for text in periods_drawn(page.engine))[-MONTHS_SHOWN:]
if not drawn:
    st.info(_("Nothing was drawn yet, so there is nothing to show."))
    st.stop()
known = directory(page.engine, page.actor)
named = choices(page, known)
choice = st.selectbox(
    _("Show"),
    list(named),
    format_func=named.__getitem__,
    key=f"trend-of-{page.language}",
    width=320,
)
trend = trend_of(page, choice, drawn)
with_data = [month for month in trend.months if month.figures.evaluated]
newest = (with_data or list(trend.months))[-1]
theme.row(
    theme.words(named[choice], "strong"),
    theme.pill(newest.period.label(page.language), "accent"),
)
show_figures(page, newest)
left, right = st.columns([62, 38])
with left, theme.card("chart"):
    theme.row(theme.words(_("Quality score by month, with 95 % interval"), "strong"))
    st.altair_chart(
        months_chart(page, trend.months, team_months(page, choice, known, drawn)),
        width="stretch",
        alt=change_in_words(page, trend),
    )
    st.text(change_in_words(page, trend))
    show_months(page, trend)
with right:
    with theme.card("questions"):
        show_questions(page, choice, newest.period)
    if choice[0] != "agent":
        with theme.card("agents"):
            show_agents(page, choice, newest.period)
