"""Report: the monthly quality report on the page, and as XLSX and CSV to take away."""

import streamlit as st

from qm.ui import states, theme
from qm.ui.here import here
from qm.ui.period_picker import period_picker
from qm.ui.reports.downloads import downloads
from qm.ui.reports.sheets import show_headline, show_provenance, show_sheets
from qm.workflow.evaluations import periods_drawn
from qm.workflow.reporting import monthly_report

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
    downloads(page, period)
with states.loading(page):
    report = monthly_report(
        page.engine,
        page.actor,
        period,
        language=page.language,
        centre=page.centre,
        now=page.now(),
    )
if report.is_empty:
    states.empty(_("No evaluation of this month was submitted yet."))
with theme.card("headline"):
    show_headline(page, report)
show_sheets(page, report)
with theme.card("provenance"):
    show_provenance(page, report)
