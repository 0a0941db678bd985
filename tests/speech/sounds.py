"""Real recordings, short clips of them, files that are wrong, and the real model."""

from __future__ import annotations

import ctypes
import functools
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qm.core.problems import BadInput
from qm.speech.audio import RATE, read_sound
from qm.speech.model_files import find_model
from qm.speech.whisper import Transcriber
from tests.fixtures.missing import missing

if TYPE_CHECKING:
    from qm.speech.window_model import WindowModel

REPOSITORY = Path(__file__).parents[2]
DEMO_CALLS = REPOSITORY / "recordings"
_MODELS = REPOSITORY / ".pytest_cache" / "speech-models"
_SETTINGS = {
    "label": "package:base",
    "compute_type": "int8",
    "beam_size": 2,
    "agent_channel": "left",
    "threads": 1,  # other tests want the cores, too
}
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of mallopt(3)


@functools.cache
def base_model() -> Path:
    """Return the folder of the packaged base model, a loud skip where it is not installed."""
    try:
        return Path(find_model("package:base", _MODELS))
    except BadInput as error:
        raise missing("Whisper base model", str(error)) from error


@functools.cache
def base_transcriber() -> Transcriber:
    return transcriber()


def transcriber(**changes: object) -> Transcriber:
    """Return the base model with settings of its own; what was loaded once serves all of them."""
    made = Transcriber(base_model(), **{**_SETTINGS, **changes})  # type: ignore[arg-type]
    if not changes.keys() & {"compute_type", "device", "threads"}:
        made._model = _loaded()
    return made


@functools.cache
def _loaded() -> WindowModel:
    _keep_memory()
    return Transcriber(base_model(), **_SETTINGS)._model  # type: ignore[arg-type]


@functools.cache
def _keep_memory() -> None:
    """Keep memory that is given back, as `worker_environment` lets a worker: hearing is faster."""
    if sys.platform == "linux" and hasattr(system := ctypes.CDLL(None), "mallopt"):
        system.mallopt(_ARENA_MAX, 1)
        system.mallopt(_MMAP_THRESHOLD, 1 << 30)
        system.mallopt(_TRIM_THRESHOLD, 1 << 30)


def clip(source: Path, target: Path, start_s: float, seconds: float, sides: int = 2) -> Path:
    """Write a stretch of a recording as a wav file with its first channel or both."""
    channels = _channels_of(source)[:sides]
    window = slice(int(start_s * RATE), int((start_s + seconds) * RATE))
    return write_wav(target, np.stack([channel[window] for channel in channels], axis=1))


@functools.cache
def _channels_of(source: Path) -> Sequence[np.ndarray]:
    return read_sound(source).channels


def write_wav(
    target: Path, samples: np.ndarray, rate: int = RATE, claimed_s: float | None = None
) -> Path:
    """Write 16-bit samples (time by channel); the header may claim another length."""
    data = samples.astype("<i2").tobytes()
    frame = samples.shape[1] * 2
    claimed = len(data) if claimed_s is None else int(claimed_s * rate) * frame
    form = struct.pack("<HHIIHH", 1, samples.shape[1], rate, rate * frame, frame, 16)
    target.write_bytes(
        b"RIFF"
        + struct.pack("<I", 36 + claimed)
        + b"WAVEfmt "
        + struct.pack("<I", len(form))
        + form
        + b"data"
        + struct.pack("<I", claimed)
        + data
    )
    return target


def hiss(seconds: float, channels: int = 1, seed: int = 1) -> np.ndarray:
    """Return noise as a telephone line has it, different in each channel."""
    size = (int(seconds * RATE), channels)
    return np.random.default_rng(seed).normal(0, 300, size)
