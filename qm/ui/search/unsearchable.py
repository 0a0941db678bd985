"""Transcripts that the search does not find yet."""

import streamlit as st

from qm.ui.here import Here
from qm.workflow.transcript_search import count_unsearchable_transcripts, index_missing


def offer_index(page: Here) -> None:
    """Tell whoever runs the transcripts that some are not found yet, and make them so."""
    _ = page._
    if not page.actor.may("transcribe"):
        return
    missing = count_unsearchable_transcripts(page.engine, page.actor)
    if not missing:
        return
    text = _("{count} transcripts are not found yet: they wait for the masking rules in force.")
    st.warning(page.digits(text.format(count=missing)))
    if not st.button(_("Make them searchable")):
        return
    bar = st.progress(0.0)

    def show(done: int, total: int) -> None:
        bar.progress(done / total)

    index_missing(page.engine, page.actor, show)
    st.rerun()
