"""Interactions: bring in a file, and see row by row what was left out and why."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st

from qm.core.forms.form import CHANNELS
from qm.core.problems import BadInput
from qm.intake.columns import COLUMNS
from qm.ui import theme, wording
from qm.ui.here import Here, here, show_problems
from qm.ui.period_picker import period_picker
from qm.ui.tables import table
from qm.workflow.interactions import (
    ImportReport,
    import_interactions,
    list_interactions,
    problems_table,
)

KINDS = ["csv", "xlsx", "jsonl"]
PROBLEMS_SHOWN = 200
INTERACTIONS_SHOWN = 100


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
    problems = problems_table(report.problems, _, page.digits)
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


def show_interactions(page: Here) -> None:
    """Show a month's newest interactions, of one channel or all."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = period_picker(page, "interactions-period")
        channel = st.segmented_control(
            _("Channel"),
            CHANNELS,
            format_func=lambda code: wording.channel(_, code),
            key="interactions-channel",
        )
    listed = list_interactions(
        page.engine,
        page.actor,
        period,
        centre=page.centre,
        channel=channel,
        limit=INTERACTIONS_SHOWN,
    )
    if listed.empty:
        st.caption(_("No interaction of this month was imported."))
        return
    rows = [
        {
            _("Interaction"): row["id"],
            _("Channel"): wording.channel(_, row["channel"]),
            _("Agent"): page.called(row["agent_name"], row["agent_name_fa"]),
            _("Team"): page.called(row["team_name"], row["team_name_fa"]),
            _("Queue"): row["queue"] or "",
            _("Start"): page.moment(row["started_at"]),
            _("Length"): page.clock(row["talk_s"]),
            _("Words"): wording.recording_state(_, row["words"]),
        }
        for row in listed.to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Length")])
    if len(rows) == INTERACTIONS_SHOWN:
        st.caption(page.digits(_("The newest {n} are shown.").format(n=INTERACTIONS_SHOWN)))


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
with theme.card("interactions"):
    show_interactions(page)
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
