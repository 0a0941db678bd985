"""The list of evaluations, with its filters; a click on a row opens it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import pandas as pd
import streamlit as st

from qm.core.life.states import STATES, State
from qm.core.quality.behind import Behind
from qm.store.evaluation_list import Wanted
from qm.ui import states, wording
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.ui.life import words
from qm.ui.pager import page_chosen, pager
from qm.ui.reading.limits import show_limits
from qm.workflow.evaluation_list import count_evaluations, evaluation_choices, list_evaluations
from qm.workflow.evaluations import periods_drawn
from qm.workflow.evaluations_behind import EvaluationsBehind, evaluations_behind

ROWS_PER_PAGE = 100
_MOMENT_PX = 150
_ALL = "all"

Code = TypeVar("Code", bound=str)


def show_behind(page: Here, behind: Behind) -> None:
    """Show the evaluations that a number rests on, those of them that the person may read."""
    _ = page._
    key = f"evaluations-{hash(behind)}"
    first = ROWS_PER_PAGE * (page_chosen(key) - 1)
    with states.loading(page):
        found = evaluations_behind(
            page.engine,
            page.actor,
            behind,
            centre=page.centre,
            now=page.now(),
            limit=ROWS_PER_PAGE,
            offset=first,
        )
    show_limits(page, behind, found)
    if not found.n:
        states.empty(
            _("There are no evaluations within these limits."), _("Drop one of the limits.")
        )
        return
    st.text(_how_many(page, found))
    if found.readable:
        _show_rows(page, found.table, Wanted(behind.periods, behind.agent_id), behind.address())
        pager(page, -(-found.readable // ROWS_PER_PAGE), key)


def _how_many(page: Here, found: EvaluationsBehind) -> str:
    _ = page._
    if found.readable == found.n:
        return page.digits(_("Evaluations behind the number: {n}").format(n=found.n))
    text = _("Evaluations behind the number: {n}; you may read {readable} of them")
    return page.digits(text.format(n=found.n, readable=found.readable))


def show_list(page: Here) -> None:
    """Show the evaluations of a month that the filters leave, a page at a time."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = _wanted(page)
    key = f"evaluations-{hash(wanted)}"  # other limits begin at the first page
    count = count_evaluations(page.engine, page.actor, wanted, now=page.now())
    if not count:
        states.empty(
            _("There are no evaluations here yet."),
            _("Choose another month or fewer limits; what is submitted appears here."),
        )
        return
    pages = -(-count // ROWS_PER_PAGE)
    offset = ROWS_PER_PAGE * (min(page_chosen(key), pages) - 1)
    table = list_evaluations(
        page.engine, page.actor, wanted, now=page.now(), limit=ROWS_PER_PAGE, offset=offset
    )
    _show_rows(page, table, wanted)
    pager(page, pages, key)


def _wanted(page: Here) -> Wanted:
    """Let the person choose a month, and an agent, a channel and a state in it."""
    _ = page._
    month = _month(page, periods_drawn(page.engine))
    of_month = Wanted(None if month == _ALL else (month,))
    there = evaluation_choices(page.engine, page.actor, of_month, now=page.now())
    agents = {agent.id: page.called(agent.name, agent.name_fa) for agent in there.agents}
    channels = {code: wording.channel(_, code) for code in there.channels}
    lives: dict[State, str] = {code: wording.life_state(_, code) for code in STATES}
    return replace(
        of_month,
        agent_id=_limit(page, "agent", _("Agent"), _("All agents"), agents),
        channel=_limit(page, "channel", _("Channel"), _("All channels"), channels),
        state=_limit(page, "state", _("State"), _("All states"), lives),
    )


def _month(page: Here, months: list[str]) -> str:
    names = {_ALL: page._("All months")} | {month: page.month(month) for month in months}
    # A link that asks for a state means every month.
    first = _ALL if "state" in st.query_params or not months else months[0]
    return addressed_choice(page, page._("Month"), names, name="period", first=first, width=180)


def _limit(
    page: Here, name: str, label: str, nothing: str, names: Mapping[Code, str]
) -> Code | None:
    if len(names) < 2 and name not in st.query_params:
        return None  # a choice of one is none
    by_name = {str(code): label for code, label in sorted(names.items(), key=lambda each: each[1])}
    chosen = addressed_choice(page, label, {_ALL: nothing, **by_name}, name=name, width=200)
    return next((code for code in names if code == chosen), None)


def _show_rows(
    page: Here, table: pd.DataFrame, wanted: Wanted, address: Mapping[str, str] | None = None
) -> None:
    """Show the rows; one that is clicked opens, and the way back leads to `address`."""
    shown = pd.DataFrame(_columns(page, table, wanted))
    if page.language == "fa":  # the grid itself always runs left to right
        shown = shown[shown.columns[::-1]]
    event = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="evaluation-list",
        # On a narrow page the grid would cut the hour from the moment.
        column_config={page._("Submitted"): st.column_config.Column(width=_MOMENT_PX)},
        height=min(620, 38 + 35 * len(shown)),
    )
    if rows := event["selection"]["rows"]:
        chosen = str(table["evaluation_id"].iloc[rows[0]])
        st.query_params.from_dict({**(address or {}), "evaluation": chosen})
        st.rerun()


def _columns(page: Here, table: pd.DataFrame, wanted: Wanted) -> dict[str, object]:
    _ = page._
    return {
        **_told_apart(page, table, wanted),
        _("Channel"): [wording.channel(_, code) for code in table["channel"]],
        _("Interaction"): table["interaction_id"],
        _("Score"): [page.number(value) for value in table["percent"]],
        _("Outcome"): [wording.outcome(_, code) for code in table["outcome"]],
        _("State"): [
            "" if code is None else wording.life_state(_, code) for code in table["state"]
        ],
        **_kinds(page, table),
        _("Submitted"): [page.moment(moment) for moment in table["submitted_at"]],
    }


def _told_apart(page: Here, table: pd.DataFrame, wanted: Wanted) -> dict[str, list[str]]:
    """Return whose evaluations they are, by whom and of when, unless that is said already."""
    _, role = page._, page.actor.role
    columns: dict[str, list[str]] = {}
    if role != "agent" and wanted.agent_id is None:
        columns[_("Agent")] = _names(page, table, "agent")
    if role != "analyst":
        columns[_("Evaluator")] = _names(page, table, "evaluator")
    if wanted.periods is None or len(wanted.periods) > 1:
        columns[_("Month")] = [page.month(text) for text in table["period"]]
    return columns


def _kinds(page: Here, table: pd.DataFrame) -> dict[str, object]:
    """Return the kinds, where not all of them are official."""
    if (table["kind"] == "official").all():
        return {}
    return {page._("Kind"): [words.kind(page._, code) for code in table["kind"]]}


def _names(page: Here, table: pd.DataFrame, who: str) -> list[str]:
    pairs = zip(table[f"{who}_name"], table[f"{who}_name_fa"], strict=True)
    return [page.called(name, name_fa) for name, name_fa in pairs]
