"""Evidence on the card: where it is, what was said, and a way to hear it without leaving."""

from urllib.parse import urlencode

import streamlit as st

from qm.ui import theme
from qm.ui.here import Here
from qm.ui.menu import BY_ADDRESS
from qm.ui.player.evidence import evidence_link
from qm.ui.search.listening import listening
from qm.ui.search.results import Place
from qm.workflow.agent_card_questions import Clip

_LIST = BY_ADDRESS["evaluation-list"].address


def show_clip(page: Here, clip: Clip, key: str) -> None:
    """Show a piece of evidence with its day; it plays here, or in its evaluation."""
    address = f"/{_LIST}?{urlencode({'evaluation': clip.evaluation_id})}"
    with st.container(key=f"clip-{key}", horizontal=True, wrap=False, vertical_alignment="center"):
        theme.row(
            evidence_link(page, clip.evidence, clip.interaction_id, address),
            theme.words(page.day(clip.started_at), "mute"),
        )
        label = page._("Listen here") if clip.channel == "call" else page._("Read here")
        if st.button(label, key=f"listen-{key}"):
            st.dialog(page._("Evidence"), width="large")(_listen)(page, clip)


def _listen(page: Here, clip: Clip) -> None:
    evidence = clip.evidence
    listening(page, Place(clip.interaction_id, evidence.segment, evidence.start_s, 1))
