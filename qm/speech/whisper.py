"""Whisper through faster-whisper: the module that needs a worker process."""

import hashlib
import json
import os
import time
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.transcript import Segment, Speaker, Word
from qm.speech.audio import RATE, Samples, Sound, read_sound
from qm.speech.lines import in_order, lines_of
from qm.speech.transcription import Transcription

MODEL_UNUSABLE = explain(
    "speech.model_unusable",
    N_("The speech model could not be loaded ({detail})."),
    N_("Set QM_SPEECH_MODEL to package:base, to a model's folder, or to a model's name."),
)
LANGUAGE_UNKNOWN = explain(
    "speech.language_unknown",
    N_("The speech model does not know the language “{language}”."),
    N_("Correct the interaction's language (fa, en …), or set a multilingual model."),
)

_RECIPE = 1
"""Count it up with every change that makes other words or lines from the same sound."""
_BATCH_SIZE = 8
_DETECTION_WINDOWS = 4  # of 30 seconds of speech


class Transcriber:
    """A Whisper model that is loaded once, with the settings that decide what it writes.

    `model` is a folder or a name for faster-whisper, `label` what the transcript says of it;
    `agent_channel` is left or right; `threads` 0 means one per core, shared by the `workers`
    that may transcribe at a time.
    """

    def __init__(
        self,
        model: Path | str,
        *,
        label: str,
        compute_type: str,
        beam_size: int,
        agent_channel: str,
        threads: int = 0,
        workers: int = 1,
    ) -> None:
        self._model_name = model
        self._label = label
        self._compute_type = compute_type
        self._beam_size = beam_size
        self._agent_channel = agent_channel
        self._threads = threads or max(1, _cores() // workers)
        self._workers = workers

    def load(self) -> None:
        """Load the model, some seconds. Raises `BadInput` where it cannot be."""
        try:
            _ = self._model
        except (RuntimeError, ValueError, OSError, KeyError) as error:
            values = {"detail": str(error) or type(error).__name__}
            raise BadInput(Problem(MODEL_UNUSABLE, self._label, values=values)) from error

    def transcribe(self, path: Path, language: str | None) -> Transcription:
        """Return the words of a recording; no language: it is detected. Raises `BadInput`.

        Two channels are transcribed alone and merged by time.
        """
        began = time.monotonic()
        self.load()
        code = self._known_language(language, path.name)
        sound = read_sound(path)
        code = code or self._detect_language(sound)
        lines: list[Segment] = []
        for speaker, samples in self._parties(sound):
            lines += lines_of(self._words(samples, code), speaker)
        return Transcription(
            segments=in_order(lines),
            language=code,
            duration_s=round(sound.duration_s, 2),
            processing_s=round(time.monotonic() - began, 2),
            model=self._label,
            channels=len(sound.channels),
        )

    def settings_sha256(self, language: str | None) -> str:
        """Return the hash of all that decides the words besides the sound."""
        weights = Path(self._model_name) / "model.bin"
        settings = {
            "recipe": _RECIPE,
            "model": self._label,
            "model_bytes": weights.stat().st_size if weights.is_file() else None,
            "compute_type": self._compute_type,
            "beam_size": self._beam_size,
            "agent_channel": self._agent_channel,
            "language": language,
        }
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _model(self) -> Any:
        # Here and not above: the library takes a second and 200 MB that only a worker needs.
        from faster_whisper import WhisperModel  # noqa: PLC0415

        return WhisperModel(
            str(self._model_name),
            device="cpu",
            compute_type=self._compute_type,
            cpu_threads=self._threads,
            num_workers=self._workers,
        )

    def _known_language(self, language: str | None, name: str) -> str | None:
        if not language:
            return None
        code = language.replace("_", "-").split("-")[0].lower()
        if code not in self._model.supported_languages:
            raise BadInput(Problem(LANGUAGE_UNKNOWN, name, values={"language": language}))
        return code

    def _detect_language(self, sound: Sound) -> str:
        """Return the likeliest language of all channels together: a call has one."""
        mixed = np.mean([_as_floats(channel) for channel in sound.channels], axis=0)
        _, found = self._run(mixed, None)
        return str(found.language)

    def _parties(self, sound: Sound) -> list[tuple[Speaker, Samples]]:
        if len(sound.channels) == 1:
            return [("unknown", sound.channels[0])]
        left, right = sound.channels
        agent, customer = (left, right) if self._agent_channel == "left" else (right, left)
        return [("agent", agent), ("customer", customer)]

    def _words(self, samples: Samples, language: str) -> list[Word]:
        segments, _ = self._run(_as_floats(samples), language)
        end_s = len(samples) / RATE  # the model pads the sound and may end a word in there
        return [
            Word(
                round(min(float(word.start), end_s), 2),
                round(min(float(word.end), end_s), 2),
                word.word,
                round(float(word.probability), 3),
            )
            for segment in segments  # nothing is computed before this loop
            for word in segment.words or ()
        ]

    def _run(self, samples: NDArray[np.float32], language: str | None) -> tuple[Any, Any]:
        from faster_whisper import BatchedInferencePipeline  # noqa: PLC0415

        # Without the model's own time marks it drops fewer words; the lines come from the
        # words' times, which alone are right where silence was left out.
        return BatchedInferencePipeline(self._model).transcribe(  # type: ignore[no-any-return]
            samples,
            language=language,
            beam_size=self._beam_size,
            batch_size=_BATCH_SIZE,
            vad_filter=True,
            word_timestamps=True,
            without_timestamps=True,
            language_detection_segments=_DETECTION_WINDOWS,
        )


def _as_floats(samples: Samples) -> NDArray[np.float32]:
    return samples.astype(np.float32) / np.float32(32768)


def _cores() -> int:
    """Return the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
