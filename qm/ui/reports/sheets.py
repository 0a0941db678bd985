"""The sheets of the monthly report on the page."""

import pandas as pd
import streamlit as st

from qm.reports.layout import SHEETS, Sheet
from qm.reports.monthly import MonthlyReport
from qm.reports.words import word
from qm.ui import theme
from qm.ui.here import Here
from qm.ui.quality_words import margin_in_words, separation_in_words
from qm.ui.tables import table

_ROWS_SHOWN = 100
_HASH_SHOWN = 16
# The page shows the core of each sheet; the files hold every column.
_SHOWN = {
    "overview": "level team channel score margin score_n design_effect effective_n change verdict "
    "picked missing fatal",
    "agents": "agent team score margin score_n note picked missing fatal",
    "questions": "form number question answered short short_percent fatal",
    "coaching": "created_at agent text author state",
    "coverage": "agent team frame_size picked evaluated open replaced lost",
    "exclusions": "draw label interactions",
}


def show_headline(page: Here, report: MonthlyReport) -> None:
    """Show the month's score with its margin, and how many picks it rests on."""
    _ = page._
    figures = report.figures
    evaluated = _("{evaluated} of {picked} picks evaluated, {missing} missing").format(
        evaluated=figures.evaluated, picked=figures.picked, missing=figures.missing
    )
    theme.row(
        theme.words(_("Quality score"), "mute"),
        theme.words(page.number(figures.score.value), "big"),
        theme.pill(margin_in_words(page, figures.score), "accent"),
        theme.pill(page.digits(evaluated), "warn" if figures.missing else "good"),
    )
    st.text(separation_in_words(page, report.separation))


def show_sheets(page: Here, report: MonthlyReport) -> None:
    """Show the sheets as tabs."""
    sheets = [sheet for sheet in SHEETS if sheet.name in _SHOWN]
    tabs = st.tabs([page._(sheet.title) for sheet in sheets])
    for tab, sheet in zip(tabs, sheets, strict=True):
        with tab, theme.card(f"sheet-{sheet.name}"):
            _show_sheet(page, report, sheet)


def _show_sheet(page: Here, report: MonthlyReport, sheet: Sheet) -> None:
    """Show the core columns of one sheet."""
    frame: pd.DataFrame = getattr(report, sheet.name)
    wanted = _SHOWN[sheet.name].split()
    columns = [column for column in sheet.columns if column.name in wanted]
    numeric = [page._(column.heading) for column in columns if column.kind in {"whole", "decimal"}]
    rows = [
        {page._(column.heading): _cell(page, row[column.name], column.kind) for column in columns}
        for row in frame.head(_ROWS_SHOWN).to_dict("records")
    ]
    if not rows:
        st.caption(page._("Nothing to show for this month."))
        return
    table(pd.DataFrame(rows), numeric=numeric)
    if len(frame) > _ROWS_SHOWN:
        said = page._("{shown} of {all} rows; the files hold them all.")
        st.caption(page.digits(said.format(shown=_ROWS_SHOWN, all=len(frame))))


def _cell(page: Here, value: object, kind: str) -> str:
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
            _("SHA-256 of the seed"): _short(row["seed_sha256"]),
            _("SHA-256 of the frame"): _short(row["frame_sha256"]),
        }
        for row in report.draws.to_dict("records")
    ]
    forms = [
        {
            _("Form"): row["form"],
            _("Evaluations"): page.number(row["evaluations"], 0),
            _("SHA-256 of the form"): _short(row["sha256"]),
        }
        for row in report.forms.to_dict("records")
    ]
    for rows in (draws, forms):
        if rows:
            table(pd.DataFrame(rows))
    st.caption(_("The files hold the whole hashes."))


def _short(sha256: str | None) -> str:
    return f"{sha256[:_HASH_SHOWN]}…\u200e" if sha256 else "–"
