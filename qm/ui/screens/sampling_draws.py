"""Sampling: the policy, the plan, the draws with their proof, what became of them, and by whom."""

import streamlit as st

from qm.intake.policy_files import POLICY_FILE, PolicyReading, check_policy
from qm.ui import theme
from qm.ui.forms.findings import problems_table
from qm.ui.here import Here, here
from qm.ui.sampling.analysts_tab import analysts
from qm.ui.sampling.coverage_tab import coverage
from qm.ui.sampling.draws_tab import draws
from qm.ui.sampling.periods import sampling_period
from qm.ui.sampling.plan_tab import plan
from qm.ui.sampling.policy_tab import policy_head, rules
from qm.workflow.draws import list_draws


def show_policy(page: Here, reading: PolicyReading) -> None:
    """Show the policy in words, with what its check finds."""
    _ = page._
    found = [
        *((_("Error"), problem) for problem in reading.problems),
        *((_("Warning"), problem) for problem in reading.warnings),
    ]
    if reading.policy:
        policy_head(page, reading.policy)
    if found:
        problems_table(page, found, within=POLICY_FILE)
    else:
        st.caption(_("Nothing to complain about."))
    if reading.policy:
        rules(page, reading.policy)


page = here()
_ = page._
page.actor.require("see_sampling")
st.title(_("Sampling"))
if "notice" in st.session_state:
    st.toast(st.session_state.pop("notice"))
reading = check_policy(page.settings.forms_folder / POLICY_FILE)
policy = reading.policy
if policy is None:
    st.warning(_("The policy has errors; see the tab “Policy”."))
listed = list_draws(page.engine, page.actor)
period = sampling_period(
    page,
    policy.period if policy else "month",
    (policy.calendar if policy else None) or page.centre.calendar,
    [str(text) for text in listed["period"]],
)
labels = [_("Draws"), _("Coverage"), _("Plan"), _("Analysts"), _("Policy")]
drawing, covered, planned, people, rule = st.tabs(
    labels, key=f"sampling-tab-{page.language}", on_change="rerun"
)
if drawing.open:
    with drawing:
        draws(page, period, policy, listed)
if covered.open:
    with covered, theme.card("coverage"):
        coverage(page, period)
if planned.open:
    with planned, theme.card("plan"):
        if policy:
            plan(page, period, policy)
if people.open:
    with people:
        analysts(page, period)
if rule.open:
    with rule, theme.card("policy"):
        show_policy(page, reading)
