"""The recording player: audio on a time axis with the transcript that follows and seeks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

Speaker = Literal["agent", "customer", "unknown", "system"]

_HERE = Path(__file__).parent
_SCRIPTS = ("texts.js", "recording.js", "transcript.js", "hotkeys.js", "player.js")  # one module
_component = st.components.v2.component(
    "qm.player",
    html=(_HERE / "player.html").read_text("utf-8"),
    css=(_HERE / "player.css").read_text("utf-8"),
    js="\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS),
)


@dataclass(frozen=True)
class SegmentView:
    """One line of the transcript; `index` is what a cite event names.

    Times are seconds from the start of the recording, None where unknown (e-mail, some chats).
    """

    index: int
    speaker: Speaker
    start_s: float | None
    end_s: float | None
    text: str
    badges: Sequence[str] = ()


@dataclass(frozen=True)
class Mark:
    """A short label (a question's number) at a moment of the recording, in seconds."""

    label: str
    start_s: float


@dataclass(frozen=True)
class PlayerView:
    """Everything the player shows; all texts are plain text and already localised.

    Without a `recording_url` the segments are shown as a conversation without a time axis.
    `labels` has the keys of `player_labels`; `language` is "fa" or "en".
    """

    recording_url: str | None
    duration_s: float | None
    segments: Sequence[SegmentView]
    labels: Mapping[str, str]
    language: str
    marks: Sequence[Mark] = ()
    facts: Sequence[str] = ()
    note: str = ""
    can_cite: bool = False


@dataclass(frozen=True)
class PlayerEvent:
    """What the user did in the player during this rerun: cited a segment as evidence."""

    kind: Literal["cite"]
    segment_index: int


def player(*, key: str, view: PlayerView) -> PlayerEvent | None:
    """Show the player; return the user's event once, in the rerun that the event caused.

    A rerun with another `view` under the same `key` updates what differs and never interrupts
    playing; use one key per interaction, so that another interaction starts at its beginning.
    """
    result = _component(key=key, data=asdict(view), on_cite_change=lambda: None)
    return _event(result.get("cite"), view)


def player_labels(_: Callable[[str], str]) -> dict[str, str]:
    """The player's own words in the language of the translation function `_`."""
    return {
        "agent": _("Agent"),
        "customer": _("Customer"),
        "unknown": _("Speaker unknown"),
        "system": _("System"),
        "back": _("Back 5 seconds"),
        "forward": _("Forward 5 seconds"),
        "play": _("Play"),
        "pause": _("Pause"),
        "speed": _("Playback speed"),
        "follow": _("Follow"),
        "position": _("Position in the recording"),
        "transcript": _("Transcript"),
        "empty": _("There is no transcript yet."),
        "cite": _("Cite as evidence"),
        "signed_out": _("The recording cannot be played: you are signed out. Sign in again."),
        "forbidden": _("The recording cannot be played: you have no access to it."),
        "missing": _("The recording cannot be played: the file was not found."),
        "unreadable": _("The recording cannot be played: the browser cannot read this file."),
        "unreachable": _("The recording cannot be played: the server did not answer. Try again."),
    }


def _event(sent: Any, view: PlayerView) -> PlayerEvent | None:
    """Trust nothing a browser sends: only a segment that was shown, only where citing is on."""
    if not view.can_cite or type(sent) is not int:
        return None
    if all(segment.index != sent for segment in view.segments):
        return None
    return PlayerEvent("cite", sent)
