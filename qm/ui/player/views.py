"""What the player shows: lines, facts, remarks, marks. All texts are plain text and localised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Speaker = Literal["agent", "customer", "unknown", "system"]
BlockKind = Literal["subject", "headers", "text", "quote"]


@dataclass(frozen=True)
class SegmentView:
    """One line of the transcript; `index` is what an event names.

    Times are seconds from the start of the recording, None where unknown (e-mail, some chats);
    `time` is shown in place of `start_s` where a message has a time of day. `parts` are the text
    in pieces, each with whether the machine was unsure of it; without any it was sure. `blocks`
    are those of an e-mail: headers and what is quoted are folded. A line without text is one that
    a person found not to be said.
    """

    index: int
    speaker: Speaker
    start_s: float | None
    end_s: float | None
    text: str
    badges: Sequence[str] = ()
    parts: Sequence[tuple[str, bool]] = ()
    blocks: Sequence[tuple[BlockKind, str]] = ()
    time: str = ""
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
    """A short label (a question's number) at a moment of the recording, or over a stretch of it.

    In seconds; a click plays from the start, to the end where there is one.
    """

    label: str
    start_s: float
    end_s: float | None = None


@dataclass(frozen=True)
class Start:
    """Where the player begins to play by itself, up to `end_s` where there is one.

    Without a recording it shows the line. It goes there once; for the same place again, `asked`
    is another number.
    """

    start_s: float | None
    line: int | None
    asked: int = 0
    end_s: float | None = None


@dataclass(frozen=True)
class PlayerView:
    """Everything the player shows of the interaction with the id `interaction`.

    Without a `recording_url` the segments are shown as a conversation without a time axis.
    `labels` has the keys of `player_labels`; `language` is "fa" or "en". With `can_cite` lines
    are cited and stretches are marked and pinned. With a `version` the lines can be corrected: a
    correction names the version it was made in. `refusal` says in the editor why the last one was
    not taken. `silences` are the long ones, from and to in seconds.
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
    silences: Sequence[tuple[float, float]] = ()
    interaction: str = ""
