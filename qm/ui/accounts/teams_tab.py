"""Teams over time: where an agent was, and moving one on a day."""

import pandas as pd
import streamlit as st

from qm.ui import theme
from qm.ui.accounts.notices import act
from qm.ui.addressed import addressed_choice
from qm.ui.evaluation.days import day_of_text, text_of_day
from qm.ui.here import Here
from qm.ui.states import empty
from qm.ui.tables import table
from qm.workflow.directory import Directory
from qm.workflow.teams import AgentInTeams, agent_in_teams, move_agent


def show_teams(page: Here, known: Directory) -> None:
    """Show one agent's times in teams, and let the agent be moved."""
    _ = page._
    if not known.agents:
        empty(_("There are no agents yet."), _("An import of interactions brings them."))
        return
    names = {agent.id: page.called(agent.name, agent.name_fa) for agent in known.agents}
    with theme.card("agent-teams"):
        chosen = addressed_choice(page, _("Agent"), names, name="agent")
        found = agent_in_teams(page.engine, page.actor, chosen)
        _times(page, found, known)
        _move(page, found, known)
        st.caption(
            _(
                "Interactions and evaluations keep the team in which they happened: the lead of "
                "the earlier team goes on seeing them, the lead of the new one sees what follows."
            )
        )


def _times(page: Here, found: AgentInTeams, known: Directory) -> None:
    _ = page._
    teams = {team.id: page.called(team.name, team.name_fa) for team in known.teams}
    if not found.times:
        st.text(_("In {team}; since when is not known.").format(team=teams[found.agent.team_id]))
        return
    rows = [
        [teams[each.team_id], page.day(each.from_at), page.day(each.to_at) if each.to_at else "–"]
        for each in found.times
    ]
    table(pd.DataFrame(rows, columns=[_("Team"), _("From"), _("Until")]))


def _move(page: Here, found: AgentInTeams, known: Directory) -> None:
    _ = page._
    others = {
        team.id: page.called(team.name, team.name_fa)
        for team in known.teams
        if team.id != found.agent.team_id
    }
    if not others:
        return
    today = page.now().astimezone(page.centre.zone).date()
    is_jalali = page.centre.calendar == "jalali"
    example = page.digits(text_of_day(today) if is_jalali else f"{today:%Y-%m-%d}")
    with (
        st.form(f"move-{found.agent.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        team_id: str = st.selectbox(
            _("Move to"),
            list(others),
            format_func=others.__getitem__,
            key=f"move-to-{found.agent.id}",
        )
        day = st.text_input(_("From the day"), value=example, key=f"move-on-{found.agent.id}")
        is_wanted = st.form_submit_button(_("Move"), type="primary")
    if not is_wanted:
        return
    try:
        on = day_of_text(day)
    except ValueError:
        words = _("“{text}” is no day. Write year, month, day, such as {example}.")
        st.error(words.format(text=day, example=example))
        return
    act(
        page,
        lambda: move_agent(
            page.engine,
            page.actor,
            found.agent.id,
            team_id,
            on=on,
            zone=page.centre.zone,
            now=page.now(),
        ),
        _("Moved."),
    )
