"""Where somebody speaks: the voice detector that faster-whisper brings (Silero), in stretches."""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qm.speech.audio import RATE, Samples

WINDOW_S = 30
"""What Whisper hears at once; no stretch is longer."""

_BLOCK_S = 600
_SEARCHED_S = 30
_FRAME = RATE // 10
_PAUSE_MS = 160
_MARGIN_MS = 400
_SHORTEST_MS = 70  # two frames of the detector; notes of hold music may seem that much voice
_NOTHING_DB = -120.0


class Stretch(NamedTuple):
    """A stretch of a channel in which somebody speaks, in samples; the end is not in it."""

    start: int
    end: int


def voice_stretches(samples: Samples) -> list[Stretch]:
    """Return where somebody speaks, in order, each at most 30 s long with a margin around it.

    The sound is looked at in blocks of ten minutes, cut where it is quiet: an hour as floats
    and the detector's intermediate results would need gigabytes.
    """
    return [
        Stretch(start + found.start, start + found.end)
        for start, end in _blocks(samples)
        for found in _stretches(as_floats(samples[start:end]))
    ]


def as_floats(samples: Samples) -> NDArray[np.float32]:
    """Return samples between -1 and 1, as the models hear them."""
    return samples.astype(np.float32) / np.float32(32768)


def _stretches(samples: NDArray[np.float32]) -> list[Stretch]:
    # Here and not above: the library takes a second and 200 MB that only a worker needs.
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415

    options = VadOptions(
        min_speech_duration_ms=_SHORTEST_MS,
        max_speech_duration_s=WINDOW_S,
        min_silence_duration_ms=_PAUSE_MS,
        speech_pad_ms=_MARGIN_MS,
    )
    found = get_speech_timestamps(samples, options)
    return [Stretch(int(each["start"]), int(each["end"])) for each in found]


def _blocks(samples: Samples) -> Iterator[tuple[int, int]]:
    start = 0
    while len(samples) - start > _BLOCK_S * RATE:
        end = _quietest(samples, start + (_BLOCK_S - _SEARCHED_S) * RATE, start + _BLOCK_S * RATE)
        yield start, end
        start = end
    yield start, len(samples)


def _quietest(samples: Samples, start: int, end: int) -> int:
    """Return the middle of the quietest 0.3 s in a range of samples."""
    frames = as_floats(samples[start:end]).reshape(-1, _FRAME)
    power = np.convolve((frames**2).sum(axis=1), np.ones(3), mode="valid")
    return start + (int(power.argmin()) + 1) * _FRAME + _FRAME // 2


def level_db(samples: Samples, stretches: Iterable[Stretch]) -> float:
    """Return how loud stretches of a channel are, in decibels of full scale; -120 for nothing."""
    power = count = 0.0
    for start, end in stretches:
        part = as_floats(samples[start:end])
        power += float(np.dot(part, part))
        count += len(part)
    return max(10 * math.log10(power / count), _NOTHING_DB) if power else _NOTHING_DB
