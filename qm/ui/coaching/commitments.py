"""The commitments that are still to be kept, and where they were made."""

from typing import Any

import streamlit as st

from qm.ui import states, theme, wording
from qm.ui.agent_card.links import card_html
from qm.ui.coaching.places import go
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here
from qm.workflow.coaching_inbox import end_of, list_commitments


def show_commitments(page: Here) -> None:
    """Show the open commitments within what the person may read, the most urgent first."""
    _ = page._
    found: list[Any] = list_commitments(page.engine, page.actor).to_dict("records")
    if not found:
        states.empty(_("No commitment is open."), _("They are made in coaching talks."))
    for commitment in found:
        _commitment(page, commitment)


def _commitment(page: Here, commitment: dict[str, Any]) -> None:
    _ = page._
    with theme.card(f"commitment-{commitment['commitment_id']}"):
        name = page.called(commitment["agent_name"], commitment["agent_name_fa"])
        told = [card_html(name, commitment["agent_id"])]
        if (due_on := commitment["due_on"]) is not None:
            is_late = end_of(due_on, page.centre.zone) < page.now()
            due = _("until {day}").format(day=day_in_words(page, due_on))
            told.append(theme.pill(due, "bad" if is_late else "accent"))
            if is_late:
                told.append(theme.pill(_("overdue"), "bad"))
        theme.row(*told)
        st.text(wording.masked(_, commitment["text"]))
        if st.button(_("Talk"), key=f"commitment-talk-{commitment['commitment_id']}"):
            go(session=str(commitment["session_id"]))
