"""The queue as cards: what is to be evaluated, what came back, what is submitted."""

from collections.abc import Hashable, Mapping
from datetime import timedelta
from typing import Any

import streamlit as st

from qm.core.text import without_turns
from qm.ui import theme, wording
from qm.ui.evaluation.flow import BLIND
from qm.ui.evaluation.top_line import due_pill
from qm.ui.here import Here
from qm.ui.sampling.unsuitable import told, unsuitable
from qm.workflow.my_work import MyWork, Progress

Row = Mapping[Hashable, Any]


def progress_line(page: Here, work: MyWork) -> None:
    """Show how much of the newest month's work is done, and what is overdue."""
    _ = page._
    pills = [theme.pill(page.digits(_("{open} open").format(open=len(work.open))), "accent")]
    if late := work.overdue(page.now()):
        pills.append(theme.pill(page.digits(_("{count} overdue").format(count=late)), "bad"))
    if work.progress is None:
        theme.row(*pills)
        return
    said, bar = month_progress(page, work.progress)
    theme.rows([*pills, theme.words(said, "mute")], [bar])


def month_progress(page: Here, progress: Progress) -> tuple[str, str]:
    """Return how much of a month's work is done: in words, and as HTML of a bar."""
    text = page._("{month}: {done} of {given} submitted")
    month = page.month(progress.period)
    said = page.digits(text.format(month=month, done=progress.done, given=progress.given))
    return said, theme.bar([100 * progress.done / progress.given], label=said)


def open_card(page: Here, row: Row, work: MyWork, *, is_first: bool) -> None:
    """Show an open assignment with the way to it."""
    _ = page._
    assignment_id = int(row["assignment_id"])
    lines = [[*_facts(page, row), *_standing(page, row)], *_returned(page, work, assignment_id)]
    with theme.card(f"assignment-{assignment_id}", is_row=True):
        theme.rows(*lines)
        replaced = unsuitable(page, assignment_id)
        if st.button(
            _("Evaluate") if row["state"] == "pending" else _("Continue"),
            key=f"open-{assignment_id}",
            type="primary" if is_first else "secondary",
        ):
            open_evaluation(assignment_id)
    if replaced is not None:
        st.session_state["notice"] = told(page, replaced)
        st.rerun()


def submitted_card(page: Here, row: Row) -> None:
    """Show a submitted evaluation with where it is in its life."""
    _ = page._
    evaluation_id = int(row["evaluation_id"])
    pills = [theme.pill(page.number(row["percent"]), "accent")]
    if row["outcome"] is not None:
        tone: theme.Tone = "good" if row["outcome"] == "pass" else "bad"
        pills.append(theme.pill(wording.outcome(_, row["outcome"]), tone))
    if row["active_s"] is not None:
        taken = _("took {time}").format(time=page.clock(row["active_s"]))
        pills.append(theme.words(taken, "mute"))
    with theme.card(f"submitted-{evaluation_id}", is_row=True):
        at = theme.words(page.moment(row["submitted_at"]), "mute")
        theme.row(theme.words(_title(page, row), "strong"), at, *pills)
        if st.button(_("Read"), key=f"read-{evaluation_id}"):
            st.switch_page(
                "screens/evaluation_list.py", query_params={"evaluation": str(evaluation_id)}
            )


def open_evaluation(assignment_id: int) -> None:
    """Go to the evaluation of an assignment; the choice to work blind goes along."""
    query = {"assignment": str(assignment_id)}
    if BLIND in st.query_params:
        query[BLIND] = "1"
    st.switch_page("screens/evaluate.py", query_params=query)


def _facts(page: Here, row: Row) -> list[str]:
    return [
        theme.words(_title(page, row), "strong"),
        theme.words(page.moment(row["started_at"]), "mute"),
        theme.words(page.clock(row["talk_s"]), "mute"),
    ]


def _standing(page: Here, row: Row) -> list[str]:
    _ = page._
    left: timedelta = row["due_at"] - page.now()
    pills = [due_pill(page, left)]
    if row["state"] == "returned":
        pills.append(theme.pill(_("returned"), "warn"))
    elif row["saved_at"] is not None and row["state"] == "draft":
        saved = page.moment(row["saved_at"])
        pills.append(theme.pill(_("draft of {time}").format(time=saved), "accent"))
    if row["kind"] != "official":
        pills.append(theme.pill(_("own evaluation"), "plain"))
    if row["recording_state"] != "done":
        pills.append(theme.pill(wording.recording_state(_, row["recording_state"]), "plain"))
    return pills


def _returned(page: Here, work: MyWork, assignment_id: int) -> list[list[str]]:
    if assignment_id not in work.returned:
        return []
    name, name_fa, why = work.returned[assignment_id]
    said = page._("{who}: “{why}”").format(who=page.called(name, name_fa), why=without_turns(why))
    return [[theme.words(said, "mute")]]


def _title(page: Here, row: Row) -> str:
    title = page._("{channel} {id} · {agent} · {queue}").format(
        channel=wording.channel(page._, row["channel"]),
        id=row["interaction_id"],
        agent=page.called(row["agent_name"], row["agent_name_fa"]),
        queue=row["queue"] or "–",
    )
    return without_turns(title)
