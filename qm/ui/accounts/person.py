"""One person closely: what is known, what can be changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import streamlit as st
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.ui import theme, wording
from qm.ui.accounts import words
from qm.ui.accounts.fields import account_fields
from qm.ui.accounts.links import link_secret
from qm.ui.accounts.notices import act, hand_over
from qm.ui.here import Here
from qm.workflow.accounts import AccountOverview, end_sessions, reactivate_user
from qm.workflow.directory import Directory
from qm.workflow.invitations import Link, reset_password
from qm.workflow.people import change_user, deactivate_user


class Verb(Protocol):
    """Something that is done to one user."""

    def __call__(  # noqa: D102
        self, engine: Engine, actor: Actor, *, username: str, now: datetime
    ) -> None: ...


_TONES: dict[str, theme.Tone] = {"active": "good", "invited": "warn", "off": "plain"}


def show_person(page: Here, each: AccountOverview, known: Directory) -> None:
    """Show an account with what whoever manages people may do to it."""
    user = each.user
    theme.row(
        theme.words(page.called(user.name, user.name_fa), "strong"),
        theme.pill(wording.role(page._, user.role), "accent"),
        theme.pill(words.state(page, each.state), _TONES[each.state]),
        theme.words(_facts(page, each), "mute"),
    )
    _actions(page, each)
    _change(page, each, known)


def _facts(page: Here, each: AccountOverview) -> str:
    _ = page._
    facts = [each.user.username, *filter(None, [each.user.email])]
    if each.user.openid:
        facts.append(_("signs in through {provider}").format(provider=page.settings.openid_label))
    if each.invited_until:
        facts.append(_("link open until {moment}").format(moment=page.moment(each.invited_until)))
    if each.sessions:
        facts.append(page.digits(_("sessions: {n}").format(n=each.sessions)))
    if each.last_seen_at:
        facts.append(_("seen last {moment}").format(moment=page.moment(each.last_seen_at)))
    return " · ".join(facts)


def _actions(page: Here, each: AccountOverview) -> None:
    _ = page._
    username = each.user.username

    def to_them(verb: Verb) -> Callable[[], None]:
        return lambda: verb(page.engine, page.actor, username=username, now=page.now())

    with st.container(horizontal=True):
        link = _("Link for a new password") if each.state == "active" else _("New invitation")
        wants_link = each.state != "off" and st.button(link, key=f"link-{username}")
        wants_end = each.sessions and st.button(_("End all sessions"), key=f"end-{username}")
        wants_on = each.state == "off" and st.button(_("Switch on again"), key=f"on-{username}")
        if each.state != "off":
            with st.popover(_("Switch off")):
                st.text(_("They are signed out at once. What they did stays; so does the name."))
                wants_off = st.button(_("Switch off"), type="primary", key=f"off-{username}")
        else:
            wants_off = False
    if wants_link:
        hand_over(page, lambda: link_secret(page, _link(page, username)))
    if wants_end:
        act(page, to_them(end_sessions), _("Sessions ended."))
    if wants_on:
        act(page, to_them(reactivate_user), _("Switched on."))
    if wants_off:
        act(page, to_them(deactivate_user), _("Switched off."))


def _link(page: Here, username: str) -> Link:
    return reset_password(page.engine, page.actor, username=username, now=page.now())


def _change(page: Here, each: AccountOverview, known: Directory) -> None:
    _ = page._
    with st.form(f"change-{each.user.username}", border=False):
        account = account_fields(page, known, f"change-{each.user.username}", each.user)
        is_wanted = st.form_submit_button(_("Save"))
    if is_wanted:
        act(
            page,
            lambda: change_user(
                page.engine,
                page.actor,
                username=each.user.username,
                account=account,
                now=page.now(),
            ),
            _("Saved."),
        )
