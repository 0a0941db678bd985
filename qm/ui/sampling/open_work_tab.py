"""Everybody's open evaluations: who is late, and replacing or handing over one of them."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.problems import BadInput
from qm.store.open_work import Limits
from qm.ui import states, theme, wording
from qm.ui.addressed import addressed_choice
from qm.ui.evaluation.top_line import due_pill
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.ui.sampling.unsuitable import told, unsuitable
from qm.ui.tables import table
from qm.workflow.open_work import OpenWork, list_open_work, move_assignment

SHOWN = 25
_ALL = "all"
Row = Mapping[Hashable, Any]


def show_open_work(page: Here) -> None:
    """Show who has how much open, and the most urgent of it with what may be done about it."""
    _ = page._
    everything = list_open_work(page.engine, page.actor, now=page.now())
    if everything.people.empty:
        states.empty(_("Nothing is open."), _("Assignments stand here until they are submitted."))
        return
    with theme.card("open-people"):
        _people(page, everything.people)
    limits = _limits(page, everything.people)
    found = everything
    if limits != Limits():
        found = list_open_work(page.engine, page.actor, limits, now=page.now())
    if found.listed.empty:
        states.empty(_("Nothing is open within these limits."))
    for row in found.listed.head(SHOWN).to_dict("records"):
        _one(page, row)
    _rest(page, found)


def _people(page: Here, people: pd.DataFrame) -> None:
    _ = page._
    counts = {
        "open": _("Open"),
        "late": _("Overdue"),
        "draft": _("Drafts"),
        "returned": _("Returned"),
    }
    rows = [
        [
            _name(page, row),
            *(page.number(int(row[name]), 0) for name in counts),
            page.day(row["first_due_at"]),
        ]
        for row in people.to_dict("records")
    ]
    columns = [_("Analyst"), *counts.values(), _("First due")]
    table(pd.DataFrame(rows, columns=columns), numeric=list(counts.values()))


def _name(page: Here, row: Row) -> str:
    name = page.called(row["name"], row["name_fa"])
    if row["is_active"]:
        return name
    return page._("{name} (switched off)").format(name=name)


def _limits(page: Here, people: pd.DataFrame) -> Limits:
    _ = page._
    names = {str(row["evaluator"]): _name(page, row) for row in people.to_dict("records")}
    which = {_ALL: _("All that is open"), "late": _("Overdue only")}
    with st.container(horizontal=True):
        who = addressed_choice(
            page, _("Analyst"), {_ALL: _("Everybody"), **names}, name="analyst", width=260
        )
        late = addressed_choice(page, _("Which"), which, name="which", width=200)
    return Limits(None if who == _ALL else who, only_late=late == "late")


def _one(page: Here, row: Row) -> None:
    assignment_id = int(row["assignment_id"])
    with (
        theme.card(f"open-{assignment_id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container():
            _about(page, row)
        replaced = None
        if row["state"] != "returned":  # its evaluator mends that: it can be evaluated
            _hand_over(page, row)
            replaced = unsuitable(page, assignment_id)
    if replaced is not None:
        st.session_state["notice"] = told(page, replaced)
        st.rerun()


def _about(page: Here, row: Row) -> None:
    _ = page._
    evaluator = page.called(row["evaluator_name"], row["evaluator_name_fa"])
    title = f"{wording.channel(_, row['channel'])} · {row['interaction_id']}"
    theme.row(
        theme.words(title, "strong"),
        theme.words(page.called(row["agent_name"], row["agent_name_fa"])),
        theme.words(page.moment(row["started_at"]), "mute"),
        due_pill(page, row["due_at"] - page.now()),
        _state(page, row),
    )
    given = _("with {name}, assigned on {day}")
    said = given.format(name=evaluator, day=page.day(row["assigned_at"]))
    theme.row(theme.words(said, "mute"))


def _state(page: Here, row: Row) -> str:
    _ = page._
    if row["state"] == "returned":
        return theme.pill(_("returned"), "warn")
    if row["state"] == "draft":
        saved = page.moment(row["saved_at"])
        return theme.pill(_("draft of {time}").format(time=saved), "accent")
    return theme.pill(_("not begun"), "plain")


def _hand_over(page: Here, row: Row) -> None:
    """Offer to let the rules give it to somebody else."""
    _, number = page._, int(row["assignment_id"])
    with st.popover(_("To somebody else…"), type="tertiary", key=f"over-{number}"):
        st.text(
            _(
                "Who gets it, the rules of every assignment decide: nobody picks an evaluator "
                "for an interaction. A draft is kept in the log only."
            )
        )
        reason = st.text_input(_("Why"), max_chars=500, key=f"over-why-{number}")
        if st.button(_("Give it to somebody else"), type="primary", key=f"over-now-{number}"):
            _move(page, row, reason)


def _move(page: Here, row: Row, reason: str) -> None:
    _, number = page._, int(row["assignment_id"])
    try:
        who = move_assignment(
            page.engine, page.actor, number, reason, centre=page.centre, now=page.now()
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    if who is None:
        st.warning(_("Nobody else may have it now: see the limits under “Analysts”."))
        return
    st.session_state["notice"] = _("{interaction} was given to {name}.").format(
        interaction=plain(row["interaction_id"]), name=plain(who.in_language(page.language))
    )
    st.rerun()


def _rest(page: Here, found: OpenWork) -> None:
    if found.count > SHOWN:
        text = page._("The {shown} most urgent of {count}.")
        st.caption(text.format(shown=page.number(SHOWN, 0), count=page.number(found.count, 0)))
