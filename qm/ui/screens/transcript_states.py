"""Transcripts: the queue of recordings, files from elsewhere, and what is masked in the words."""

import streamlit as st

from qm.ui.here import here
from qm.ui.transcripts.privacy_rules import show_privacy
from qm.ui.transcripts.queue_tab import show_queue
from qm.ui.transcripts.recording_upload import show_recording_upload
from qm.ui.transcripts.transcript_upload import show_transcript_upload

page = here()
_ = page._
page.actor.require("transcribe")
st.title(_("Transcripts"))
labels = [_("Queue"), _("Recordings"), _("Transcript files"), _("Masking")]
queue, recordings, transcripts, masking = st.tabs(
    labels, key=f"transcripts-tab-{page.language}", on_change="rerun"
)
if queue.open:
    with queue:
        show_queue(page)
if recordings.open:
    with recordings:
        show_recording_upload(page)
if transcripts.open:
    with transcripts:
        show_transcript_upload(page)
if masking.open:
    with masking:
        show_privacy(page)
