"""API tokens: the keys with which other systems import."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from qm.core.api_tokens import DAYS_MOST, SCOPES
from qm.store.tables import ApiToken
from qm.ui import theme
from qm.ui.accounts import words
from qm.ui.accounts.notices import Secret, act, hand_over
from qm.ui.here import Here
from qm.ui.names import people
from qm.ui.states import empty
from qm.ui.tables import table
from qm.workflow.api_tokens import create_token, list_tokens, revoke_token

_DAYS = 365


def show_tokens(page: Here) -> None:
    """Show the tokens; let one be made or revoked."""
    _ = page._
    tokens = list(list_tokens(page.engine, page.actor))
    with theme.card("tokens"):
        if tokens:
            _listing(page, tokens)
            _revoke(page, [each for each in tokens if _state(page, each, {})[1]])
        else:
            empty(_("There are no tokens."), _("A token lets another system import."))
    with theme.card("new-token"):
        _create(page)


def _listing(page: Here, tokens: list[ApiToken]) -> None:
    _ = page._
    columns = [
        *(_("No."), _("System"), _("May import"), _("Made"), _("Used last")),
        *(_("Expires"), _("State")),
    ]
    names = people(
        page, {name for each in tokens for name in (each.created_by, each.revoked_by) if name}
    )
    rows = [
        [
            page.number(each.id, 0),
            each.name,
            page.listed(words.scope(page, scope) for scope in SCOPES if scope in each.scopes),
            f"{page.day(each.created_at)} · {names[each.created_by]}",
            page.moment(each.used_at) if each.used_at else _("never"),
            page.day(each.expires_at) if each.expires_at else _("never"),
            _state(page, each, names)[0],
        ]
        for each in tokens
    ]
    table(pd.DataFrame(rows, columns=columns))


def _state(page: Here, token: ApiToken, names: Mapping[str, str]) -> tuple[str, bool]:
    """Return the state in words, and whether the token opens anything."""
    _ = page._
    if token.revoked_at is not None:
        by = token.revoked_by or "–"
        return _("revoked by {name}").format(name=names.get(by, by)), False
    if token.expires_at is not None and token.expires_at <= page.now():
        return _("expired"), False
    return _("valid"), True


def _revoke(page: Here, valid: list[ApiToken]) -> None:
    _ = page._
    if not valid:
        return
    names = {each.id: f"{page.number(each.id, 0)} · {each.name}" for each in valid}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            _("Token"), list(names), format_func=names.__getitem__, key="revoke", width=340
        )
        is_wanted = st.button(_("Revoke"))
    if is_wanted:
        act(
            page,
            lambda: revoke_token(page.engine, page.actor, chosen or 0, now=page.now()),
            _("Revoked: the token opens nothing any more."),
        )


def _create(page: Here) -> None:
    _ = page._
    with (
        st.form("new-token", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(_("The system that imports"), max_chars=80, key="token-name")
        scopes = st.multiselect(
            _("May import"),
            SCOPES,
            default=SCOPES,
            format_func=lambda code: words.scope(page, code),
            key=f"token-scopes-{page.language}",
        )
        days = st.number_input(
            _("Valid for days"), 1, DAYS_MOST, _DAYS, key="token-days", width=140
        )
        is_wanted = st.form_submit_button(_("Make a token"), type="primary")
    if is_wanted:
        hand_over(page, lambda: _made(page, name, list(scopes), int(days)))


def _made(page: Here, name: str, scopes: list[str], days: int) -> Secret:
    _ = page._
    made = create_token(
        page.engine, page.actor, name=name, scopes=scopes, days=days, now=page.now()
    )
    return Secret(
        _("Token for {name}").format(name=made.token.name),
        made.key,
        _("Copy it now: it is shown this once and stored nowhere."),
    )
