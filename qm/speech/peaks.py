"""Writes how loud a recording is along its time, to draw it; a program of its own.

Decoding a recording takes seconds and hundreds of megabytes: nothing for the web process.
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

STEPS = 800
"""Into so many steps of equal length the recording is cut, more than a screen shows."""


def write_peaks(source: Path, target: Path, silences: Sequence[tuple[float, float]]) -> None:
    """Write the loudest sample of each step of each channel, 0 to 100, whole or not at all.

    0 within `silences`. Raises `BadInput` for what is no sound, OSError where nothing can be
    written.
    """
    sound = np.stack(read_sound(source).channels)
    for start_s, end_s in silences:
        sound[:, max(0, int(start_s * RATE)) : int(end_s * RATE) + 1] = 0
    loudest = [_peaks(channel) for channel in sound]
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=target.parent, suffix=".part", delete=False) as file:
        json.dump({"channels": loudest}, file)
        unfinished = Path(file.name)
    unfinished.replace(target)


def _peaks(channel: NDArray[np.int16]) -> list[int]:
    steps = np.array_split(channel.astype(np.int32), STEPS)
    return [round(100 * int(np.abs(step).max(initial=0)) / 32768) for step in steps]


def main() -> int:
    """Write the peaks that are ordered on standard input; standard output tells what hinders it."""
    order = json.load(sys.stdin)
    try:
        write_peaks(Path(order["source"]), Path(order["target"]), order["silences"])
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
