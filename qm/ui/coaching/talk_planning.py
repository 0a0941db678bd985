"""Planning a coaching talk: with whom, when and about what."""

import datetime as dt
from typing import Any

import streamlit as st

from qm.core.problems import BadInput
from qm.ui.coaching.days import day_ahead
from qm.ui.coaching.places import go
from qm.ui.coaching.talk_questions import questions_choice
from qm.ui.here import Here, show_problems
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_talk_reading import people_for, topics_for
from qm.workflow.coaching_talks import Topic, plan_talk
from qm.workflow.directory import directory

MOST_NOTES = 40
_TIMES = [dt.time(hour, minute) for hour in range(6, 22) for minute in (0, 30)]


def plan_a_talk(page: Here) -> None:
    """Let a lead plan a talk with an agent of the team."""
    _ = page._
    agents = {
        agent.id: page.called(agent.name, agent.name_fa)
        for agent in directory(page.engine, page.actor).agents
    }
    agent_id = st.selectbox(
        _("Agent"),
        sorted(agents, key=lambda name: agents[name]),
        index=None,
        format_func=agents.__getitem__,
        placeholder=_("Choose…"),
        key=f"plan-agent-{page.language}",
    )
    if agent_id is None:
        return
    with st.container(horizontal=True):
        planned_at = moment_ahead(page, "plan")
        participants = people_choice(page, agent_id, "plan")
    topics = [*_evaluations(page, agent_id), *questions_choice(page, agent_id)]
    note_ids = _notes(page, agent_id)
    if not st.button(_("Plan the talk"), type="primary", key="plan-talk"):
        return
    try:
        talk = plan_talk(
            page.engine,
            page.actor,
            agent_id,
            planned_at=planned_at,
            participants=participants,
            topics=topics,
            note_ids=note_ids,
            now=page.now(),
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    go(session=str(talk.id))


def moment_ahead(page: Here, name: str) -> dt.datetime:
    """Let somebody choose a day and a time in the centre's zone."""
    day = day_ahead(page, page._("Day"), f"{name}-day", is_required=True)
    # A list and no time input: that one turns hours and minutes round from right to left.
    time = st.selectbox(
        page._("Time"),
        _TIMES,
        index=_TIMES.index(dt.time(10)),
        format_func=lambda time: page.digits(f"{time:%H:%M}"),
        key=f"{name}-time-{page.language}",
        width=140,
    )
    return dt.datetime.combine(day or dt.date.min, time, page.centre.zone)


def people_choice(page: Here, agent_id: str, name: str) -> list[str]:
    """Let a lead choose who takes part beside themselves."""
    known = people_for(page.engine, page.actor, agent_id)
    people = {
        user.username: page.called(user.name, user.name_fa)
        for user in known
        if user.username != page.actor.username
    }
    own = [user.username for user in known if user.agent_id == agent_id]
    return st.multiselect(
        page._("Who else takes part"),
        list(people),
        default=own,
        format_func=people.__getitem__,
        placeholder=page._("Choose…"),
        key=f"{name}-people-{agent_id}-{page.language}",
    )


def _evaluations(page: Here, agent_id: str) -> list[Topic]:
    rows: list[Any] = topics_for(page.engine, page.actor, agent_id).to_dict("records")
    names = {
        row["evaluation_id"]: page._("{day} · score {score}").format(
            day=page.moment(row["started_at"]), score=page.number(row["percent"])
        )
        for row in rows
    }
    chosen = st.multiselect(
        page._("Evaluations to talk about"),
        list(names),
        format_func=names.__getitem__,
        placeholder=page._("Choose…"),
        key=f"plan-evaluations-{agent_id}-{page.language}",
    )
    return [Topic(evaluation_id=evaluation_id) for evaluation_id in chosen]


def _notes(page: Here, agent_id: str) -> list[int]:
    notes = list_notes(page.engine, page.actor, states=("shared", "acknowledged"))
    open_notes = notes[(notes["agent_id"] == agent_id) & notes["session_id"].isna()]
    rows: list[Any] = open_notes.head(MOST_NOTES).to_dict("records")
    names = {row["note_id"]: _first_words(page, row) for row in rows}
    chosen: list[int] = st.multiselect(
        page._("Notes to talk about"),
        list(names),
        format_func=names.__getitem__,
        placeholder=page._("Choose…"),
        key=f"plan-notes-{agent_id}-{page.language}",
    )
    return chosen


def _first_words(page: Here, note: dict[str, Any]) -> str:
    text = " ".join(note["text"].split())
    shown = text if len(text) <= 60 else text[:59].rstrip() + "…"
    return f"{page.day(note['created_at'])} · {shown}"
