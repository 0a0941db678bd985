"""The list of evaluations, with its filters; a click on a row opens it."""

import pandas as pd
import streamlit as st

from qm.core.life.states import STATES
from qm.ui import states, wording
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.workflow.evaluations import list_evaluations, periods_drawn

_ALL = "all"


def show_list(page: Here) -> None:
    """Show the evaluations of a month that the filters leave."""
    _ = page._
    months = periods_drawn(page.engine)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        month = _month(page, months)
        found = list_evaluations(
            page.engine, page.actor, None if month == _ALL else [month] if month else []
        )
        left = _filtered(page, found)
    if left.empty:
        states.empty(
            _("There are no evaluations here yet."),
            _("Choose another month or fewer limits; what is submitted appears here."),
        )
        return
    _show_rows(page, left)


def _month(page: Here, months: list[str]) -> str:
    names = {_ALL: page._("All months")} | {month: page.month(month) for month in months}
    # A link that asks for a state means every month.
    first = _ALL if "state" in st.query_params or not months else months[0]
    return addressed_choice(page, page._("Month"), names, name="period", first=first, width=180)


def _filtered(page: Here, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the chosen agent, channel and state leave."""
    _ = page._
    agents = {
        str(row["agent_id"]): page.called(row["agent_name"], row["agent_name_fa"])
        for row in table.drop_duplicates("agent_id").to_dict("records")
    }
    channels = {code: wording.channel(_, code) for code in sorted(table["channel"].unique())}
    lives = {str(code): wording.life_state(_, code) for code in STATES}
    wanted = {
        "agent_id": _limit(page, "agent", _("Agent"), _("All agents"), agents),
        "channel": _limit(page, "channel", _("Channel"), _("All channels"), channels),
        "state": _limit(page, "state", _("State"), _("All states"), lives),
    }
    for column, code in wanted.items():
        if code != _ALL:
            table = table[table[column] == code]
    return table.reset_index(drop=True)


def _limit(page: Here, name: str, label: str, nothing: str, names: dict[str, str]) -> str:
    if len(names) < 2 and name not in st.query_params:
        return _ALL  # a choice of one is none
    by_name = dict(sorted(names.items(), key=lambda item: item[1]))
    return addressed_choice(page, label, {_ALL: nothing, **by_name}, name=name, width=200)


def _show_rows(page: Here, table: pd.DataFrame) -> None:
    shown = pd.DataFrame(_columns(page, table))
    if page.language == "fa":  # the grid itself always runs left to right
        shown = shown[shown.columns[::-1]]
    event = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="evaluation-list",
        height=min(620, 38 + 35 * len(shown)),
    )
    if rows := event["selection"]["rows"]:
        st.query_params.from_dict({"evaluation": str(table["evaluation_id"].iloc[rows[0]])})
        st.rerun()


def _columns(page: Here, table: pd.DataFrame) -> dict[str, object]:
    _ = page._
    return {
        _("Agent"): _names(page, table, "agent"),
        _("Month"): [page.month(text) for text in table["period"]],
        _("Channel"): [wording.channel(_, code) for code in table["channel"]],
        _("Interaction"): table["interaction_id"],
        _("Score"): [page.number(value) for value in table["percent"]],
        _("Outcome"): [wording.outcome(_, code) for code in table["outcome"]],
        _("State"): [
            "" if code is None else wording.life_state(_, code) for code in table["state"]
        ],
        _("Evaluator"): _names(page, table, "evaluator"),
        _("Submitted"): [page.moment(moment) for moment in table["submitted_at"]],
    }


def _names(page: Here, table: pd.DataFrame, who: str) -> list[str]:
    pairs = zip(table[f"{who}_name"], table[f"{who}_name_fa"], strict=True)
    return [page.called(name, name_fa) for name, name_fa in pairs]
