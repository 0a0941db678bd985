"""Report: the monthly quality report to read, to close, to take away and to send."""

import streamlit as st

from qm.core.problems import BadInput
from qm.ui import states
from qm.ui.here import here, show_problems
from qm.ui.period_picker import period_picker
from qm.ui.reports.deliveries import show_deliveries
from qm.ui.reports.downloads import downloads
from qm.ui.reports.reading import show_changes, show_cover, show_sections
from qm.ui.reports.standing import show_closed, show_open
from qm.ui.reports.versions import version_picker
from qm.workflow.evaluations import periods_drawn
from qm.workflow.report_reading import read_report
from qm.workflow.report_standing import read_standing

page = here()
_ = page._
page.actor.require("export_report")
st.title(_("Monthly quality report"))
drawn = periods_drawn(page.engine)
if not drawn:
    states.empty(
        _("Nothing was drawn yet, so there is nothing to report."),
        _("Figures appear when interactions were drawn and evaluated."),
    )
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    period = period_picker(page, known=drawn)
    standing = read_standing(page.engine, page.actor, period, centre=page.centre, now=page.now())
    version = version_picker(page, standing)
if version:
    show_closed(page, period, standing, version)
else:
    show_open(page, period, standing)
number = version.number if version else None
downloads(page, period, number)
reading, sent = st.tabs([_("Report"), _("Deliveries")], key=f"report-tab-{page.language}",
                        on_change="rerun")  # fmt: skip
if sent.open:
    with sent:
        show_deliveries(page, period, is_closed=bool(version))
    st.stop()
with reading, states.loading(page):
    try:
        found = read_report(
            page.engine, page.actor, period, number, centre=page.centre, now=page.now()
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        st.stop()
    report = found.in_language(page.language)
with reading:
    if report.is_empty:
        states.empty(_("No evaluation of this month was submitted yet."))
    show_cover(page, report)
    show_changes(page, report)
    show_sections(page, report)
