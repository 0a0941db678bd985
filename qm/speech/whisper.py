"""Whisper through faster-whisper: what a worker process hears recordings with."""

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qm.core.problems import BadInput, Problem
from qm.core.transcript import Segment, Speaker, Word
from qm.speech.audio import RATE, Samples, Sound, read_sound
from qm.speech.guards import kept_and_left_out, reason_against, without_loops
from qm.speech.lines import in_order, lines_of
from qm.speech.machine import cores, device_of
from qm.speech.problems import LANGUAGE_UNKNOWN, MODEL_UNUSABLE
from qm.speech.transcription import LeftOut, OnProgress, Setting, Transcription
from qm.speech.voice import Stretch, level_db, voice_stretches
from qm.speech.windows import HeardWindow, Window, batches_of, windows_of

if TYPE_CHECKING:
    from qm.speech.window_model import WindowModel

_RECIPE = 2
"""Count it up with every change that makes other words or lines from the same sound."""
_DETECTION_WINDOWS = 4


class Transcriber:
    """A Whisper model that is loaded once, with the settings that decide what it writes.

    `model` is a folder or a name for faster-whisper, `label` what the transcript says of it;
    `device` is auto, cpu or cuda; `compute_type` auto is int8 on a CPU, int8_float16 on a GPU;
    `hints` are names and terms separated by commas; `agent_channel` is left or right; `threads`
    0 means one per core. One call at a time.
    """

    def __init__(  # noqa: PLR0913 (each is a setting of qm)
        self,
        model: Path | str,
        *,
        label: str,
        device: str = "auto",
        compute_type: str = "auto",
        batch_size: int = 8,
        beam_size: int = 2,
        hints: str = "",
        agent_channel: str = "left",
        threads: int = 0,
    ) -> None:
        self._model_name = model
        self._label = label
        self._device = device_of(device)
        fitting = "int8" if self._device == "cpu" else "int8_float16"
        self._compute_type = fitting if compute_type == "auto" else compute_type
        self._batch_size = batch_size
        self._beam_size = beam_size
        self._hints = ", ".join(filter(None, (hint.strip() for hint in hints.split(","))))
        self._agent_channel = agent_channel
        self._threads = threads or cores()

    def load(self) -> None:
        """Load the model, some seconds. Raises `BadInput` where it cannot be."""
        try:
            _ = self._model
        except (RuntimeError, ValueError, OSError, KeyError) as error:
            values = {"detail": str(error) or type(error).__name__}
            raise BadInput(Problem(MODEL_UNUSABLE, self._label, values=values)) from error

    def transcribe(
        self, path: Path, language: str | None, *, on_progress: OnProgress | None = None
    ) -> Transcription:
        """Return the words of a recording; no language: it is detected. Raises `BadInput`.

        Two channels are heard apart, in the same batches, and merged by time. `on_progress` gets
        the seconds heard so far, growing, and may raise to end the work.
        """
        began = time.monotonic()
        self.load()
        code = self._known_language(language, path.name)
        sound = read_sound(path)
        tell = on_progress or (lambda _: None)
        tell(0.0)
        decoded = time.monotonic()
        voices = [voice_stretches(channel) for channel in sound.channels]
        windows = windows_of(voices)
        code = code or self._detected_language(sound, windows)
        heard = self._heard(sound, windows, code, tell)
        modelled = time.monotonic()
        kept, left_out = self._lines(sound, windows, heard)
        tell(sound.duration_s)
        return Transcription(
            segments=in_order(kept),
            language=code,
            duration_s=round(sound.duration_s, 2),
            processing_s=round(time.monotonic() - began, 2),
            model=self._label,
            channels=len(sound.channels),
            left_out=tuple(sorted(left_out, key=lambda each: each.segment.start_s or 0.0)),
            settings=self.settings(language),
            model_s=round(modelled - decoded, 2),
        )

    def settings(self, language: str | None) -> dict[str, Setting]:
        """Return all that decides the words besides the sound, as plain values.

        `recipe` counts the ways of this program. What makes it faster
        (device, threads, batches) is not among them.
        """
        weights = Path(self._model_name) / "model.bin"
        return {
            "recipe": _RECIPE,
            "model": self._label,
            "model_bytes": weights.stat().st_size if weights.is_file() else None,
            "compute_type": self._compute_type,
            "beam_size": self._beam_size,
            "hints": self._hints,
            "agent_channel": self._agent_channel,
            "language": language,
        }

    def settings_sha256(self, language: str | None) -> str:
        """Return the hash of `settings`."""
        settings = json.dumps(self.settings(language), sort_keys=True)
        return hashlib.sha256(settings.encode()).hexdigest()

    @cached_property
    def _model(self) -> "WindowModel":
        # Here and not above: the library takes a second and 200 MB that only a worker needs.
        from qm.speech.window_model import WindowModel  # noqa: PLC0415

        return WindowModel(self._model_name, self._device, self._compute_type, self._threads)

    def _known_language(self, language: str | None, name: str) -> str | None:
        if not language:
            return None
        code = language.replace("_", "-").split("-")[0].lower()
        if code not in self._model.languages:
            raise BadInput(Problem(LANGUAGE_UNKNOWN, name, values={"language": language}))
        return code

    def _detected_language(self, sound: Sound, windows: Sequence[Window]) -> str:
        """Return the likeliest language of all channels together: a call has one."""
        first = [each.sound(sound.channels[each.channel]) for each in windows[:_DETECTION_WINDOWS]]
        return self._model.detected_language(np.concatenate([np.zeros(1, np.float32), *first]))

    def _heard(
        self, sound: Sound, windows: Sequence[Window], language: str, tell: OnProgress
    ) -> list[HeardWindow]:
        heard: list[HeardWindow] = []
        for batch in batches_of(windows, self._batch_size):
            tell(batch[0].start_s)
            heard += self._heard_at_once(sound, batch, language)
        return heard

    def _heard_at_once(
        self, sound: Sound, windows: Sequence[Window], language: str
    ) -> list[HeardWindow]:
        sounds = [window.sound(sound.channels[window.channel]) for window in windows]
        return self._model.hear(
            sounds, language, beam_size=self._beam_size, hotwords=self._hints or None
        )

    def _lines(
        self, sound: Sound, windows: Sequence[Window], heard: Sequence[HeardWindow]
    ) -> tuple[list[Segment], list[LeftOut]]:
        """Return the lines of all speakers, and those that the guards take out."""
        kept: list[Segment] = []
        left_out: list[LeftOut] = []
        for channel, speaker in enumerate(self._speakers(sound)):
            own = [pair for pair in zip(windows, heard, strict=True) if pair[0].channel == channel]
            lines, without = _speaker_lines(own, speaker, sound.channels[channel])
            kept += lines
            left_out += without
        return kept, left_out

    def _speakers(self, sound: Sound) -> tuple[Speaker, ...]:
        if len(sound.channels) == 1:
            return ("unknown",)
        return ("agent", "customer") if self._agent_channel == "left" else ("customer", "agent")


def _speaker_lines(
    heard: Iterable[tuple[Window, HeardWindow]], speaker: Speaker, samples: Samples
) -> tuple[list[Segment], list[LeftOut]]:
    said: list[Word] = []
    left_out: list[LeftOut] = []
    stretches: list[Stretch] = []
    for window, each in heard:
        stretches += window.stretches
        words = [_placed(window, word) for word in each.words]
        reason = reason_against(each)
        kept, without = ([], words) if reason else without_loops(words)
        said += kept
        left_out += [LeftOut(line, reason or "repeated") for line in lines_of(without, speaker)]
    voice_db = level_db(samples, stretches)
    lines, more = kept_and_left_out(
        lines_of(said, speaker), lambda line: level_db(samples, [_stretch(line)]), voice_db
    )
    return lines, left_out + more


def _placed(window: Window, word: Word) -> Word:
    start_s, end_s = window.span_s(word.start_s, word.end_s)
    return Word(round(start_s, 2), round(end_s, 2), word.text, word.probability)


def _stretch(line: Segment) -> Stretch:
    return Stretch(int((line.start_s or 0.0) * RATE), int((line.end_s or 0.0) * RATE) + 1)
