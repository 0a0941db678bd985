"""Coaching talks, one line each, and the way to plan one."""

from typing import Any

import streamlit as st

from qm.ui import states, theme
from qm.ui.agent_card.links import card_html
from qm.ui.coaching import words
from qm.ui.coaching.places import go
from qm.ui.coaching.talk_planning import plan_a_talk
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here
from qm.workflow.coaching_talk_reading import list_talks

TALKS_SHOWN = 40


def show_talks(page: Here) -> None:
    """Show the talks that the person may read, the newest first."""
    _ = page._
    if page.actor.may("discuss_coaching"):
        with st.expander(_("Plan a talk"), icon=":material/event:"):
            plan_a_talk(page)
    talks: list[Any] = list_talks(page.engine, page.actor).to_dict("records")
    if not talks:
        states.empty(
            _("There are no coaching talks yet."),
            _("A lead plans them, about evaluations, questions and notes."),
        )
    for talk in talks[:TALKS_SHOWN]:
        _talk(page, talk)


def _talk(page: Here, talk: dict[str, Any]) -> None:
    _ = page._
    with (
        theme.card(f"talk-{talk['session_id']}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        when = talk["held_at"] or talk["planned_at"]
        is_late = talk["state"] == "planned" and talk["planned_at"] < page.now()
        told = [
            card_html(page.called(talk["agent_name"], talk["agent_name_fa"]), talk["agent_id"]),
            theme.words(page.moment(when)),
            theme.pill(words.talk_state(_, talk["state"]), words.talk_state_tone(talk["state"])),
        ]
        if is_late:
            told.append(theme.pill(_("overdue"), "bad"))
        theme.row(*told, *_promised(page, talk))
        if st.button(_("Show"), key=f"open-talk-{talk['session_id']}"):
            go(session=str(talk["session_id"]))


def _promised(page: Here, talk: dict[str, Any]) -> list[str]:
    _ = page._
    told = []
    if talk["commitments"]:
        count = _("{open} of {all} commitments open").format(
            open=int(talk["open_commitments"] or 0), all=talk["commitments"]
        )
        told.append(theme.words(page.digits(count), "mute"))
    if talk["follow_up_on"] is not None:
        follow_up = _("follow up on {day}").format(day=day_in_words(page, talk["follow_up_on"]))
        told.append(theme.words(follow_up, "mute"))
    if talk["answered_at"] is not None:
        told.append(theme.pill(_("the agent answered")))
    return told
