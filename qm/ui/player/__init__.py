"""The recording player: audio on a time axis with the transcript that follows and seeks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import streamlit as st

Speaker = Literal["agent", "customer", "unknown", "system"]

_HERE = Path(__file__).parent
_SCRIPTS = (  # one module
    *("texts.js", "recording.js", "editor.js", "transcript.js", "remarks.js"),
    *("hotkeys.js", "player.js"),
)
_MOST_LETTERS = 10_000  # more than any line has; what is too long is told by the workflow
_component = st.components.v2.component(
    "qm.player",
    html=(_HERE / "player.html").read_text("utf-8"),
    css=(_HERE / "player.css").read_text("utf-8"),
    js="\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS),
)


@dataclass(frozen=True)
class SegmentView:
    """One line of the transcript; `index` is what an event names.

    Times are seconds from the start of the recording, None where unknown (e-mail, some chats).
    `parts` are the text in pieces, each with whether the machine was unsure of it; without any it
    was sure. A line without text is one that a person found not to be said.
    """

    index: int
    speaker: Speaker
    start_s: float | None
    end_s: float | None
    text: str
    badges: Sequence[str] = ()
    parts: Sequence[tuple[str, bool]] = ()
    is_unsure: bool = False
    is_corrected: bool = False


@dataclass(frozen=True)
class Fact:
    """Something counted in the transcript, and in a sentence what it means."""

    text: str
    explanation: str = ""


@dataclass(frozen=True)
class Remark:
    """Something to know about a place of the transcript; `sign` is one character before it.

    A click leads to the second, or to the line where there is no recording.
    """

    text: str
    sign: str = ""
    tone: Literal["plain", "good", "bad"] = "plain"
    start_s: float | None = None
    line: int | None = None


@dataclass(frozen=True)
class Remarks:
    """Remarks under a heading; they are folded away until somebody wants to read them."""

    title: str
    remarks: Sequence[Remark]


@dataclass(frozen=True)
class Mark:
    """A short label (a question's number) at a moment of the recording, in seconds."""

    label: str
    start_s: float


@dataclass(frozen=True)
class Start:
    """Where the player begins to play by itself; without a recording it shows the line.

    It goes there once; for the same place again, `asked` is another number.
    """

    start_s: float | None
    line: int
    asked: int = 0


@dataclass(frozen=True)
class PlayerView:
    """Everything the player shows; all texts are plain text and already localised.

    Without a `recording_url` the segments are shown as a conversation without a time axis.
    `labels` has the keys of `player_labels`; `language` is "fa" or "en". With a `version` the
    lines can be corrected: a correction names the version it was made in. `refusal` says in the
    editor why the last one was not taken.
    """

    recording_url: str | None
    duration_s: float | None
    segments: Sequence[SegmentView]
    labels: Mapping[str, str]
    language: str
    marks: Sequence[Mark] = ()
    facts: Sequence[Fact] = ()
    note: str = ""
    can_cite: bool = False
    remarks: Sequence[Remarks] = ()
    version: int | None = None
    refusal: str = ""
    start: Start | None = None


@dataclass(frozen=True)
class PlayerEvent:
    """What the user did in the player during this rerun, with one line of the transcript.

    They cited it as evidence, or corrected it: `text` (empty: it is not said) and `speaker` as
    they should be, written in `version`.
    """

    kind: Literal["cite", "correct"]
    segment_index: int
    text: str = ""
    speaker: Speaker = "unknown"
    version: int = 0


def player(*, key: str, view: PlayerView) -> PlayerEvent | None:
    """Show the player; return the user's event once, in the rerun that the event caused.

    A rerun with another `view` under the same `key` updates what differs and never interrupts
    playing; use one key per interaction, so that another interaction starts at its beginning.
    """
    result = _component(
        key=key, data=asdict(view), on_cite_change=lambda: None, on_correct_change=lambda: None
    )
    return _event(result.get("cite"), view) or _correction(result.get("correct"), view)


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
        "correct": _("Correct"),
        "correct_line": _("Correct this line"),
        "text": _("What is said"),
        "speaker": _("Who says it"),
        "save": _("Save"),
        "not_said": _("Not said"),
        "cancel": _("Cancel"),
        "removed": _("nothing is said here"),
        "corrected": _("corrected by a person"),
        "unsure": _("the machine was unsure here: listen"),
        "go": _("Go to {time}"),
        "signed_out": _("The recording cannot be played: you are signed out. Sign in again."),
        "forbidden": _("The recording cannot be played: you have no access to it."),
        "missing": _("The recording cannot be played: the file was not found."),
        "unsilenced": _(
            "The recording cannot be played yet: its transcript must tell first where personal "
            "data is said."
        ),
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


def _correction(sent: Any, view: PlayerView) -> PlayerEvent | None:
    """Trust nothing: only a line that was shown, one of the speakers, a text of some length."""
    if view.version is None or not isinstance(sent, dict):
        return None
    line, text, speaker, version = (
        sent.get(name) for name in ("line", "text", "speaker", "version")
    )
    if type(line) is not int or all(segment.index != line for segment in view.segments):
        return None
    if not isinstance(text, str) or len(text) > _MOST_LETTERS or type(version) is not int:
        return None
    known: tuple[Speaker, ...] = get_args(Speaker)
    for one in known:
        if one == speaker:
            return PlayerEvent("correct", line, text, one, version)
    return None
