"""What is to be published, decided and looked after; each row leads to its evaluation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import streamlit as st

from qm.core.problems import Problem
from qm.ui import states, theme, wording
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here, show_problems
from qm.ui.life import words
from qm.ui.life.revisions import delta_pill
from qm.ui.life.timeline import moved
from qm.ui.plain import plain
from qm.workflow.evaluation_life import publish_evaluations
from qm.workflow.life_lists import list_disputes, overdue, to_publish

SHOWN = 50
Row = Mapping[Any, Any]


def show_inbox(page: Here) -> None:
    """Show the lists of those steps that are the person's, and the disputes they may read."""
    _ = page._
    lists = {
        "decide": _("Disputes to decide"),
        "decided": _("Disputes decided"),
        "overdue": _("Overdue"),
    }
    if page.actor.may("publish_evaluations"):
        lists = {"publish": _("To be published"), **lists}
    if not page.actor.may("decide_disputes"):
        lists["decide"] = _("Disputes under way")
    shown = addressed_choice(page, _("Show"), lists, name="show")
    {"publish": _publish, "decide": _open, "decided": _decided, "overdue": _overdue}[shown](page)


def _publish(page: Here) -> None:
    _ = page._
    table = to_publish(page.engine, page.actor, now=page.now())
    if told := st.session_state.pop("inbox-told", None):
        _tell(page, *told)
    if table.empty:
        states.empty(_("Nothing waits to be published."), _("What is submitted appears here."))
        return
    mine = table[table["may_publish"]]
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = [
            int(row["evaluation_id"])
            for row in mine.to_dict("records")
            if st.session_state.get(_key(row["evaluation_id"]), False)
        ]
        count = page.number(len(chosen), 0)
        label = _("Publish {count}").format(count=count) if chosen else _("Publish")
        if st.button(label, type="primary", disabled=not chosen, key="inbox-publish"):
            _publish_all(page, chosen)
        listed = [int(each) for each in mine["evaluation_id"][:SHOWN]]
        st.button(
            _("Mark all"), on_click=_mark, args=(listed,), key="inbox-all", disabled=not listed
        )
    for row in table[:SHOWN].to_dict("records"):
        _row_to_publish(page, row)
    _rest(page, len(table))


def _row_to_publish(page: Here, row: Row) -> None:
    _ = page._
    with _row(row["evaluation_id"]):
        st.checkbox(
            plain(_("Choose {interaction}").format(interaction=row["interaction_id"])),
            key=_key(row["evaluation_id"]),
            disabled=not row["may_publish"],
            label_visibility="collapsed",
            width=32,
        )
        with st.container():
            theme.row(*_about(page, row), end=_due(page, row, row["is_overdue"]))
            if row["needs_review"]:
                theme.row(theme.pill(_("for the QA lead to look at"), "warn"))
        _open_button(page, row["evaluation_id"], "publish")


def _publish_all(page: Here, chosen: list[int]) -> None:
    told = publish_evaluations(page.engine, page.actor, chosen, now=page.now())
    st.session_state["inbox-told"] = len(told.evaluation_ids), told.problems
    st.rerun()


def _tell(page: Here, count: int, problems: tuple[Problem, ...]) -> None:
    if count:
        told = page._("Published: {count}. The agents see them now.")
        st.success(told.format(count=page.number(count, 0)))
    show_problems(page, problems)


def _mark(evaluation_ids: list[int]) -> None:
    for evaluation_id in evaluation_ids:
        st.session_state[_key(evaluation_id)] = True


