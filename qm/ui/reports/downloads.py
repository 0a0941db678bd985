"""The monthly report as files to take away."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from qm.core.periods import Period
from qm.core.problems import N_
from qm.core.report_rules import Format
from qm.core.text import Language
from qm.ui.here import Here
from qm.workflow.report_files import file_name, write_files
from qm.workflow.report_reading import read_report

FORMAT_NAMES: dict[Format, str] = {
    "xlsx": N_("Workbook (XLSX)"),
    "pdf": N_("Document (PDF)"),
    "csv": N_("Tables (CSV)"),
    "html": N_("Page (HTML)"),
}
LANGUAGE_NAMES: dict[Language, str] = {"fa": "فارسی", "en": "English"}


def downloads(page: Here, period: Period, number: int | None) -> None:
    """Offer the report's files: of the frozen `number`, or of the draft where it is None."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        language = st.segmented_control(
            page._("Language of the files"),
            list(LANGUAGE_NAMES),
            default=page.language,
            required=True,
            format_func=LANGUAGE_NAMES.__getitem__,
            key=f"report-language-{page.language}",
        )
        for name, label in FORMAT_NAMES.items():
            _button(page, period, number, language, name, page._(label))


def _button(
    page: Here, period: Period, number: int | None, language: Language, name: Format, label: str
) -> None:
    # Made at the moment it is asked for.
    st.download_button(
        label,
        data=lambda: _file(page, period, number, language, name),
        file_name=file_name(period, number, language, name),
        on_click="ignore",
        key=f"report-download-{name}",
    )


def _file(
    page: Here, period: Period, number: int | None, language: Language, name: Format
) -> bytes:
    now = page.now()
    report = read_report(page.engine, page.actor, period, number, centre=page.centre, now=now)
    with TemporaryDirectory() as folder:
        (path,) = write_files(report, language, [name], Path(folder))
        return path.read_bytes()
