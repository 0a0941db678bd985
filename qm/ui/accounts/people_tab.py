"""The people who sign in: found, invited, changed."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from qm.core.access import ROLES
from qm.core.text import LANGUAGES, Language
from qm.ui import theme, wording
from qm.ui.accounts import words
from qm.ui.accounts.fields import account_fields
from qm.ui.accounts.links import link_secret
from qm.ui.accounts.notices import hand_over
from qm.ui.accounts.person import show_person
from qm.ui.here import Here
from qm.ui.states import empty
from qm.ui.tables import table
from qm.workflow.accounts import STATES, AccountOverview, list_accounts, matching
from qm.workflow.directory import Directory
from qm.workflow.invitations import invite_user

LISTED_MOST = 100
_LANGUAGE_NAMES: dict[Language, str] = {"fa": "فارسی", "en": "English"}


def show_people(page: Here, known: Directory) -> None:
    """Show the people that fit the filters, one of them closely, and the form to invite."""
    accounts = list_accounts(page.engine, page.actor, now=page.now(), idle=page.settings.idle)
    teams = {team.id: page.called(team.name, team.name_fa) for team in known.teams}
    with theme.card("people"):
        found = _found(page, accounts, teams)
        _listing(page, found, teams, {agent.id: agent.team_id for agent in known.agents})
    if found:
        with theme.card("person"):
            show_person(page, _chosen(page, found), known)
    with st.expander(page._("Invite somebody")):
        _invite(page, known)


def _found(
    page: Here, accounts: tuple[AccountOverview, ...], teams: Mapping[str, str]
) -> list[AccountOverview]:
    _ = page._
    roles: dict[str, str] = {code: wording.role(_, code) for code in ROLES}
    states = {code: words.state(page, code) for code in STATES}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            _("Name, username or e-mail address"), key="people-text", max_chars=100, width=260
        )
        role = _limit(page, "role", _("Role"), _("All roles"), roles)
        team_id = _limit(page, "team", _("Team"), _("All teams"), teams)
        state = _limit(page, "state", _("State"), _("All states"), states)
    return matching(accounts, text=text, role=role, team_id=team_id, state=state)


def _limit(
    page: Here, name: str, label: str, nothing: str, labels: Mapping[str, str]
) -> str | None:
    chosen: str = st.selectbox(
        label,
        ["", *labels],
        format_func=lambda code: labels.get(code, nothing),
        key=f"people-{name}-{page.language}",  # a chosen label would stay in the other language
        width=180,
    )
    return chosen or None


def _listing(
    page: Here,
    found: Sequence[AccountOverview],
    teams: Mapping[str, str],
    team_of: Mapping[str, str],
) -> None:
    _ = page._
    if not found:
        empty(_("Nobody fits."), _("Take a filter away."))
        return
    columns = [_("Name"), _("Username"), _("Role"), _("Team"), _("State"), _("Seen last")]
    rows = []
    for each in found[:LISTED_MOST]:
        team_id = each.user.team_id or team_of.get(each.user.agent_id or "", "")
        rows.append(_line(page, each, teams.get(team_id, "–")))
    table(pd.DataFrame(rows, columns=columns))
    if len(found) > LISTED_MOST:
        text = _("{shown} of {n} are shown; the filters find the others.")
        st.caption(page.digits(text.format(shown=LISTED_MOST, n=len(found))))


def _line(page: Here, each: AccountOverview, team: str) -> list[str]:
    user = each.user
    return [
        page.called(user.name, user.name_fa),
        user.username,
        wording.role(page._, user.role),
        team,
        words.state(page, each.state),
        page.moment(each.last_seen_at) if each.last_seen_at else "–",
    ]


def _chosen(page: Here, found: Sequence[AccountOverview]) -> AccountOverview:
    """Return the person who is shown closely; `user` in the address names one."""
    each = {one.user.username: one for one in found}
    key = f"people-chosen-{page.language}"
    arrived = st.query_params.get("user")
    if arrived in each:
        st.session_state[key] = arrived
    elif st.session_state.get(key) not in each:
        st.session_state.pop(key, None)

    def remember() -> None:
        st.query_params["user"] = st.session_state[key]

    def named(username: str) -> str:
        user = each[username].user
        return f"{page.called(user.name, user.name_fa)} · {username}"

    chosen: str = st.selectbox(
        page._("Person"), list(each), format_func=named, key=key, on_change=remember, width=340
    )
    return each[chosen]


def _invite(page: Here, known: Directory) -> None:
    _ = page._
    with st.form("invite", border=False):
        with st.container(horizontal=True):
            username = st.text_input(_("Username"), max_chars=100, key="invite-username")
            language: Language = st.selectbox(
                _("Language of their pages"),
                LANGUAGES,
                format_func=_LANGUAGE_NAMES.__getitem__,
                index=LANGUAGES.index(page.settings.centre_language),
                key="invite-language",
            )
        account = account_fields(page, known, "invite")
        is_wanted = st.form_submit_button(_("Invite"), type="primary")
    if is_wanted:
        hand_over(
            page,
            lambda: link_secret(
                page,
                invite_user(
                    page.engine,
                    page.actor,
                    username=username,
                    account=account,
                    language=language,
                    now=page.now(),
                ),
            ),
        )
