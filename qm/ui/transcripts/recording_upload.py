"""The tab Recordings: upload recordings for calls, those first that were drawn and have none."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.known_recording_names import name_patterns
from qm.core.problems import BadInput, Problem
from qm.core.recording_names import SOUND_ENDINGS
from qm.intake.recording_files import place_of
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.tables import table
from qm.ui.upload_field import upload_field
from qm.workflow.recording_matching import RecordingSource
from qm.workflow.recording_uploads import Uploaded, calls_without_file, upload_recording

_CALLS_SHOWN = 200


def show_recording_upload(page: Here) -> None:
    """Show the upload and the drawn calls that lack their recording."""
    _ = page._
    try:
        patterns = name_patterns(page.settings.recording_names, "qm.toml")
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    source = RecordingSource(page.settings.recordings_folder, patterns, page.centre)
    lacking = calls_without_file(page.engine, page.actor, source.folder, most=_CALLS_SHOWN)
    with theme.card("recording-upload"):
        was_kept = _upload(page, source, lacking)
    if was_kept:
        lacking = calls_without_file(page.engine, page.actor, source.folder, most=_CALLS_SHOWN)
    with theme.card("recording-lacking"):
        _lacking(page, lacking)


def _upload(page: Here, source: RecordingSource, lacking: pd.DataFrame) -> bool:
    """Show the upload; return whether a recording was kept in this rerun."""
    _ = page._
    files = upload_field(
        page,
        _("Recordings"),
        sorted(ending[1:] for ending in SOUND_ENDINGS),
        megabytes=page.settings.upload_megabytes,
        key="recording-upload",
        several=True,
    )
    called = {call["id"]: _called(page, call) for call in lacking.to_dict("records")}
    interaction_id = st.selectbox(
        _("Call"),
        list(called),
        index=None,
        format_func=lambda id_: called.get(id_, id_),
        placeholder=_("As the file's name tells"),
        accept_new_options=True,
        help=_("Drawn calls without their recording are listed; any other id can be typed."),
        key=f"recording-call-{page.language}",
    )
    if interaction_id and len(files) > 1:
        st.warning(_("A call has one recording: upload one file for it."))
        return False
    st.caption(
        _(
            "Files are kept in the recordings folder under names of their own, and wait there to "
            "be transcribed. Whole folders are quicker with the command “qm import recordings”."
        )
    )
    if not files or not st.button(_("Keep and queue"), type="primary"):
        return False
    with st.spinner(_("Keeping the recordings…")):
        return _keep(page, source, files, interaction_id)


def _keep(
    page: Here, source: RecordingSource, files: Sequence[Any], interaction_id: str | None
) -> bool:
    """Keep each file and show what became of it; one that is refused stops no other.

    Return whether any was kept.
    """
    rows, problems = [], list[Problem]()
    for file in files:
        try:
            kept = upload_recording(
                page.engine,
                page.actor,
                source,
                file,
                file_name=file.name,
                interaction_id=interaction_id,
                max_bytes=page.settings.upload_bytes,
                now=page.now(),
            )
        except BadInput as refusal:
            problems += refusal.problems
        else:
            rows.append(
                {
                    page._("Recording"): place_of(file.name),
                    page._("Interaction"): kept.interaction_id,
                    page._("State"): _state(page, kept),
                }
            )
    if rows:
        table(pd.DataFrame(rows))
    show_problems(page, problems)
    return bool(rows)


def _state(page: Here, kept: Uploaded) -> str:
    _ = page._
    if kept.was_there:
        return _("was there already")
    return _("kept, as a new call") if kept.is_new else _("kept, waits to be transcribed")


def _lacking(page: Here, lacking: pd.DataFrame) -> None:
    _ = page._
    st.subheader(_("Drawn calls without their recording"))
    if lacking.empty:
        st.caption(_("Every drawn call has its recording, or its words."))
        return
    rows = [
        {
            _("Interaction"): call["id"],
            _("Agent"): page.called(call["agent_name"], call["agent_name_fa"]),
            _("Start"): page.moment(call["started_at"]),
            _("Missing file"): call["file"] or "–",
        }
        for call in lacking.to_dict("records")
    ]
    table(pd.DataFrame(rows))
    if len(rows) == _CALLS_SHOWN:
        st.caption(page.digits(_("The newest {n} are shown.").format(n=_CALLS_SHOWN)))


def _called(page: Here, call: dict[Any, Any]) -> str:
    agent = page.called(call["agent_name"], call["agent_name_fa"])
    return f"{call['id']} · {agent} · {page.moment(call['started_at'])}"
