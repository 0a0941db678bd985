"""Sampling: the policy, the plan, the draws with their proof, what became of them, and by whom."""

import streamlit as st

from qm.intake.policy_files import POLICY_FILE, check_policy
from qm.ui import theme
from qm.ui.here import here
from qm.ui.sampling.analysts_tab import analysts
from qm.ui.sampling.coverage_tab import coverage
from qm.ui.sampling.draws_tab import draws
from qm.ui.sampling.open_work_tab import show_open_work
from qm.ui.sampling.periods import sampling_period
from qm.ui.sampling.plan_tab import plan
from qm.ui.sampling.policy_tab import show_policy
from qm.workflow.draws import list_draws

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
if page.actor.may("draw"):
    labels.append(_("Open work"))
wants_work = page.actor.may("draw") and st.query_params.get("show") == "work"
drawing, covered, planned, people, rule, *work = st.tabs(
    labels,
    default=labels[-1] if wants_work else None,
    key=f"sampling-tab-{page.language}",
    on_change="rerun",
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
for tab in work:
    if tab.open:
        with tab:
            show_open_work(page)
