"""What was agreed with the agent and what became of it, and the notes to talk about."""

from typing import Any

import streamlit as st

from qm.store.tables import Commitment
from qm.ui import theme, wording
from qm.ui.coaching import words
from qm.ui.coaching.effect_view import share, verdict_pill
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here
from qm.ui.menu import BY_ADDRESS
from qm.workflow.agent_card import AgentCard
from qm.workflow.agent_card_coaching import CardCoaching

_COACHING = BY_ADDRESS["coaching-notes"]


def show_commitments(page: Here, card: AgentCard) -> None:
    """Show what was agreed on with misses before and after, then the talks."""
    _, coaching = page._, card.coaching
    still = page.digits(_("{n} open").format(n=coaching.commitments_open))
    theme.row(
        theme.words(_("Commitments"), "strong"),
        end=[theme.words(still, "mute")] if coaching.commitments_open else [],
    )
    for commitment in coaching.commitments:
        _commitment(page, coaching, commitment)
    if not coaching.commitments:
        st.caption(_("Nothing was agreed on yet."))
    _talks(page, coaching)


def show_notes(page: Here, card: AgentCard) -> None:
    """Show the notes to talk about, and how many there are."""
    coaching = card.coaching
    theme.row(
        theme.words(page._("Coaching notes"), "strong"),
        end=[theme.words(_how_many(page, coaching), "mute")],
    )
    for note in coaching.notes:
        _note(page, note)


def _commitment(page: Here, coaching: CardCoaching, commitment: Commitment) -> None:
    _, state = page._, commitment.state
    told = [theme.pill(words.commitment_state(_, state), words.commitment_state_tone(state))]
    told.append(theme.words(_when(page, coaching, commitment), "mute"))
    question = coaching.effect_on(commitment)
    if question is not None and question.effect is not None:
        effect = question.effect
        misses = _("misses {before} → {after}").format(
            before=share(page, effect.before), after=share(page, effect.after)
        )
        told += [theme.words(misses, "mute"), verdict_pill(page, effect)]
    with st.container(key=f"agreed-{commitment.id}", gap=None):
        theme.rows([theme.words(wording.masked(_, commitment.text))], told)


def _when(page: Here, coaching: CardCoaching, commitment: Commitment) -> str:
    """Say since when it is in force, and until when while it is open."""
    _, talk = page._, coaching.talk_of(commitment).rows.talk
    said = [_("since {month}").format(month=page.day(talk.held_at or talk.planned_at))]
    if commitment.state == "open" and commitment.due_on is not None:
        said.append(_("until {day}").format(day=day_in_words(page, commitment.due_on)))
    return " · ".join(said)


def _talks(page: Here, coaching: CardCoaching) -> None:
    """Show when was talked and will be, each a way to the talk."""
    _ = page._
    with st.container(key="sheet-talks", horizontal=True):
        for talk in coaching.talks:
            row = talk.rows.talk
            state = words.talk_state(_, row.state)
            st.page_link(
                _COACHING.file,
                label=f"{state} · {page.day(row.held_at or row.planned_at)}",
                icon=":material/forum:",
                query_params={"session": str(row.id)},
            )


def _how_many(page: Here, coaching: CardCoaching) -> str:
    text = page._("{open} open, {done} discussed")
    return page.digits(text.format(open=coaching.notes_open, done=coaching.notes_done))


def _note(page: Here, note: dict[str, Any]) -> None:
    _, state = page._, note["state"]
    about = note["about"].in_language(page.language) if note["about"] else ""
    theme.row(
        theme.pill(words.note_kind(_, note["kind"]), words.note_kind_tone(note["kind"])),
        theme.words(about, "mute") if about else "",
        end=[theme.pill(words.note_state(_, state), words.note_state_tone(state))],
    )
    theme.quote(wording.masked(_, note["text"]))
