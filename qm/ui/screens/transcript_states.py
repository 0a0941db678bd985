"""Transcripts: which drawn recordings have their words, and why others do not."""

import pandas as pd
import streamlit as st

from qm.core.problems import Problem
from qm.ui import theme, wording
from qm.ui.here import Here, here
from qm.ui.tables import table
from qm.workflow.transcription import list_recordings, retry_failed

ROWS_SHOWN = 200
STATES = ("waiting", "running", "done", "failed")


def show_recordings(page: Here, recordings: pd.DataFrame) -> None:
    """Show the recordings with their state; failed ones come first."""
    _ = page._
    order = {"failed": 0, "running": 1, "waiting": 2, "done": 3}
    listed = recordings.sort_values("state", key=lambda column: column.map(order), kind="stable")
    rows = [
        {
            _("Interaction"): row["interaction_id"],
            _("Recording"): row["recording_file"],
            _("State"): wording.recording_state(_, row["state"]),
            _("Why"): page.problem(Problem.from_data(row["problem"])) if row["problem"] else "",
            _("Length"): page.clock(row["duration_s"]),
            _("Channels"): page.number(row["channels"], 0),
            _("Model"): row["model"] or "",
            _("Changed"): page.moment(row["updated_at"]),
        }
        for row in listed.head(ROWS_SHOWN).to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Length"), _("Channels")])
    if len(recordings) > ROWS_SHOWN:
        said = _("{shown} of {all} recordings").format(shown=ROWS_SHOWN, all=len(recordings))
        st.caption(page.digits(said))


page = here()
_ = page._
page.actor.require("transcribe")
st.title(_("Transcripts"))
recordings = list_recordings(page.engine, page.actor)
if recordings.empty:
    st.info(_("No drawn recording was looked at yet. Run: qm transcribe"))
    st.stop()
counts = recordings["state"].value_counts()
theme.row(
    *(
        theme.pill(
            page.digits(f"{wording.recording_state(_, state)}: {counts.get(state, 0)}"),
            "bad" if state == "failed" and counts.get(state, 0) else "plain",
        )
        for state in STATES
    )
)
if counts.get("failed", 0) and st.button(_("Let the failed ones wait again")):
    retry_failed(page.engine, page.actor, None, now=page.now())
    st.rerun()
st.caption(_("The command “qm transcribe” works off what waits; this page never does."))
with theme.card("recordings"):
    show_recordings(page, recordings)
