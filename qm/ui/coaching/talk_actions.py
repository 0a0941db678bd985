"""What a person may do with a coaching talk: hold it, cancel it, answer it, close commitments."""

import datetime as dt

import streamlit as st

from qm.core.text import MOST_LETTERS
from qm.store.tables import CoachingSession
from qm.ui.coaching.days import day_ahead
from qm.ui.coaching.note_actions import done
from qm.ui.coaching.words import commitment_state
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here
from qm.workflow.coaching_talk_reading import Talk
from qm.workflow.coaching_talk_steps import (
    OUTCOMES,
    Promise,
    answer_talk,
    cancel_talk,
    close_commitment,
    hold_talk,
)

MOST_PROMISES = 3
_DAYS_BACK = 14


def talk_actions(page: Here, talk: Talk) -> None:
    """Offer the steps that this person may take with a talk as it stands."""
    row = talk.rows.talk
    if row.state == "planned" and page.actor.may("discuss_coaching"):
        _hold(page, talk)
        _cancel(page, row)
    is_own = page.actor.agent_id is not None and page.actor.agent_id == row.agent_id
    if row.state == "held" and is_own and row.answered_at is None:
        _answer(page, row)


def _hold(page: Here, talk: Talk) -> None:
    _, row = page._, talk.rows.talk
    name = f"{row.id}-{page.language}"
    with st.expander(_("It was held: write down what was said and agreed")):
        held_at = _held_on(page, row, name)
        summary = st.text_area(
            _("Summary (the agent reads it)"), max_chars=MOST_LETTERS, key=f"summary-{name}"
        )
        promises = [_promise(page, talk, f"{place}-{name}") for place in range(MOST_PROMISES)]
        follow_up = day_ahead(page, _("Follow up on"), f"talk-follow-{name}")
        if st.button(_("Held"), type="primary", key=f"held-{name}"):
            done(
                page,
                lambda: hold_talk(
                    page.engine,
                    page.actor,
                    row.id or 0,
                    held_at=held_at,
                    summary=summary,
                    promises=promises,
                    follow_up_on=follow_up,
                    now=page.now(),
                ),
            )


def _held_on(page: Here, row: CoachingSession, name: str) -> dt.datetime:
    """Let a lead choose the day on which it was held: today or one of the last two weeks."""
    now = page.now()
    today = now.astimezone(page.centre.zone).date()
    days = [today - dt.timedelta(days=days) for days in range(_DAYS_BACK)]
    planned = row.planned_at.astimezone(page.centre.zone)
    day = st.selectbox(
        page._("Held on"),
        days,
        index=days.index(planned.date()) if planned.date() in days else 0,
        format_func=lambda day: day_in_words(page, day),
        key=f"held-on-{name}",
    )
    return min(dt.datetime.combine(day, planned.timetz()), now)


def _promise(page: Here, talk: Talk, name: str) -> Promise:
    _ = page._
    texts = {
        (each.form_id, each.question_id): each.text.in_language(page.language)
        for each in talk.questions
    }
    with st.container(horizontal=True):
        text = st.text_input(_("Commitment"), max_chars=500, key=f"promise-{name}")
        question = None
        if texts:
            question = st.selectbox(
                _("About"),
                [None, *texts],
                format_func=lambda key: _("In general") if key is None else texts[key],
                key=f"promise-about-{name}",
            )
        due_on = day_ahead(page, _("Until"), f"promise-due-{name}")
    form_id, question_id = question or (None, None)
    return Promise(text, form_id, question_id, due_on)


def _cancel(page: Here, row: CoachingSession) -> None:
    _ = page._
    with st.popover(_("Cancel the talk")), st.form(f"cancel-{row.id}", border=False):
        reason = st.text_input(_("Why it was cancelled"), max_chars=500)
        if st.form_submit_button(_("Cancel the talk"), type="primary"):
            done(
                page,
                lambda: cancel_talk(page.engine, page.actor, row.id or 0, reason, now=page.now()),
            )


def _answer(page: Here, row: CoachingSession) -> None:
    _ = page._
    with st.form(f"answer-{row.id}", border=False):
        answer = st.text_area(_("Your answer, in your own words"), max_chars=MOST_LETTERS)
        if st.form_submit_button(_("Send the answer"), type="primary"):
            done(
                page,
                lambda: answer_talk(page.engine, page.actor, row.id or 0, answer, now=page.now()),
            )


def close_form(page: Here, commitment_id: int) -> None:
    """Let a lead say what became of a commitment."""
    _ = page._
    with st.popover(_("Close it")), st.form(f"close-{commitment_id}", border=False):
        state = st.radio(
            _("What became of it"),
            OUTCOMES,
            format_func=lambda code: commitment_state(_, code),
            horizontal=True,
            key=f"outcome-{commitment_id}-{page.language}",
        )
        outcome = st.text_input(_("How one knows"), max_chars=500)
        if st.form_submit_button(_("Close it"), type="primary"):
            done(
                page,
                lambda: close_commitment(
                    page.engine, page.actor, commitment_id, state, outcome, now=page.now()
                ),
            )
