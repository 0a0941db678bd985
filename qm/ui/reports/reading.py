"""The report as one reads it: cover, summary, key figures, and its sections by chapter."""

import streamlit as st

from qm.core.estimates import Estimate
from qm.core.problems import N_
from qm.reports.layout import Sheet
from qm.reports.methods import method_notes
from qm.reports.monthly import PrintedReport
from qm.reports.pictures import charts_of
from qm.reports.subjects import own_columns
from qm.reports.words import form_names, scope_lines, summary_lines, word
from qm.ui import theme
from qm.ui.charts import look_of
from qm.ui.here import Here
from qm.ui.pager import page_chosen, pager
from qm.ui.quality_words import margin_in_words
from qm.ui.reports.cells import numeric, shown, telling
from qm.ui.tables import table

_ROWS_A_PAGE = 15
# The sheets that chapters begin with.
_CHAPTERS = {
    "overview": N_("Quality of the month"),
    "agents": N_("Agents and questions"),
    "evaluators": N_("Evaluators, disputes, coaching"),
    "plan": N_("What it rests on"),
}


def show_cover(page: Here, report: PrintedReport) -> None:
    """Show what was looked at, what came out in words, and the figures of the whole centre."""
    _ = page._
    title = _("Monthly quality report, {period}").format(period=report.period.label(page.language))
    with theme.card("report-cover"):
        st.subheader(page.digits(title))
        figures = report.figures
        with st.container(horizontal=True, gap="large"):
            _figure(page, "score", figures.score)
            for lens, share in figures.critical.items():
                _figure(page, f"{lens}_accuracy", share)
            _figure(page, "passed", figures.passed)
        theme.rows(*([theme.words(line)] for line in summary_lines(report, _)))
        theme.rows(*([theme.words(line, "mute")] for line in scope_lines(report, _)))


def _figure(page: Here, code: str, estimate: Estimate) -> None:
    with st.container(width="content"):
        theme.rows(
            [theme.words(word(code, page._), "mute")],
            [theme.words(page.number(estimate.value), "big")],
            [theme.pill(margin_in_words(page, estimate), "accent")],
        )


def show_changes(page: Here, report: PrintedReport) -> None:
    """Show, of a revision, what changed since the number before."""
    changes = report.tables["changes"]
    if (report.number or 0) < 2 or changes.empty:
        return
    said = page._("What changed since number {number}: {changes}")
    told = said.format(number=(report.number or 0) - 1, changes=len(changes))
    with st.expander(page.digits(told)):
        _changes(page, report)


@st.fragment
def _changes(page: Here, report: PrintedReport) -> None:
    _table(page, report, "changes")


def show_sections(page: Here, report: PrintedReport) -> None:
    """Show the sections in chapters; only the open one is drawn."""
    chapters = _chapters(report)
    labels = [page._(_CHAPTERS[first]) for first, _sheets in chapters]
    tabs = st.tabs(labels, key=f"report-chapter-{page.language}", on_change="rerun")
    for tab, (_first, sheets) in zip(tabs, chapters, strict=True):
        if tab.open:
            with tab:
                for sheet in sheets:
                    _section(page, report, sheet)
    _show_methods(page, report)


def _chapters(report: PrintedReport) -> list[tuple[str, list[Sheet]]]:
    chapters: list[tuple[str, list[Sheet]]] = []
    for sheet in report.sheets:
        if sheet.name in _CHAPTERS:
            chapters.append((sheet.name, []))
        if sheet.name != "changes":  # stand above
            chapters[-1][1].append(sheet)
    return chapters


@st.fragment
def _section(page: Here, report: PrintedReport, sheet: Sheet) -> None:
    """Show the charts of a section and a page of its table."""
    frame = report.tables[sheet.name]
    with theme.card(f"report-{sheet.name}"):
        st.subheader(page._(sheet.title))
        for chart, said in charts_of(report, sheet.name, look_of(page)):
            st.altair_chart(chart, width="stretch")
            st.caption(said)
        if frame.empty:
            st.caption(page._("None in this month."))
        else:
            _table(page, report, sheet.name)


def _table(page: Here, report: PrintedReport, sheet: str) -> None:
    key, frame = f"report-page-{sheet}", report.tables[sheet]
    pages = -(-len(frame) // _ROWS_A_PAGE)
    first = (min(page_chosen(key), pages) - 1) * _ROWS_A_PAGE
    columns = telling(sheet, frame)
    rows = frame.iloc[first : first + _ROWS_A_PAGE]
    forms = form_names(report, page._)
    own = own_columns(frame, [column.name for column in columns])
    table(shown(page, columns, rows, forms, own), numeric=numeric(page, columns))
    pager(page, pages, key)


def _show_methods(page: Here, report: PrintedReport) -> None:
    """Show how the numbers are made and what they do not say, folded."""
    _ = page._
    with st.expander(_("How the numbers are made")):
        for note in method_notes(report, _):
            theme.rows(
                [theme.words(note.title, "strong")],
                [theme.words(note.what)],
                [theme.words(note.how)],
                [theme.words(note.not_said, "mute")],
            )
