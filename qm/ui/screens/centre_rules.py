"""Rules: how an evaluation goes on after it is submitted, what proposes coaching, the report."""

import streamlit as st

from qm.ui.coaching.triggers_form import show_triggers
from qm.ui.here import here
from qm.ui.life.rules_form import show_rules
from qm.ui.reports.rules_form import show_report_rules

page = here()
_ = page._
page.actor.require("set_rules")
st.title(_("Rules"))
labels = [_("Life of an evaluation"), _("Coaching"), _("Report")]
life, coaching, report = st.tabs(labels, key=f"rules-tab-{page.language}", on_change="rerun")
if life.open:
    with life:
        show_rules(page)
if coaching.open:
    with coaching:
        show_triggers(page)
if report.open:
    with report:
        show_report_rules(page)
