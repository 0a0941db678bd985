"""Correcting the transcript from the page: a line in the player, and the history of them all."""

import streamlit as st

from qm.core.corrections import Change, LineCorrection
from qm.core.problems import BadInput, NotAllowed
from qm.core.transcript import Segment
from qm.store.tables import Interaction
from qm.ui import theme, wording
from qm.ui.here import Here, show_problems
from qm.ui.identity import is_signed_in
from qm.ui.player import PlayerEvent
from qm.workflow.transcript_corrections import (
    Revision,
    correct_transcript,
    corrected_lines,
    take_back_corrections,
    transcript_history,
)
from qm.workflow.transcripts import Words


def version_to_correct(page: Here, interaction: Interaction, words: Words) -> int | None:
    """Return the version of the transcript that the person may correct here, or None."""
    if interaction.channel != "call" or words.transcript is None or words.is_unmasked:
        return None
    if words.transcript.origin == "imported" or not page.actor.may("correct_transcripts"):
        return None
    return words.transcript.id


def lines_corrected(page: Here, interaction: Interaction, words: Words) -> tuple[int, ...]:
    """Return the lines that differ from the machine's."""
    if words.transcript is None or words.transcript.origin != "corrected":
        return ()
    try:
        return corrected_lines(page.engine, page.actor, interaction.id)
    except NotAllowed:  # withdrawn in between: the page tells it elsewhere
        return ()


def correct_line(
    page: Here, interaction: Interaction, event: PlayerEvent, refused: dict[str, str]
) -> None:
    """Save a correction; why it was not taken goes into `refused`, to be told where it is written.

    It is a callback, which holds the page as it was: whoever was signed out saves nothing.
    """
    if not is_signed_in(page.actor):
        return
    correction = LineCorrection(
        event.segment_index, wording.with_plain_masks(page._, event.text), event.speaker
    )
    try:
        correct_transcript(
            page.engine,
            page.actor,
            interaction.id,
            [correction],
            transcript_id=event.version,
            now=page.now(),
        )
    except BadInput as refusal:
        told = " ".join(page.problem(problem) for problem in refusal.problems)
        refused[interaction.id] = wording.masked(page._, told)
    except NotAllowed:
        refused[interaction.id] = page._("You may not correct this transcript.")


def refusals() -> dict[str, str]:
    """Return why last corrections in this tab were not taken, by interaction; to be emptied."""
    refused: dict[str, str] = st.session_state.setdefault("corrections-refused", {})
    return refused


def history(page: Here, interaction: Interaction, version: int) -> None:
    """Offer who corrected what and when, and the way back to the machine's words."""
    _ = page._
    key = f"history-{interaction.id}-{version}"
    popover = st.popover(_("Corrections"), type="tertiary", key=key, on_change="rerun")
    if not popover.open:
        return
    with popover:
        for revision in transcript_history(page.engine, page.actor, interaction.id):
            _revision(page, revision)
        if st.button(_("Back to the machine's version"), key=f"back-{key}"):
            _take_back(page, interaction, version)


def _take_back(page: Here, interaction: Interaction, version: int) -> None:
    try:
        take_back_corrections(
            page.engine, page.actor, interaction.id, transcript_id=version, now=page.now()
        )
    except BadInput as refused:
        show_problems(page, refused)
    else:
        st.rerun()


def _revision(page: Here, revision: Revision) -> None:
    _ = page._
    moment = page.moment(revision.at)
    theme.row(theme.words(revision.by, "strong"), end=[theme.words(moment, "mute")])
    if revision.is_back:
        st.caption(_("Back to the machine's version"))
        return
    for change in revision.changes:
        st.caption(f"{page.clock(change.before.start_s)} · {_speakers(page, change)}")
        st.text(f"− {_said(page, change.before)}\n+ {_said(page, change.after)}")


def _speakers(page: Here, change: Change) -> str:
    before, after = (
        wording.speaker(page._, segment.speaker) for segment in (change.before, change.after)
    )
    return before if before == after else f"{before} → {after}"


def _said(page: Here, segment: Segment) -> str:
    said = wording.masked(page._, segment.text)
    return said if segment.is_said else page._("nothing is said here")
