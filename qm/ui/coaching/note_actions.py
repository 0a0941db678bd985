"""What a person may do with a coaching note: review, write anew, acknowledge, discuss."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from qm.core.coaching.notes import NOTE_KINDS
from qm.core.problems import BadInput
from qm.core.text import MOST_LETTERS
from qm.ui.coaching.days import day_ahead
from qm.ui.coaching.words import note_kind
from qm.ui.here import Here, show_problems
from qm.workflow.coaching_steps import (
    Rewriting,
    acknowledge_note,
    approve_note,
    mark_discussed,
    return_note,
    rewrite_note,
)


def note_actions(page: Here, note: dict[str, Any]) -> None:
    """Offer the steps that this person may take with a note as it stands."""
    actor, state = page.actor, note["state"]
    is_lead = actor.may("discuss_coaching")
    if is_lead and state == "review" and note["author"] != actor.username:
        _review(page, note)
    if note["author"] == actor.username and state in ("returned", "review"):
        _rewrite(page, note)
    if actor.agent_id == note["agent_id"] and state == "shared":
        _acknowledge(page, note)
    if is_lead and state in ("shared", "acknowledged") and note["is_published"]:
        _discuss(page, note)


def _review(page: Here, note: dict[str, Any]) -> None:
    _ = page._
    if st.button(_("Approve"), key=f"approve-{note['note_id']}", type="primary"):
        done(page, lambda: approve_note(page.engine, page.actor, note["note_id"], now=page.now()))
    with st.popover(_("Return")), st.form(f"return-{note['note_id']}", border=False):
        comment = st.text_area(_("What should be different"), max_chars=MOST_LETTERS)
        if st.form_submit_button(_("Return to the author"), type="primary"):
            done(
                page,
                lambda: return_note(
                    page.engine, page.actor, note["note_id"], comment, now=page.now()
                ),
            )


def _rewrite(page: Here, note: dict[str, Any]) -> None:
    _ = page._
    name = f"{note['note_id']}-{page.language}"
    with st.popover(_("Write anew")):
        kind = st.segmented_control(
            _("Kind of note"),
            NOTE_KINDS,
            default=note["kind"],
            required=True,
            format_func=lambda code: note_kind(_, code),
            key=f"rewrite-kind-{name}",
        )
        text = st.text_area(
            _("Note for the agent"),
            value=note["text"],
            max_chars=MOST_LETTERS,
            key=f"rewrite-text-{name}",
        )
        follow_up = day_ahead(
            page, _("Follow up on"), f"rewrite-follow-{name}", value=note["follow_up_on"]
        )
        st.caption(_("The old note stays as it was; the new one is looked at again."))
        if st.button(_("Hand in"), key=f"rewrite-{name}", type="primary"):
            rewriting = Rewriting(text, kind, follow_up)
            done(
                page,
                lambda: rewrite_note(
                    page.engine, page.actor, note["note_id"], rewriting, now=page.now()
                ),
            )


def _acknowledge(page: Here, note: dict[str, Any]) -> None:
    _ = page._
    with st.form(f"acknowledge-{note['note_id']}", border=False):
        answer = st.text_area(
            _("Your answer, in your own words (optional)"), max_chars=MOST_LETTERS, height=80
        )
        if st.form_submit_button(_("I have read it"), type="primary"):
            done(
                page,
                lambda: acknowledge_note(
                    page.engine, page.actor, note["note_id"], answer, now=page.now()
                ),
            )


def _discuss(page: Here, note: dict[str, Any]) -> None:
    _ = page._
    with st.popover(_("Mark discussed")), st.form(f"discuss-{note['note_id']}", border=False):
        comment = st.text_area(_("What was agreed (optional)"), max_chars=MOST_LETTERS)
        if st.form_submit_button(_("Discussed"), type="primary"):
            done(
                page,
                lambda: mark_discussed(
                    page.engine, page.actor, note["note_id"], comment, now=page.now()
                ),
            )


def done(page: Here, step: Callable[[], object]) -> None:
    """Take a step and show the page anew, or say why it was refused."""
    try:
        step()
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.rerun()
