"""The life of one evaluation: where it stands, what this person may do, and what happened."""

import streamlit as st

from qm.core.problems import NotAllowed
from qm.ui import theme, wording
from qm.ui.here import Here
from qm.ui.life import words
from qm.ui.life.actions import show_actions
from qm.ui.life.objections import show_objections
from qm.ui.life.revisions import show_revisions
from qm.ui.life.timeline import show_timeline
from qm.workflow.life_reading import Life, read_life


def show_life(page: Here, evaluation_id: int) -> None:
    """Show the life of an evaluation; nothing for those who may not read it."""
    try:
        life = read_life(page.engine, page.actor, evaluation_id, now=page.now())
    except NotAllowed:
        return
    with theme.card("life"):
        _standing(page, life)
        if evaluation_id != life.evaluation.id:
            _newer(page, life)
        else:
            show_actions(page, life)
        show_revisions(page, life)
        show_objections(page, life)
        with st.expander(page._("What happened so far"), expanded=len(life.steps) > 1):
            show_timeline(page, life)


def _standing(page: Here, life: Life) -> None:
    _ = page._
    pills = [theme.pill(wording.life_state(_, life.state), words.STATE_TONES[life.state])]
    if life.evaluation.kind != "official":
        pills.append(theme.pill(words.kind(_, life.evaluation.kind), "accent"))
    if life.needs_review and life.state == "submitted" and page.actor.role != "agent":
        pills.append(theme.pill(_("for the QA lead to look at"), "warn"))
    theme.row(*pills, end=[_due(page, life)])
    if life.disputable_until is not None:
        until = page.moment(life.disputable_until)
        theme.row(theme.words(_("Can be disputed until {moment}.").format(moment=until), "mute"))


def _due(page: Here, life: Life) -> str:
    what = words.waits_for(page._, life.state)
    if not what or life.due_at is None:
        return ""
    when = page.moment(life.due_at)
    if life.is_overdue:
        late = page._("overdue: {what} by {moment}").format(what=what, moment=when)
        return theme.pill(f"⏰ {late}", "bad")
    said = page._("{what} by {moment}").format(what=what, moment=when)
    return theme.words(said, "mute")


def _newer(page: Here, life: Life) -> None:
    _ = page._
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(_("This is an earlier revision; another one is in force."))
        if st.button(_("Open the revision in force"), key="life-newest"):
            st.query_params["evaluation"] = str(life.evaluation.id)
            st.rerun()
