"""One coaching talk: its topics, what was said and agreed, and what followed."""

import streamlit as st

from qm.core.problems import NotAllowed
from qm.store.tables import CoachingSession, Commitment
from qm.ui import states, theme, wording
from qm.ui.agent_card.links import card_html
from qm.ui.coaching import words
from qm.ui.coaching.effect_view import show_effects
from qm.ui.coaching.places import go, open_evaluation, way_back
from qm.ui.coaching.talk_actions import close_form, talk_actions
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here
from qm.workflow.coaching_talk_reading import Talk, read_talk


def show_talk(page: Here, session_id: int) -> None:
    """Show a talk, or that there is none for the person."""
    way_back(page)
    try:
        talk = read_talk(page.engine, page.actor, session_id)
    except NotAllowed:
        states.not_found(page, page._("This talk does not exist or is not yours to read."))
        return
    left, right = st.columns([55, 45])
    with left:
        _course(page, talk)
        _commitments(page, talk)
    with right:
        _topics(page, talk)
        show_effects(page, talk)


def _course(page: Here, talk: Talk) -> None:
    """Show with whom and when, what was said, the agent's answer, and what can be done."""
    _, row = page._, talk.rows.talk
    with theme.card("talk"):
        agent = talk.rows.agent
        theme.row(
            card_html(page.called(agent.name, agent.name_fa), agent.id),
            theme.words(page.moment(row.held_at or row.planned_at)),
            end=[theme.pill(words.talk_state(_, row.state), words.talk_state_tone(row.state))],
        )
        people = [talk.rows.people.get(name) for name in row.participants]
        names = [page.called(user.name, user.name_fa) for user in people if user is not None]
        theme.row(theme.words(_("With {people}").format(people=page.listed(names)), "mute"))
        _written(page, _("Why it was cancelled") if row.state == "cancelled" else "", row.summary)
        if row.follow_up_on is not None:
            day = day_in_words(page, row.follow_up_on)
            theme.row(theme.pill(_("follow up on {day}").format(day=day), "accent"))
        if row.answered_at is not None:
            _written(page, _answered(page, row), row.answer)
        talk_actions(page, talk)


def _answered(page: Here, row: CoachingSession) -> str:
    day = page.day(row.answered_at) if row.answered_at else ""
    return page._("The agent's answer on {day}").format(day=day)


def _written(page: Here, label: str, text: str) -> None:
    if not text:
        return
    if label:
        theme.row(theme.words(label, "mute"))
    st.text(wording.masked(page._, text))


def _commitments(page: Here, talk: Talk) -> None:
    _ = page._
    if not talk.rows.commitments:
        return
    with theme.card("commitments"):
        theme.row(theme.words(_("Commitments"), "strong"))
        for commitment in talk.rows.commitments:
            _commitment(page, commitment)


def _commitment(page: Here, commitment: Commitment) -> None:
    _, state = page._, commitment.state
    told = [theme.pill(words.commitment_state(_, state), words.commitment_state_tone(state))]
    if commitment.due_on is not None:
        due = _("until {day}").format(day=day_in_words(page, commitment.due_on))
        told.append(theme.words(due, "mute"))
    st.text(wording.masked(_, commitment.text))
    theme.row(*told)
    if commitment.outcome:
        st.text(wording.masked(_, commitment.outcome))
    if state == "open" and page.actor.may("discuss_coaching"):
        close_form(page, commitment.id or 0)


def _topics(page: Here, talk: Talk) -> None:
    _ = page._
    if talk.evaluations.empty and not talk.notes:
        return
    with theme.card("topics"):
        theme.row(theme.words(_("What it is about"), "strong"))
        for row in talk.evaluations.to_dict("records"):
            with st.container(horizontal=True, vertical_alignment="center"):
                score = _("score {score}").format(score=page.number(row["percent"]))
                theme.row(theme.words(page.moment(row["started_at"])), theme.pill(score))
                number = row["evaluation_id"]
                if st.button(_("Read the evaluation"), key=f"topic-{number}"):
                    open_evaluation(number)
        for note in talk.notes:
            kind = words.note_kind(_, note.kind)
            theme.row(theme.pill(kind, words.note_kind_tone(note.kind)))
            st.text(wording.masked(_, note.text))
            if st.button(_("Open the note"), key=f"note-{note.id}", type="tertiary"):
                go(note=str(note.id))
