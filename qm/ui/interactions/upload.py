"""Bringing in a file of interactions, and what became of its rows."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from qm.core.problems import BadInput
from qm.intake.columns import COLUMNS
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.tables import table
from qm.ui.upload_field import upload_field
from qm.workflow.interactions import ImportReport, import_interactions, problems_table

_KINDS = ["csv", "xlsx", "jsonl"]
_PROBLEMS_SHOWN = 200


def show_upload(page: Here) -> None:
    """Take a file and import it; show what was stored and what was left out."""
    _ = page._
    upload = upload_field(
        page,
        _("CSV or XLSX with a header; JSONL for chats and e-mails"),
        _KINDS,
        megabytes=page.settings.upload_megabytes,
        key="interactions-upload",
    )
    if upload is not None and st.button(_("Import"), type="primary"):
        with st.spinner(_("Reading the file…")):
            report = _import(page, upload.name, upload.getvalue())
        if report is not None:
            _show_report(page, report)


def _import(page: Here, name: str, content: bytes) -> ImportReport | None:
    suffix = Path(name).suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"  # a name of ours: theirs is only shown
        path.write_bytes(content)
        try:
            return import_interactions(
                page.engine,
                page.actor,
                path,
                centre=page.centre,
                recordings_folder=page.settings.recordings_folder,
                now=page.now(),
                max_bytes=page.settings.upload_bytes,
                file_name=name,
            )
        except BadInput as refusal:
            show_problems(page, refusal)
            return None


def _show_report(page: Here, report: ImportReport) -> None:
    _ = page._
    theme.row(
        theme.pill(page.digits(_("{n} new").format(n=report.rows_new)), "good"),
        theme.pill(page.digits(_("{n} known").format(n=report.rows_known))),
        theme.pill(
            page.digits(_("{n} rejected").format(n=report.rows_rejected)),
            "bad" if report.rows_rejected else "plain",
        ),
    )
    if not report.problems:
        return
    problems = problems_table(report.problems, _, page.digits)
    shown = problems.head(_PROBLEMS_SHOWN).drop(columns=["file"])
    shown["row"] = [None if row is None else page.number(row, 0) for row in shown["row"]]
    shown.columns = pd.Index([_("Row"), _("Field"), _("Code"), _("What is wrong"), _("What to do")])
    table(shown)
    st.download_button(
        _("All rejected rows (CSV)"),
        problems.to_csv(index=False).encode("utf-8-sig"),
        file_name="rejected-rows.csv",
        on_click="ignore",
    )


def show_columns(page: Here) -> None:
    """Show what the columns of a file mean."""
    _ = page._
    table(
        pd.DataFrame(
            {
                _("Column"): [column.name for column in COLUMNS],
                _("Required"): [_("yes") if column.is_required else "" for column in COLUMNS],
                _("Meaning"): [_(column.meaning) for column in COLUMNS],
                _("Example"): [column.example for column in COLUMNS],
            }
        )
    )
