"""Writes the copies of recordings that are played; a program of its own for the web process.

FLAC: every browser plays it, nothing is lost, and it is written seven times as fast as MP3.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import av
import numpy as np
from numpy.typing import NDArray

from qm.core.problems import BadInput
from qm.speech.audio import RATE, read_sound

_FRAME = 4096


def write_copy(source: Path, target: Path, silences: Sequence[tuple[float, float]]) -> None:
    """Write a copy of a recording that is silent in these seconds, whole or not at all.

    Both channels are silent: what one says is heard in the other. Raises `BadInput` for what is
    no sound, OSError where the copy cannot be written.
    """
    sound = np.stack(read_sound(source).channels)
    for start_s, end_s in silences:
        sound[:, max(0, int(start_s * RATE)) : int(end_s * RATE) + 1] = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
    try:
        _write_flac(unfinished, sound)
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


def main() -> int:
    """Write the copy that is ordered on standard input; standard output tells what hinders it."""
    order = json.load(sys.stdin)
    try:
        write_copy(Path(order["source"]), Path(order["target"]), order["silences"])
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
