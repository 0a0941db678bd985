"""Writes the copies of recordings that are played, and how loud they are, to draw them.

A program of its own for the web process: decoding a recording takes seconds and hundreds of
megabytes. A worker process, which decodes them anyway, writes copies itself. They are FLAC: every
browser plays it, nothing is lost, and it is written seven times as fast as MP3.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

import av
import numpy as np

from qm.core.problems import BadInput
from qm.speech.audio import RATE, Samples, read_sound
from qm.speech.playback_copies import Stretches, copy_failed, copy_path

Product = Literal["copy", "peaks"]

STEPS = 800
"""Into so many steps of equal length peaks cut a recording, more than a screen shows."""

_FRAME = 4096


def copy_made_here(folder: Path, source: Path, silences: Stretches) -> Path:
    """Return the copy of a recording, made in this process where it is missing.

    As `copy_for_playing`, without the fifth of a second that a process takes to start. Raises
    `BadInput` where it cannot be made.
    """
    target = copy_path(folder, source, silences)
    if not target.is_file() and (reason := _reason_against(write_copy, source, target, silences)):
        raise copy_failed(source, reason)
    return target


def write_copy(source: Path, target: Path, silences: Stretches) -> None:
    """Write a copy of a recording that is silent in these seconds, whole or not at all.

    Raises `BadInput` for what is no sound, OSError where the copy cannot be written.
    """
    sound = _silenced(source, silences)
    _write_whole(target, lambda path: _write_flac(path, sound))


def write_peaks(source: Path, target: Path, silences: Stretches) -> None:
    """Write the loudest sample of each step of each channel, 0 to 100, whole or not at all.

    0 within `silences`; refusals as for `write_copy`.
    """
    loudest = {"channels": [_peaks(channel) for channel in _silenced(source, silences)]}
    _write_whole(target, lambda path: path.write_text(json.dumps(loudest), "utf-8"))


def _silenced(source: Path, silences: Stretches) -> tuple[Samples, ...]:
    """Both channels are silent: what one says is heard in the other."""
    channels = read_sound(source).channels
    for start_s, end_s in silences:
        for channel in channels:
            channel[max(0, int(start_s * RATE)) : int(end_s * RATE) + 1] = 0
    return channels


def _write_whole(target: Path, write: Callable[[Path], object]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
    try:
        write(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_flac(path: Path, channels: tuple[Samples, ...]) -> None:
    layout = "mono" if len(channels) == 1 else "stereo"
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout=layout)
        for start in range(0, len(channels[0]), _FRAME):
            sides = [channel[start : start + _FRAME] for channel in channels]
            part = np.stack(sides, axis=1).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout=layout)
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _peaks(channel: Samples) -> list[int]:
    steps = np.array_split(channel.astype(np.int32), STEPS)
    return [round(100 * int(np.abs(step).max(initial=0)) / 32768) for step in steps]


def _reason_against(
    write: Callable[[Path, Path, Stretches], None], source: Path, target: Path, silences: Stretches
) -> str | None:
    """Write, and return what hinders it; None where nothing does."""
    try:
        write(source, target, silences)
    except BadInput as refusal:
        return refusal.problems[0].reason.rstrip(".")
    except (OSError, MemoryError, av.FFmpegError) as error:
        return getattr(error, "strerror", None) or type(error).__name__
    return None


def main() -> int:
    """Write what is ordered on standard input; standard output tells what hinders it."""
    order = json.load(sys.stdin)
    product: Product = order["product"]
    write = {"copy": write_copy, "peaks": write_peaks}[product]
    places = Path(order["source"]), Path(order["target"])
    if not (reason := _reason_against(write, *places, order["silences"])):
        return 0
    print(reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())
