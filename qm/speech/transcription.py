"""What a speech model gives, and what the rest of qm asks of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from qm.core.transcript import Segment

Reason = Literal["repeated", "over_silence", "unlikely"]
Setting = str | int | float | None
OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class LeftOut:
    """A line that the model wrote and that the transcript does not have, with the reason.

    `repeated`: the model went round in circles; `over_silence`: nobody speaks there;
    `unlikely`: the model itself hardly believes it.
    """

    segment: Segment
    reason: Reason


@dataclass(frozen=True)
class Transcription:
    """The words of a recording, in the order of time.

    `language` is the one asked for, or the detected one; `channels` counts the parties that
    were recorded apart (1: the speakers are unknown); `processing_s` includes the decoding,
    `model_s` of it were spent in the speech model and the voice detector; `settings` are all
    that decided the words besides the sound, as plain values.
    """

    segments: tuple[Segment, ...]
    language: str
    duration_s: float
    processing_s: float
    model: str
    channels: int
    left_out: tuple[LeftOut, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)
    model_s: float = 0.0


class SpeechModel(Protocol):
    """What transcribes; `qm.speech.whisper.Transcriber` is one.

    Callers name this, not that one: the web process must not come near the model.
    """

    def transcribe(
        self, path: Path, language: str | None, *, on_progress: OnProgress | None = None
    ) -> Transcription:
        """Return the words of a recording; no language: it is detected. Raises `BadInput`.

        `on_progress` gets the seconds of the recording that have been heard, growing.
        """

    def settings(self, language: str | None) -> dict[str, Setting]:
        """Return all that decides the words besides the sound, as plain values."""

    def settings_sha256(self, language: str | None) -> str:
        """Return the hash of `settings`."""
