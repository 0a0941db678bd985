"""Sampling: draw a month once, give the picks to the analysts, see what was drawn."""

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.core.sampling import Policy
from qm.intake.form_files import POLICY_FILE, read_policy
from qm.ui import theme
from qm.ui.here import Here, here, show_problems
from qm.ui.period_picker import period_picker
from qm.ui.tables import table
from qm.workflow.draws import assign_picks, draw_period, list_draws


def show_policy(page: Here, policy: Policy) -> None:
    """Say in words how much is drawn."""
    _ = page._
    text = _("{percent} % of each agent's interactions, at least {least}, due in {days} days.")
    theme.row(
        theme.words(
            page.digits(
                text.format(
                    percent=f"{policy.percent.normalize():f}",
                    least=policy.min_per_agent,
                    days=policy.due_days,
                )
            )
        ),
        theme.pill(f"{policy.policy}@{policy.version}"),
    )


def run_draw(page: Here, period: Period, policy: Policy) -> None:
    """Draw the month, and say what came of it."""
    _ = page._
    try:
        summary = draw_period(
            page.engine, page.actor, period, policy, centre=page.centre, now=page.now()
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    picked = int(summary.coverage["picked"].sum())
    text = _("{picked} of {frame} interactions were drawn.")
    st.success(page.digits(text.format(picked=picked, frame=summary.draw.frame_size)))
    if summary.is_running:
        st.warning(_("The month has not ended: what starts later is outside this draw."))


def run_assignment(page: Here, period: Period) -> None:
    """Give the picks to the analysts, and say who got how many."""
    _ = page._
    try:
        summary = assign_picks(page.engine, page.actor, period, centre=page.centre, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    show_problems(page, summary.problems)
    shares = " · ".join(f"{name} {count}" for name, count in summary.by_analyst.items())
    st.success(page.digits(_("Newly assigned: {shares}").format(shares=shares)))


def show_draws(page: Here, draws: pd.DataFrame) -> None:
    """Show every draw with what is needed to repeat it."""
    _ = page._
    if draws.empty:
        st.info(_("Nothing was drawn yet."))
        return
    table(
        pd.DataFrame(
            {
                _("Month"): [page.month(text) for text in draws["period"]],
                _("Frame"): [page.number(n, 0) for n in draws["frame_size"]],
                _("Picks"): [page.number(n, 0) for n in draws["picks"]],
                _("Assigned"): [page.number(n, 0) for n in draws["assigned"]],
                _("Drawn"): [page.moment(moment) for moment in draws["at"]],
                _("Seed"): draws["seed"],
                _("Frame hash"): [text[:12] for text in draws["frame_sha256"]],
                _("Policy hash"): [text[:12] for text in draws["policy_sha256"]],
            }
        ),
        numeric=[_("Frame"), _("Picks"), _("Assigned")],
    )


page = here()
_ = page._
page.actor.require("see_sampling")
st.title(_("Sampling"))
with theme.card("policy"):
    try:
        policy = read_policy(page.settings.forms_folder / POLICY_FILE)
    except BadInput as refusal:
        show_problems(page, refusal)
        st.stop()
    show_policy(page, policy)
    if page.actor.may("draw"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            period = period_picker(page, "sampling-period")
            wants_draw = st.button(_("Draw this month"), type="primary")
            wants_assignment = st.button(_("Assign to analysts"))
        if wants_draw:
            run_draw(page, period, policy)
        if wants_assignment:
            run_assignment(page, period)
with theme.card("draws"):
    show_draws(page, list_draws(page.engine, page.actor))
