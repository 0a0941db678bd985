"""Report: the monthly quality report on the page, and as XLSX and CSV to take away."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.reports.layout import SHEETS, Sheet
from qm.reports.monthly import MonthlyReport
from qm.reports.words import word
from qm.ui import theme
from qm.ui.here import Here, here
from qm.ui.period_picker import period_picker
from qm.ui.quality_words import margin_in_words, separation_in_words
from qm.ui.tables import table
from qm.workflow.evaluations import periods_drawn
from qm.workflow.report_files import write_report
from qm.workflow.reporting import monthly_report

ROWS_SHOWN = 100
# The page shows the core of each sheet; the files hold every column.
SHOWN = {
    "overview": "level team channel score margin score_n design_effect effective_n change verdict "
    "picked missing fatal",
    "agents": "agent team score margin score_n note picked missing fatal",
    "questions": "form number question answered short short_percent fatal",
    "coaching": "created_at agent text author state",
    "coverage": "agent team frame_size picked evaluated open replaced lost",
    "exclusions": "draw reason label interactions",
}


def file_of(page: Here, period: Period, kind: Literal["xlsx", "csv"]) -> bytes:
    """Return the report as a file's bytes, made at the moment it is asked for."""
    with TemporaryDirectory() as folder:
        workbook, tables = write_report(
            page.engine,
            page.actor,
            period,
            language=page.language,
            centre=page.centre,
            folder=Path(folder),
            now=page.now(),
        )
        return (workbook if kind == "xlsx" else tables).read_bytes()


def downloads(page: Here, period: Period) -> None:
    """Offer the report's two files."""
    stem = f"quality-{period}-{page.language}"
    st.download_button(
        page._("Workbook (XLSX)"),
        data=lambda: file_of(page, period, "xlsx"),
        file_name=f"{stem}.xlsx",
        type="primary",
        on_click="ignore",
    )
    st.download_button(
        page._("Tables (CSV)"),
        data=lambda: file_of(page, period, "csv"),
        file_name=f"{stem}-csv.zip",
        on_click="ignore",
    )


def show_sheet(page: Here, report: MonthlyReport, sheet: Sheet) -> None:
    """Show the core columns of one sheet."""
    frame: pd.DataFrame = getattr(report, sheet.name)
    wanted = SHOWN[sheet.name].split()
    columns = [column for column in sheet.columns if column.name in wanted]
    numeric = [page._(column.heading) for column in columns if column.kind in {"whole", "decimal"}]
    rows = [
        {page._(column.heading): cell(page, row[column.name], column.kind) for column in columns}
        for row in frame.head(ROWS_SHOWN).to_dict("records")
    ]
    if not rows:
        st.caption(page._("Nothing to show for this month."))
        return
    table(pd.DataFrame(rows), numeric=numeric)
    if len(frame) > ROWS_SHOWN:
        said = page._("{shown} of {all} rows; the files hold them all.")
        st.caption(page.digits(said.format(shown=ROWS_SHOWN, all=len(frame))))


def cell(page: Here, value: object, kind: str) -> str:
    """Return a cell's text in the person's language; empty where there is no value."""
    if value is None:
        return ""
    if kind == "word":
        return word(str(value), page._)
    if kind == "moment":
        return page.moment(pd.Timestamp(str(value)).to_pydatetime())
    if kind in {"whole", "decimal"}:
        return page.number(float(str(value)), 0 if kind == "whole" else 1)
    return str(value)


def show_provenance(page: Here, report: MonthlyReport) -> None:
    """Show the draws and forms that the numbers rest on."""
    _ = page._
    theme.row(theme.words(_("What these numbers rest on"), "strong"))
    draws = [
        {
            _("Draw"): page.number(row["draw"], 0),
            _("Seed"): row["seed"] or _("not revealed yet"),
            _("SHA-256 of the seed"): row["seed_sha256"],
            _("SHA-256 of the frame"): row["frame_sha256"],
        }
        for row in report.draws.to_dict("records")
    ]
    forms = [
        {
            _("Form"): row["form"],
            _("Evaluations"): page.number(row["evaluations"], 0),
            _("SHA-256 of the form"): row["sha256"],
        }
        for row in report.forms.to_dict("records")
    ]
    for rows in (draws, forms):
        if rows:
            table(pd.DataFrame(rows))


page = here()
_ = page._
page.actor.require("export_report")
st.title(_("Monthly quality report"))
drawn = periods_drawn(page.engine)
if not drawn:
    st.info(_("Nothing was drawn yet, so there is nothing to report."))
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    period = period_picker(page, "report-period", known=drawn)
    downloads(page, period)
report = monthly_report(
    page.engine,
    page.actor,
    period,
    language=page.language,
    centre=page.centre,
    now=page.now(),
)
if report.is_empty:
    st.info(_("No evaluation of this month was submitted yet."))
with theme.card("headline"):
    evaluated = _("{evaluated} of {picked} picks evaluated, {missing} missing").format(
        evaluated=report.figures.evaluated,
        picked=report.figures.picked,
        missing=report.figures.missing,
    )
    theme.row(
        theme.words(_("Quality score"), "mute"),
        theme.words(page.number(report.figures.score.value), "big"),
        theme.pill(margin_in_words(page, report.figures.score), "accent"),
        theme.pill(page.digits(evaluated), "warn" if report.figures.missing else "good"),
    )
    st.text(separation_in_words(page, report.separation))
sheets = [sheet for sheet in SHEETS if sheet.name in SHOWN]
for tab, sheet in zip(st.tabs([_(sheet.title) for sheet in sheets]), sheets, strict=True):
    with tab, theme.card(f"sheet-{sheet.name}"):
        show_sheet(page, report, sheet)
with theme.card("provenance"):
    show_provenance(page, report)
