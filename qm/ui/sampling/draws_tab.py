"""Drawing a period, topping it up, and everything about one of the draws."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.core.sampling.policy import Policy
from qm.ui import theme
from qm.ui.addressed import addressed_choice, forget_choice
from qm.ui.here import Here, show_problems
from qm.ui.names import people
from qm.ui.sampling.checking import bundle, verification, verify_button
from qm.ui.sampling.seeds import seed, seed_step
from qm.ui.tables import table
from qm.workflow.draws import DrawSummary, draw_period

_HASH_SHOWN = 12


def draws(page: Here, period: Period, policy: Policy | None, listed: pd.DataFrame) -> None:
    """Show the period's seed and its next step, the list of draws, and one of them."""
    is_drawn = bool((listed["period"] == str(period)).any())
    with theme.card("seed"):
        _outcome(page)
        seed(page, period)
        if policy and page.actor.may("draw"):
            with st.container(horizontal=True):
                _next_step(page, period, policy, is_drawn=is_drawn)
                seed_step(page, period, policy, is_drawn=is_drawn)
    with theme.card("draws"):
        _listing(page, listed)
    if not listed.empty:
        with theme.card("draw"):
            _one(page, period, listed)


def _next_step(page: Here, period: Period, policy: Policy, *, is_drawn: bool) -> None:
    """Offer to draw the period, or to top it up; what will happen is said first."""
    _ = page._
    label = _("Top up…") if is_drawn else _("Draw…")
    # A key per step: an open popover would stay open and offer the next one under the mouse.
    with st.popover(label, type="primary", key=f"drawing-{period}-{is_drawn}"):
        if is_drawn:
            told = _(
                "What was imported for {period} since the last draw is drawn from, as a new draw "
                "that goes on from it. Picks that were made stay as they are."
            )
        else:
            told = _(
                "{period} is drawn once, by the policy {policy}. The picks are then fixed for "
                "good: later imports come in by a top-up, and what cannot be evaluated is "
                "replaced by the next reserve. The next period's seed is committed to as well."
            )
        st.text(told.format(period=period.label(page.language), policy=policy.key))
        if page.now() < period.bounds(page.centre.zone)[1]:
            st.warning(_("The period has not ended: what starts later is outside this draw."))
        if not st.button(
            _("Top up now") if is_drawn else _("Draw now"),
            type="primary",
            key=f"draw-{period}-{is_drawn}",
        ):
            return
        _draw(page, period, policy, extend=is_drawn)


def _draw(page: Here, period: Period, policy: Policy, *, extend: bool) -> None:
    with st.spinner(page._("Drawing…")):
        try:
            summary = draw_period(
                page.engine,
                page.actor,
                period,
                policy,
                centre=page.centre,
                now=page.now(),
                extend=extend,
            )
        except BadInput as refusal:
            show_problems(page, refusal)
            return
    st.session_state["sampling-drawn"] = summary
    forget_choice(page, "draw")
    st.rerun()


def _outcome(page: Here) -> None:
    """Say what came of a draw in the rerun before."""
    _ = page._
    summary: DrawSummary | None = st.session_state.pop("sampling-drawn", None)
    if summary is None:
        return
    picked = int(summary.coverage["picked"].sum())
    text = _("{picked} of {frame} interactions were drawn.")
    st.success(page.digits(text.format(picked=picked, frame=summary.draw.frame_size)))
    if summary.is_running:
        st.warning(_("The period has not ended: what starts later is outside this draw."))
    if summary.is_seed_new:
        st.warning(_("No seed had been committed to: it was made at this moment."))
    if summary.is_other_policy:
        st.warning(_("With the seed, another policy had been committed to."))
    for commitment in summary.next_seeds:
        text = _("The seed of {period} is committed to; publish its hash:")
        st.caption(text.format(period=page.month(commitment.period)))
        st.code(commitment.seed_sha256, language=None)


def _listing(page: Here, listed: pd.DataFrame) -> None:
    _ = page._
    if listed.empty:
        st.info(_("Nothing was drawn yet."))
        return
    names = people(page, listed["by"])
    columns = {
        _("Draw"): [page.number(n, 0) for n in listed["draw_id"]],
        _("Period"): [page.month(text) for text in listed["period"]],
        _("Frame"): [page.number(n, 0) for n in listed["frame_size"]],
        _("Picks"): [page.number(n, 0) for n in listed["picks"]],
        _("Assigned"): [page.number(n, 0) for n in listed["assigned"]],
        _("Drawn"): [page.moment(moment) for moment in listed["at"]],
        _("By"): [names[by] for by in listed["by"]],
        _("Goes on from"): [page.number(n, 0) for n in listed["extends_id"]],
        _("Seed"): [_seed_state(page, row) for row in listed.to_dict("records")],
        _("Frame hash"): [text[:_HASH_SHOWN] for text in listed["frame_sha256"]],
        _("Policy hash"): [text[:_HASH_SHOWN] for text in listed["policy_sha256"]],
    }
    table(pd.DataFrame(columns), numeric=[_("Draw"), _("Frame"), _("Picks"), _("Assigned")])


def _seed_state(page: Here, row: Mapping[Any, Any]) -> str:
    _ = page._
    if row["seed_sha256"] is None:
        return _("shown at once")  # a draw from before seeds were committed to
    return _("secret") if row["seed"] is None else _("revealed")


def _one(page: Here, period: Period, listed: pd.DataFrame) -> None:
    """Show one draw with its whole hashes, its verification and its bundle."""
    _ = page._
    rows = {int(row["draw_id"]): row for row in listed.to_dict("records")}
    own = [draw for draw, row in rows.items() if row["period"] == str(period)]
    names = {
        str(draw): page.digits(f"{draw} · {page.month(row['period'])}")
        for draw, row in rows.items()
    }
    first = str(own[0]) if own else None
    chosen = int(addressed_choice(page, _("Draw"), names, name="draw", first=first, width=340))
    row = rows[chosen]
    left, right = st.columns(2)
    hashes = (
        (_("SHA-256 of the frame"), "frame_sha256"),
        (_("SHA-256 of the policy"), "policy_sha256"),
    )
    for column, (label, name) in zip((left, right), hashes, strict=True):
        with column:
            st.caption(label)
            st.code(row[name], language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        wanted = verify_button(page, chosen)
        bundle(page, chosen, row["period"], is_revealed=row["seed"] is not None)
    verification(page, chosen, is_wanted=wanted)
