"""The limits of a search: when, whose, on which channel, said by whom; kept in the address."""

from collections.abc import Sequence

import streamlit as st

from qm.core.periods import Period
from qm.core.transcript import SPEAKERS
from qm.ui import wording
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.ui.period_picker import MONTHS_BACK
from qm.workflow.directory import directory
from qm.workflow.transcript_search import Within

_ALL = "all"
_CHANNELS = ("call", "chat", "email")


def limits(page: Here) -> Within:
    """Show the limits in a row and return those that are chosen; none to begin with."""
    _ = page._
    people = directory(page.engine, page.actor)
    teams = {team.id: page.called(team.name, team.name_fa) for team in people.teams}
    agents = {agent.id: page.called(agent.name, agent.name_fa) for agent in people.agents}
    present = Period.containing(page.now(), page.centre.calendar, page.centre.zone)
    months = {str(month): month.label(page.language) for month in _last(present)}
    columns = st.columns(5)
    with columns[0]:
        month = _choice(page, "month", _("Month"), _("Any time"), months)
    with columns[1]:
        team_id = _choice(page, "team", _("Team"), _("All teams"), teams)
    with columns[2]:
        agent_id = _choice(page, "agent", _("Agent"), _("All agents"), agents)
    with columns[3]:
        channels = {code: wording.channel(_, code) for code in _CHANNELS}
        channel = _choice(page, "channel", _("Channel"), _("All channels"), channels)
    with columns[4]:
        voices: dict[str, str] = {code: wording.speaker(_, code) for code in SPEAKERS}
        voice = _choice(page, "speaker", _("Said by"), _("Anybody"), voices)
    start, end = Period.parse(month).bounds(page.centre.zone) if month else (None, None)
    speaker = next((known for known in SPEAKERS if known == voice), None)
    return Within(start, end, agent_id, team_id, channel, speaker)


def _last(present: Period) -> Sequence[Period]:
    return [present.shift(-months) for months in range(MONTHS_BACK)]


def _choice(page: Here, key: str, label: str, nothing: str, names: dict[str, str]) -> str | None:
    """Return the chosen one of these codes, None for no limit; the address keeps it."""
    options = {_ALL: nothing, **names}
    chosen = addressed_choice(page, label, options, name=f"search-{key}")
    return None if chosen == _ALL else chosen
