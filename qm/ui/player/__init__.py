"""The recording player: audio on a time axis with the transcript that follows and seeks."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from qm.ui.cut_off import entered
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


def player(
    *, key: str, view: PlayerView, on_event: Callable[[PlayerEvent], None] | None = None
) -> None:
    """Show the player; `on_event` is called once for whatever the user does in it.

    It is called before the page is drawn anew, and nothing that comes from the browser meanwhile
    can cut it off: an event would be lost with a script that was interrupted on its way to here.

    A rerun with another `view` under the same `key` updates what differs and never interrupts
    playing; use one key per interaction, so that another interaction starts at its beginning.
    """

    def heard(name: str, read: Callable[[Any, PlayerView], PlayerEvent | None]) -> None:
        event = read(entered(key).get(name), view)
        if event is not None and on_event is not None:
            on_event(event)

    _component(
        key=key,
        data=asdict(view),
        on_cite_change=lambda: heard("cite", cited),
        on_pin_change=lambda: heard("pin", pinned),
        on_correct_change=lambda: heard("correct", corrected),
    )
