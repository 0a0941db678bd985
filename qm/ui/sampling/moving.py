"""Moving the open work of somebody who is absent to the others."""

from collections.abc import Mapping, Sequence

import streamlit as st

from qm.core.problems import BadInput
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.ui.sampling.analyst_profile import example_day, read_day
from qm.workflow.analysts import AnalystOverview
from qm.workflow.moving import MoveSummary, move_assignments


def moving(page: Here, analyst: AnalystOverview, people: Sequence[AnalystOverview]) -> None:
    """Offer to move an analyst's open work; what will happen is said first."""
    _ = page._
    key = f"moving-{analyst.username}"
    with st.popover(_("Move open work…"), key=f"{key}-{analyst.open}"):
        text = _(
            "{name} has {n} open. They go to other analysts, and nothing else moves; what is "
            "begun stays, unless you say otherwise."
        )
        name = page.called(analyst.name, analyst.name_fa)
        st.text(text.format(name=name, n=page.number(analyst.open, 0)))
        until = st.text_input(
            _("Absent until (empty: for good)"), placeholder=example_day(page), key=f"{key}-until"
        )
        begun = st.checkbox(
            _("What is begun, too: its draft is kept in the log only"), key=f"{key}-begun"
        )
        if st.button(_("Move now"), type="primary", key=f"{key}-now"):
            _move(page, analyst, until, begun_too=begun)
    summary: MoveSummary | None = st.session_state.pop(f"{key}-done", None)
    if summary is not None:
        _outcome(page, summary, people)


def shares_words(page: Here, counts: Mapping[str, int], people: Sequence[AnalystOverview]) -> str:
    """Return as Markdown how many each analyst got."""
    names = {each.username: page.called(each.name, each.name_fa) for each in people}
    return " · ".join(
        f"{plain(names.get(who, who))} {page.number(n, 0)}" for who, n in counts.items()
    )


def _move(page: Here, analyst: AnalystOverview, until: str, *, begun_too: bool) -> None:
    last = read_day(page, until) if until.strip() else None
    if until.strip() and last is None:
        return
    try:
        st.session_state[f"moving-{analyst.username}-done"] = move_assignments(
            page.engine,
            page.actor,
            analyst.username,
            centre=page.centre,
            now=page.now(),
            until=last,
            begun_too=begun_too,
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.rerun()


def _outcome(page: Here, summary: MoveSummary, people: Sequence[AnalystOverview]) -> None:
    _ = page._
    shares = shares_words(page, summary.moved, people) or page.number(0, 0)
    st.success(_("Moved: {shares}").format(shares=shares))
    if summary.begun:
        text = _("Begun, so they stay: {n}.")
        st.caption(page.digits(text.format(n=summary.begun)))
    if summary.in_time:
        text = _("Can be done after the absence, so they stay: {n}.")
        st.caption(page.digits(text.format(n=summary.in_time)))
    show_problems(page, summary.problems)
