"""The monthly report as files to take away."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import streamlit as st

from qm.core.periods import Period
from qm.ui.here import Here
from qm.workflow.report_files import write_report


def downloads(page: Here, period: Period) -> None:
    """Offer the report's two files."""
    stem = f"quality-{period}-{page.language}"
    st.download_button(
        page._("Workbook (XLSX)"),
        data=lambda: _file_of(page, period, "xlsx"),
        file_name=f"{stem}.xlsx",
        type="primary",
        on_click="ignore",
    )
    st.download_button(
        page._("Tables (CSV)"),
        data=lambda: _file_of(page, period, "csv"),
        file_name=f"{stem}-csv.zip",
        on_click="ignore",
    )


def _file_of(page: Here, period: Period, kind: Literal["xlsx", "csv"]) -> bytes:
    # Made at the moment it is asked for.
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
