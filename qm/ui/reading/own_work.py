"""What an agent was asked to evaluate, or began to: their own interactions and colleagues'."""

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from qm.ui import theme, wording
from qm.ui.evaluation.top_line import due_pill
from qm.ui.here import Here
from qm.ui.life.words import kind
from qm.workflow.own_comparing import list_own_assignments


def show_own_work(page: Here) -> None:
    """Show the self- and peer evaluations that are still to be made; nothing where none is."""
    if not page.actor.may("answer_evaluations"):
        return
    table = list_own_assignments(page.engine, page.actor)
    for row in table[table["state"] == "open"].to_dict("records"):
        _open(page, row)


def _open(page: Here, row: Mapping[Hashable, Any]) -> None:
    _, number = page._, int(row["assignment_id"])
    with (
        theme.card(f"own-{number}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        title = f"{wording.channel(_, row['channel'])} · {row['interaction_id']}"
        about = page.called(row["agent_name"], row["agent_name_fa"])
        theme.row(
            theme.pill(kind(_, row["kind"]), "accent"),
            theme.words(title, "strong"),
            theme.words(about) if row["kind"] == "peer" else "",
            theme.words(page.moment(row["started_at"]), "mute"),
            due_pill(page, row["due_at"] - page.now()),
        )
        label = _("Evaluate") if row["saved_at"] is None else _("Continue")
        if st.button(label, type="primary", key=f"own-open-{number}"):
            st.switch_page("screens/evaluate.py", query_params={"assignment": str(number)})
