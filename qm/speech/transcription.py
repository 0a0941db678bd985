"""What a speech model gives, and what the rest of qm asks of one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qm.core.transcript import Segment


@dataclass(frozen=True)
class Transcription:
    """The words of a recording, in the order of time.

    `language` is the one asked for, or the detected one; `channels` counts the parties that
    were recorded apart (1: the speakers are unknown); `processing_s` includes the decoding.
    """

    segments: tuple[Segment, ...]
    language: str
    duration_s: float
    processing_s: float
    model: str
    channels: int


class SpeechModel(Protocol):
    """What transcribes; `qm.speech.whisper.Transcriber` is one.

    Callers name this, not that one: the web process must not come near the model.
    """

    def transcribe(self, path: Path, language: str | None) -> Transcription:
        """Return the words of a recording; no language: it is detected. Raises `BadInput`."""

    def settings_sha256(self, language: str | None) -> str:
        """Return the hash of all that decides the words besides the sound."""
