"""The coaching notes that a person reads, with their filters."""

from typing import Any

import pandas as pd
import streamlit as st

from qm.core.coaching.note_life import NOTE_STATES
from qm.core.problems import NotAllowed
from qm.ui import states
from qm.ui.addressed import addressed_choice
from qm.ui.coaching import words
from qm.ui.coaching.note_card import note_card
from qm.ui.coaching.places import way_back
from qm.ui.here import Here
from qm.workflow.coaching import list_notes, read_note

NOTES_SHOWN = 30
_ALL = "all"


def show_notes(page: Here) -> None:
    """Show the notes that the filters leave, the newest first."""
    _ = page._
    notes = list_notes(page.engine, page.actor)
    if notes.empty:
        states.empty(
            _("There are no coaching notes yet."),
            _("They come from evaluations that were submitted."),
        )
        return
    shown = _filtered(page, notes)
    if shown.empty:
        states.empty(_("No note is left by these limits."), _("Choose another state or month."))
        return
    count = _("{shown} of {all} notes").format(shown=len(shown), all=len(notes))
    st.caption(page.digits(count))
    for note in _records(shown.head(NOTES_SHOWN)):
        note_card(page, note)
    if len(shown) > NOTES_SHOWN:
        st.caption(page.digits(_("The newest {n} are shown.").format(n=NOTES_SHOWN)))


def show_note(page: Here, note_id: int) -> None:
    """Show one note, also one that was replaced, or that there is none for the person."""
    way_back(page)
    try:
        note = read_note(page.engine, page.actor, note_id)
    except NotAllowed:
        states.not_found(page, page._("This note does not exist or is not yours to read."))
        return
    note_card(page, note)


def _filtered(page: Here, notes: pd.DataFrame) -> pd.DataFrame:
    _ = page._
    agents = {
        str(row["agent_id"]): page.called(row["agent_name"], row["agent_name_fa"])
        for row in _records(notes.drop_duplicates("agent_id"))
    }
    months = {month: page.month(month) for month in sorted(notes["period"].unique(), reverse=True)}
    present: dict[str, str] = {
        code: words.note_state(_, code) for code in NOTE_STATES if (notes["state"] == code).any()
    }
    if (asked := st.query_params.get("state")) in NOTE_STATES:
        present.setdefault(asked, words.note_state(_, asked))
    kinds = {code: words.note_kind(_, code) for code in sorted(notes["kind"].unique())}
    by_name = dict(sorted(agents.items(), key=lambda item: item[1]))
    with st.container(horizontal=True):
        wanted = {
            "state": _limit(page, "state", _("State"), _("All states"), present),
            "agent_id": _limit(page, "agent", _("Agent"), _("All agents"), by_name),
            "period": _limit(page, "month", _("Month"), _("All months"), months),
            "kind": _limit(page, "kind", _("Kind of note"), _("All kinds"), kinds),
        }
    for column, code in wanted.items():
        if code != _ALL:
            notes = notes[notes[column] == code]
    return notes


def _limit(
    page: Here,
    name: str,
    label: str,
    nothing: str,
    options: dict[str, str],
) -> str:
    if len(options) < 2 and name not in st.query_params:
        return _ALL  # a choice of one is none
    choices = {_ALL: nothing, **options}
    return addressed_choice(page, label, choices, name=name, width=210)


def _records(notes: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[Any] = notes.to_dict("records")
    return records
