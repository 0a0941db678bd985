"""The recording player: audio on a time axis with the transcript that follows and seeks."""

from dataclasses import asdict
from pathlib import Path

import streamlit as st

from qm.ui.player.events import PlayerEvent, cited, corrected, pinned
from qm.ui.player.labels import player_labels
from qm.ui.player.views import (
    BlockKind,
    Fact,
    Mark,
    PlayerView,
    Remark,
    Remarks,
    SegmentView,
    Speaker,
    Start,
)

__all__ = [
    "BlockKind",
    "Fact",
    "Mark",
    "PlayerEvent",
    "PlayerView",
    "Remark",
    "Remarks",
    "SegmentView",
    "Speaker",
    "Start",
    "player",
    "player_labels",
]

_HERE = Path(__file__).parent
_SCRIPTS = (  # one module
    *("texts.js", "folding.js", "recording.js", "editor.js", "message.js", "transcript.js"),
    *(
        "finder.js",
        "remarks.js",
        "waves.js",
        "axis.js",
        "stretch.js",
        "links.js",
        "hotkeys.js",
        "player.js",
    ),
)
_STYLES = (  # what is for touch comes last
    *("axis.css", "facts.css", "transcript.css", "conversation.css"),
    "player.css",
)
_component = st.components.v2.component(
    "qm.player",
    html=(_HERE / "player.html").read_text("utf-8"),
    css="\n".join((_HERE / name).read_text("utf-8") for name in _STYLES),
    js="\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS),
)


def player(*, key: str, view: PlayerView) -> PlayerEvent | None:
    """Show the player; return the user's event once, in the rerun that the event caused.

    A rerun with another `view` under the same `key` updates what differs and never interrupts
    playing; use one key per interaction, so that another interaction starts at its beginning.
    """
    result = _component(
        key=key,
        data=asdict(view),
        on_cite_change=lambda: None,
        on_pin_change=lambda: None,
        on_correct_change=lambda: None,
    )
    return (
        cited(result.get("cite"), view)
        or pinned(result.get("pin"), view)
        or corrected(result.get("correct"), view)
    )
