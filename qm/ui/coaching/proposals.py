"""What triggers propose: the figures that they saw, and what a lead makes of it."""

import datetime as dt
from functools import partial
from typing import Any

import streamlit as st

from qm.ui import states, theme
from qm.ui.coaching import words
from qm.ui.coaching.effect_view import signed
from qm.ui.coaching.note_actions import done
from qm.ui.coaching.places import go
from qm.ui.coaching.talk_planning import moment_ahead, people_choice
from qm.ui.here import Here
from qm.workflow.coaching_proposals import dismiss, list_proposals, take_up
from qm.workflow.coaching_talk_reading import list_talks

PROPOSALS_SHOWN = 40


def show_proposals(page: Here) -> None:
    """Show what is proposed for the team; nothing happens unless a lead decides so."""
    _ = page._
    is_decided = st.toggle(_("Also those that were decided"), key="proposals-decided")
    found: list[Any] = list_proposals(
        page.engine, page.actor, state=None if is_decided else "open"
    ).to_dict("records")
    st.caption(_("Triggers only propose. Whether there is a talk is your decision."))
    if not found:
        states.empty(_("Nothing is proposed."), _("Triggers look at evaluations once published."))
    talks = list_talks(page.engine, page.actor)
    ahead: list[Any] = talks[talks["state"] == "planned"].to_dict("records")
    of_agent: dict[str, list[dict[str, Any]]] = {}
    for proposal in found[:PROPOSALS_SHOWN]:
        of_agent.setdefault(proposal["agent_id"], []).append(proposal)
    for agent_id, proposals in of_agent.items():
        own = [talk for talk in ahead if talk["agent_id"] == agent_id]
        with theme.card(f"proposals-{agent_id}"):
            name = page.called(proposals[0]["agent_name"], proposals[0]["agent_name_fa"])
            theme.row(theme.words(name, "strong"))
            for proposal in proposals:
                _proposal(page, proposal, own)
    if len(found) > PROPOSALS_SHOWN:
        st.caption(page.digits(_("The newest {n} are shown.").format(n=PROPOSALS_SHOWN)))


def _proposal(page: Here, proposal: dict[str, Any], planned: list[dict[str, Any]]) -> None:
    with st.container(border=True, key=f"proposal-{proposal['proposal_id']}"):
        theme.row(
            theme.words(said(page, proposal)),
            end=[theme.words(page.day(proposal["created_at"]), "mute")],
        )
        for text in proposal["questions"]:
            st.text(text.in_language(page.language))
        if proposal["state"] != "open":
            _decided(page, proposal)
            return
        with st.container(horizontal=True):
            _take_up(page, proposal, planned)
            _dismiss(page, proposal)


def said(page: Here, proposal: dict[str, Any]) -> str:
    """Return what a trigger saw, with its figures."""
    _, figures = page._, proposal["detail"]["figures"]
    kind = proposal["detail"]["kind"]
    if kind == "fatal":
        return _("a fatal answer")
    if kind == "misses":
        words = _("{misses} misses in {n} evaluated interactions").format(**figures)
        return page.digits(words)
    told = _("score {before} (n = {before_n}) → {after} (n = {after_n})").format(
        before=page.number(figures["before"]),
        after=page.number(figures["after"]),
        before_n=figures["before_n"],
        after_n=figures["after_n"],
    )
    interval = _("difference {value} percentage points (95 % interval {low} to {high})").format(
        value=signed(page, figures["difference"]),
        low=signed(page, figures["low"]),
        high=signed(page, figures["high"]),
    )
    return f"{page.digits(told)} · {interval}"


def _decided(page: Here, proposal: dict[str, Any]) -> None:
    _ = page._
    by = page.called(proposal["decided_by_name"] or "", proposal["decided_by_name_fa"])
    state = words.proposal_state(_, proposal["state"])
    theme.row(theme.pill(state), theme.words(f"{by} · {page.day(proposal['decided_at'])}", "mute"))
    if proposal["reason"]:
        st.text(proposal["reason"])
    number = proposal["session_id"]
    if number is not None and st.button(_("Talk"), key=f"taken-{proposal['proposal_id']}"):
        go(session=str(number))


def _take_up(page: Here, proposal: dict[str, Any], planned: list[dict[str, Any]]) -> None:
    _, number = page._, proposal["proposal_id"]
    for talk in planned:
        label = _("Into the talk on {day}").format(day=page.day(talk["planned_at"]))
        if st.button(label, key=f"into-{number}-{talk['session_id']}"):
            into = partial(take_up, talk_id=talk["session_id"], now=page.now())
            done(page, partial(into, page.engine, page.actor, number))
    with st.popover(_("Plan a talk"), icon=":material/event:"):
        planned_at: dt.datetime = moment_ahead(page, f"take-{number}")
        people = people_choice(page, proposal["agent_id"], f"take-{number}")
        if st.button(_("Plan the talk"), type="primary", key=f"take-{number}"):
            done(
                page,
                lambda: take_up(
                    page.engine,
                    page.actor,
                    number,
                    planned_at=planned_at,
                    participants=people,
                    now=page.now(),
                ),
            )


def _dismiss(page: Here, proposal: dict[str, Any]) -> None:
    _, number = page._, proposal["proposal_id"]
    with st.popover(_("Dismiss")), st.form(f"dismiss-{number}", border=False):
        reason = st.text_input(_("Why there is no talk"), max_chars=500)
        if st.form_submit_button(_("Dismiss"), type="primary"):
            done(
                page,
                lambda: dismiss(page.engine, page.actor, number, reason, now=page.now()),
            )
