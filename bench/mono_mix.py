"""A call as one channel, so that everybody hears the same sound."""

import wave
from pathlib import Path

import numpy as np

from qm.speech.audio import RATE, read_sound


def channels_of(call: Path) -> int:
    """Return how many parties of a call were recorded apart."""
    return len(read_sound(call).channels)


def write_mono_mix(call: Path, target: Path) -> Path:
    """Write the mean of a call's channels as a 16 kHz wav file; return its path."""
    mix = np.mean([channel.astype(np.float32) for channel in read_sound(call).channels], axis=0)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(mix.astype("<i2").tobytes())
    return target
