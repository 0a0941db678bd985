"""Voice packed into windows that Whisper hears at once, and the way back to the recording's time.

A window costs the same whether it is full or not, so the pauses between stretches are left out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from qm.core.transcript import Word
from qm.speech.audio import RATE, Samples
from qm.speech.voice import WINDOW_S, Stretch, as_floats

WINDOW_SAMPLES = WINDOW_S * RATE


@dataclass(frozen=True)
class Window:
    """Stretches of one channel that are heard together, at least one, at most 30 s in all."""

    channel: int
    stretches: tuple[Stretch, ...]

    @property
    def start_s(self) -> float:
        """Where it begins in the recording."""
        return self.stretches[0].start / RATE

    @property
    def samples(self) -> int:
        """How many samples it has."""
        return sum(end - start for start, end in self.stretches)

    def sound(self, samples: Samples) -> NDArray[np.float32]:
        """Return the stretches of the channel one after the other."""
        return as_floats(np.concatenate([samples[start:end] for start, end in self.stretches]))

    def span_s(self, start_s: float, end_s: float) -> tuple[float, float]:
        """Return the recording's seconds of what lies between two seconds of the window.

        Both lie in the stretch to which the middle belongs: what is heard as one word was not
        said before and after a pause that was left out.
        """
        begins = list(accumulate((end - start for start, end in self.stretches), initial=0))[:-1]
        middle = (start_s + end_s) / 2 * RATE
        place = max(bisect_right(begins, middle) - 1, 0)
        stretch = self.stretches[place]
        shift_s = (stretch.start - begins[place]) / RATE
        low_s, high_s = stretch.start / RATE, stretch.end / RATE
        return (
            min(max(start_s + shift_s, low_s), high_s),
            min(max(end_s + shift_s, low_s), high_s),
        )


@dataclass(frozen=True)
class HeardWindow:
    """What the model wrote of a window; the words' seconds count from the window's begin.

    `log_probability` is the mean over the tokens; `silence_probability` the model's own guess
    that nobody speaks at all.
    """

    words: tuple[Word, ...] = ()
    log_probability: float = 0.0
    silence_probability: float = 0.0

    @property
    def text(self) -> str:
        """The words as they are written."""
        return "".join(word.text for word in self.words).strip()


def windows_of(voices: Sequence[Sequence[Stretch]]) -> list[Window]:
    """Return the windows of all channels by the time at which they begin.

    `voices` has the stretches of each channel, in order, none longer than 30 s.
    """
    windows = [
        window for channel, stretches in enumerate(voices) for window in _packed(channel, stretches)
    ]
    return sorted(windows, key=lambda window: (window.start_s, window.channel))


def batches_of(windows: Sequence[Window], most: int) -> list[Sequence[Window]]:
    """Return the windows in batches of nearly the same size, at most `most` in each."""
    count = -(-len(windows) // most)
    borders = [round(at * len(windows) / count) for at in range(count + 1)] if count else []
    return [windows[low:high] for low, high in pairwise(borders)]


def _packed(channel: int, stretches: Sequence[Stretch]) -> list[Window]:
    windows: list[Window] = []
    packed: list[Stretch] = []
    filled = 0
    for stretch in stretches:
        size = stretch.end - stretch.start
        if packed and filled + size > WINDOW_SAMPLES:
            windows.append(Window(channel, tuple(packed)))
            packed, filled = [], 0
        packed.append(stretch)
        filled += size
    return [*windows, Window(channel, tuple(packed))] if packed else windows
