"""Writes the copies of recordings that are played, and how loud they are, to draw them.

A program of its own for the web process: decoding a recording takes seconds and hundreds of
megabytes. Copies are FLAC: every browser plays it, nothing is lost, and it is written seven times
as fast as MP3.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

import av
import numpy as np
from numpy.typing import NDArray

from qm.core.problems import BadInput
from qm.speech.audio import RATE, read_sound

Product = Literal["copy", "peaks"]

STEPS = 800
"""Into so many steps of equal length peaks cut a recording, more than a screen shows."""

_FRAME = 4096


def write_copy(source: Path, target: Path, silences: Sequence[tuple[float, float]]) -> None:
    """Write a copy of a recording that is silent in these seconds, whole or not at all.

    Raises `BadInput` for what is no sound, OSError where the copy cannot be written.
    """
    sound = _silenced(source, silences)
    _write_whole(target, lambda path: _write_flac(path, sound))


def write_peaks(source: Path, target: Path, silences: Sequence[tuple[float, float]]) -> None:
    """Write the loudest sample of each step of each channel, 0 to 100, whole or not at all.

    0 within `silences`; refusals as for `write_copy`.
    """
    loudest = {"channels": [_peaks(channel) for channel in _silenced(source, silences)]}
    _write_whole(target, lambda path: path.write_text(json.dumps(loudest), "utf-8"))


def _silenced(source: Path, silences: Sequence[tuple[float, float]]) -> NDArray[np.int16]:
    """Both channels are silent: what one says is heard in the other."""
    sound = np.stack(read_sound(source).channels)
    for start_s, end_s in silences:
        sound[:, max(0, int(start_s * RATE)) : int(end_s * RATE) + 1] = 0
    return sound


def _write_whole(target: Path, write: Callable[[Path], object]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
    try:
        write(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_flac(path: Path, sound: NDArray[np.int16]) -> None:
    layout = "mono" if len(sound) == 1 else "stereo"
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout=layout)
        for start in range(0, sound.shape[1], _FRAME):
            part = np.ascontiguousarray(sound[:, start : start + _FRAME].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout=layout)
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _peaks(channel: NDArray[np.int16]) -> list[int]:
    steps = np.array_split(channel.astype(np.int32), STEPS)
    return [round(100 * int(np.abs(step).max(initial=0)) / 32768) for step in steps]


def main() -> int:
    """Write what is ordered on standard input; standard output tells what hinders it."""
    order = json.load(sys.stdin)
    product: Product = order["product"]
    write = {"copy": write_copy, "peaks": write_peaks}[product]
    try:
        write(Path(order["source"]), Path(order["target"]), order["silences"])
    except BadInput as refusal:
        reason = refusal.problems[0].reason.rstrip(".")
    except (OSError, MemoryError, av.FFmpegError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
    else:
        return 0
    print(reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())
