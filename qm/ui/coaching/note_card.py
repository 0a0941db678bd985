"""One coaching note: what it says, where it points, how far it has come, and what is next."""

from typing import Any

import streamlit as st

from qm.ui import theme, wording
from qm.ui.agent_card.links import card_html
from qm.ui.coaching import words
from qm.ui.coaching.note_actions import note_actions
from qm.ui.coaching.places import go, open_evaluation
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here


def note_card(page: Here, note: dict[str, Any]) -> None:
    """Show a note as `qm.workflow.coaching.list_notes` returns it, with the steps to take."""
    _ = page._
    with theme.card(f"note-{note['note_id']}"):
        _head(page, note)
        st.text(wording.masked(_, note["text"]))
        if note["quote"]:
            theme.quote(wording.masked(_, note["quote"]))
        _said(page, note)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _links(page, note)
            note_actions(page, note)


def _head(page: Here, note: dict[str, Any]) -> None:
    _ = page._
    about = note["about"].in_language(page.language) if note["about"] else ""
    pills = [theme.pill(words.note_kind(_, note["kind"]), words.note_kind_tone(note["kind"]))]
    if page.actor.role != "agent":
        name = page.called(note["agent_name"], note["agent_name_fa"])
        pills.append(card_html(name, note["agent_id"]))
    if about:
        pills.append(theme.words(about))
    if note["percent"] is not None:
        score = _("score {score}").format(score=page.number(note["percent"]))
        pills.append(theme.pill(score))
    state = words.note_state(_, note["state"])
    theme.row(*pills, end=[theme.pill(state, words.note_state_tone(note["state"]))])
    theme.row(*_times(page, note))


def _times(page: Here, note: dict[str, Any]) -> list[str]:
    """Say who wrote it when, what is due when, and when to follow up."""
    _ = page._
    author = page.called(note["author_name"] or note["author"], note["author_name_fa"])
    told = [theme.words(f"{author} · {page.day(note['created_at'])}", "mute")]
    if note["due_at"] is not None:
        is_late = note["due_at"] < page.now()
        due = _("overdue since {day}") if is_late else _("due on {day}")
        said = due.format(day=page.day(note["due_at"]))
        told.append(theme.pill(said, "bad") if is_late else theme.words(said, "mute"))
    if note["follow_up_on"] is not None:
        follow_up = _("follow up on {day}").format(day=day_in_words(page, note["follow_up_on"]))
        told.append(theme.words(follow_up, "mute"))
    if note["state"] == "shared" and not note["is_published"]:
        told.append(theme.words(_("the agent sees it once the evaluation is published"), "mute"))
    return told


def _said(page: Here, note: dict[str, Any]) -> None:
    """Show what the reviewer, the agent and the lead said to it."""
    _ = page._
    if note["review_comment"] and page.actor.role != "agent":
        label = _("Returned with") if note["state"] in ("returned", "replaced") else _("Review")
        _remark(page, label, note["review_comment"])
    if note["acknowledged_at"] is not None:
        read_on = _("Acknowledged on {day}").format(day=page.day(note["acknowledged_at"]))
        _remark(page, read_on, note["answer"])
    if note["discussed_at"] is not None:
        talked_on = _("Discussed on {day}").format(day=page.day(note["discussed_at"]))
        _remark(page, talked_on, note["lead_comment"])


def _remark(page: Here, label: str, text: str) -> None:
    theme.row(theme.words(label, "mute"))
    if text:
        st.text(wording.masked(page._, text))


def _links(page: Here, note: dict[str, Any]) -> None:
    _ = page._
    name = note["note_id"]
    if note["start_s"] is not None:
        heard = _("Hear it at {time}").format(time=page.clock(note["start_s"]))
        if st.button(heard, key=f"hear-{name}", icon=":material/play_arrow:"):
            open_evaluation(note["evaluation_id"], note["start_s"])
    if st.button(_("Read the evaluation"), key=f"read-{name}"):
        open_evaluation(note["evaluation_id"])
    is_shown = page.actor.role != "analyst"
    if note["session_id"] is not None and is_shown and st.button(_("Talk"), key=f"talk-{name}"):
        go(session=str(note["session_id"]))
