"""Interactions: bring in a file, and see row by row what was left out and why."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from qm.core.problems import BadInput
from qm.intake.columns import COLUMNS
from qm.ui import theme
from qm.ui.here import Here, here, show_problems
from qm.ui.tables import table
from qm.workflow.interactions import ImportReport, import_interactions, problems_table

KINDS = ["csv", "xlsx", "jsonl"]
PROBLEMS_SHOWN = 200


def import_upload(page: Here, name: str, content: bytes) -> ImportReport | None:
    """Import an uploaded file; show why where nothing of it could be taken."""
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


def show_report(page: Here, report: ImportReport) -> None:
    """Show what was stored and what was left out, with the remedy."""
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
    problems = problems_table(report.problems, _)
    shown = problems.head(PROBLEMS_SHOWN).drop(columns=["file"])
    shown["row"] = [None if row is None else page.number(row, 0) for row in shown["row"]]
    shown.columns = pd.Index([_("Row"), _("Field"), _("Code"), _("What is wrong"), _("What to do")])
    table(shown)
    st.download_button(
        _("All rejected rows (CSV)"),
        problems.to_csv(index=False).encode("utf-8-sig"),
        file_name="rejected-rows.csv",
        on_click="ignore",
    )


page = here()
_ = page._
page.actor.require("import")
st.title(_("Interactions"))
with theme.card("upload"):
    upload = st.file_uploader(
        _("CSV or XLSX with a header; JSONL for chats and e-mails"),
        type=KINDS,
        max_upload_size=page.settings.upload_megabytes,
        key="interactions-upload",
    )
    if upload is not None and st.button(_("Import"), type="primary"):
        with st.spinner(_("Reading the file…")):
            report = import_upload(page, upload.name, upload.getvalue())
        if report is not None:
            show_report(page, report)
with st.expander(_("What the columns mean")):
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
