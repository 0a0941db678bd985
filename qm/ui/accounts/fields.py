"""The fields of an account, for a new one and for one that is changed."""

from collections.abc import Mapping

import streamlit as st

from qm.core.access import ROLES
from qm.store.tables import User
from qm.ui import wording
from qm.ui.here import Here
from qm.workflow.directory import Directory
from qm.workflow.people import Account


def account_fields(page: Here, known: Directory, key: str, user: User | None = None) -> Account:
    """Show the fields, filled with what `user` has, and return what stands in them."""
    _ = page._
    key = f"{key}-{page.language}"

    present = (
        Account(user.name, user.role, user.name_fa, user.email, user.team_id, user.agent_id)
        if user
        else Account("", ROLES[0])
    )

    def text(label: str, name: str, value: str | None, most: int) -> str:
        written = st.text_input(label, value=value or "", max_chars=most, key=f"{key}-{name}")
        return str(written)

    with st.container(horizontal=True):
        name = text(_("Name"), "name", present.name, 200)
        name_fa = text(_("Name on Persian pages"), "name-fa", present.name_fa, 200)
        email = text(_("E-mail address"), "email", present.email, 320)
    teams = {team.id: page.called(team.name, team.name_fa) for team in known.teams}
    agents = {agent.id: page.called(agent.name, agent.name_fa) for agent in known.agents}
    roles: list[str] = list(ROLES)
    with st.container(horizontal=True):
        role: str = st.selectbox(
            _("Role"),
            roles,
            index=roles.index(present.role),
            format_func=lambda code: wording.role(_, code),
            key=f"{key}-role",
        )
        team_id = _one_or_none(page, _("Team"), teams, present.team_id, f"{key}-team")
        agent_id = _one_or_none(page, _("Agent"), agents, present.agent_id, f"{key}-agent")
    st.caption(
        _(
            "A team lead needs a team, an agent their agent; an analyst's team is never theirs to "
            "evaluate."
        )
    )
    return Account(name, role, name_fa, email, team_id, agent_id)


def _one_or_none(
    page: Here, label: str, names: Mapping[str, str], present: str | None, key: str
) -> str | None:
    choices = [None, *names]
    return st.selectbox(
        label,
        choices,
        index=choices.index(present) if present in names else 0,
        format_func=lambda code: page._("none") if code is None else names[code],
        key=key,
    )
