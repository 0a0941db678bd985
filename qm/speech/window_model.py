"""faster-whisper, window by window: the only module that knows how it is asked.

Importing it takes a second and 200 MB that only a worker with work needs.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from numpy.typing import NDArray

from qm.core.transcript import Word
from qm.speech.audio import RATE
from qm.speech.voice import WINDOW_S
from qm.speech.windows import HeardWindow

_DETECTION_WINDOWS = 4
_WINDOW_SAMPLES = WINDOW_S * RATE
_FRAMES_PER_WINDOW = WINDOW_S * 100


class _Whisper(WhisperModel):  # type: ignore[misc]
    def encode(self, features: NDArray[np.float32]) -> Any:
        """Encode one window after the other on a CPU.

        Together they are no faster there, but need 600 MB at once for the attention of eight.
        """
        if self.model.device != "cpu" or features.ndim == 2:
            return super().encode(features)
        encoded = [np.asarray(super(_Whisper, self).encode(window)) for window in features]
        self._encoded = np.concatenate(encoded)  # the view below does not keep it alive
        return ctranslate2.StorageView.from_array(self._encoded)


class WindowModel:
    """A loaded model. Loading raises what CTranslate2 raises."""

    def __init__(self, model: Path | str, device: str, compute_type: str, threads: int) -> None:
        self._model = _Whisper(
            str(model), device=device, compute_type=compute_type, cpu_threads=threads
        )
        self._pipeline = BatchedInferencePipeline(self._model)

    @property
    def languages(self) -> list[str]:
        """Codes of the languages that the model knows."""
        return list(self._model.supported_languages)

    def detected_language(self, sound: NDArray[np.float32]) -> str:
        """Return the likeliest language of up to two minutes of voice."""
        found = self._model.detect_language(sound, language_detection_segments=_DETECTION_WINDOWS)
        return str(found[0])

    def hear(
        self, sounds: Sequence[NDArray[np.float32]], language: str, **options: Any
    ) -> list[HeardWindow]:
        """Return what is said in sounds of at most 30 s each; `options` are faster-whisper's."""
        laid_out = np.zeros(len(sounds) * _WINDOW_SAMPLES, dtype=np.float32)
        clips = []
        for at, sound in enumerate(sounds):
            laid_out[at * _WINDOW_SAMPLES :][: len(sound)] = sound
            # Half a sample more: the library cuts what it multiplies down to whole samples.
            end_s = at * WINDOW_S + (len(sound) + 0.5) / RATE
            clips.append({"start": at * WINDOW_S, "end": end_s})
        # Without the model's own time marks it drops fewer words; the words' times come from
        # the attention, and they alone are right where silence was left out.
        segments, _ = self._pipeline.transcribe(
            laid_out,
            language=language,
            clip_timestamps=clips,
            batch_size=len(sounds),
            word_timestamps=True,
            without_timestamps=True,
            **options,
        )
        heard = [HeardWindow()] * len(sounds)
        for segment in segments:  # nothing is computed before this loop
            at = segment.seek // _FRAMES_PER_WINDOW
            heard[at] = _heard_window(segment, at * WINDOW_S)
        return heard


def _heard_window(segment: Any, begin_s: float) -> HeardWindow:
    words = tuple(
        Word(
            float(word.start) - begin_s,
            float(word.end) - begin_s,
            word.word,
            round(float(word.probability), 3),
        )
        for word in segment.words or ()
    )
    return HeardWindow(words, float(segment.avg_logprob), float(segment.no_speech_prob))