def _open(page: Here) -> None:
    _ = page._
    table = list_disputes(page.engine, page.actor, now=page.now())
    table = table[table["state"] == "open"].sort_values("is_mine", ascending=False, kind="stable")
    if table.empty:
        states.empty(
            _("No dispute is open."), _("What an agent disputes appears here until it is decided.")
        )
    for row in table[:SHOWN].to_dict("records"):
        with _row(row["evaluation_id"]):
            with st.container():
                theme.row(*_about(page, row), end=_due(page, row, row["is_overdue"]))
                who = wording.role(_, row["approver"])
                waits = _("It waits for you") if row["is_mine"] else _("Waits for: {who}")
                tone: theme.Tone = "accent" if row["is_mine"] else "plain"
                questions = _("{count} questions disputed")
                theme.row(
                    theme.pill(waits.format(who=who), tone),
                    theme.words(questions.format(count=page.number(row["questions"], 0)), "mute"),
                )
            _open_button(page, row["evaluation_id"], "decide")
    _rest(page, len(table))


def _decided(page: Here) -> None:
    _ = page._
    table = list_disputes(page.engine, page.actor, now=page.now())
    table = table[table["state"] != "open"]
    if table.empty:
        states.empty(_("No dispute was decided yet."))
    for row in table[:SHOWN].to_dict("records"):
        with _row(row["evaluation_id"]):
            with st.container():
                theme.row(*_about(page, row), end=[_outcome(page, row)])
                theme.row(
                    theme.words(page.moment(row["decided_at"]), "mute"), end=_score(page, row)
                )
            _open_button(page, row["new_evaluation_id"] or row["evaluation_id"], "decided")
    _rest(page, len(table))


def _outcome(page: Here, row: Row) -> str:
    return theme.pill(words.decision(page._, row["state"]), words.DECISION_TONES[row["state"]])


def _score(page: Here, row: Row) -> list[str]:
    before, after = row["percent"], row["new_percent"]
    if row["state"] != "changed":
        return []
    delta = None if before is None or after is None else after - before
    return [theme.words(moved(page, before, after), "strong"), delta_pill(page, delta)]


def _overdue(page: Here) -> None:
    _ = page._
    table = overdue(page.engine, page.actor, now=page.now())
    if table.empty:
        states.empty(_("Nothing is overdue."))
    for row in table[:SHOWN].to_dict("records"):
        with _row(row["evaluation_id"]):
            with st.container():
                state = row["state"]
                theme.row(
                    *_about(page, row),
                    theme.pill(wording.life_state(_, state), words.STATE_TONES[state]),
                    end=_due(page, row, is_overdue=True),
                )
            _open_button(page, row["evaluation_id"], "overdue")
    _rest(page, len(table))


@contextmanager
def _row(evaluation_id: int) -> Iterator[None]:
    with (
        theme.card(f"inbox-{evaluation_id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        yield


def _about(page: Here, row: Row) -> list[str]:
    by = page._("by {name}").format(
        name=page.called(row["evaluator_name"] or row["evaluator"], row["evaluator_name_fa"])
    )
    return [
        theme.words(page.called(row["agent_name"], row["agent_name_fa"]), "strong"),
        theme.words(f"{wording.channel(page._, row['channel'])} · {row['interaction_id']}", "mute"),
        theme.words(page.percent(row["percent"]), "strong"),
        theme.pill(
            wording.outcome(page._, row["outcome"]), "bad" if row["outcome"] == "fail" else "plain"
        ),
        theme.words(by, "mute"),
    ]


def _due(page: Here, row: Row, is_overdue: bool) -> list[str]:
    if row["due_at"] is None:
        return []
    until = page._("until {moment}").format(moment=page.moment(row["due_at"]))
    return [theme.pill(f"⏰ {until}", "bad") if is_overdue else theme.words(until, "mute")]


def _open_button(page: Here, evaluation_id: int, name: str) -> None:
    if st.button(page._("Open"), key=f"inbox-{name}-{evaluation_id}"):
        query = {"evaluation": str(int(evaluation_id))}
        st.switch_page("screens/evaluation_list.py", query_params=query)


def _rest(page: Here, count: int) -> None:
    if count > SHOWN:
        told = page._("The {shown} most urgent of {count}.")
        st.caption(told.format(shown=page.number(SHOWN, 0), count=page.number(count, 0)))


def _key(evaluation_id: int) -> str:
    return f"inbox-choose-{evaluation_id}"
