"""How long a recording is, as its header says; nothing is decoded."""

from pathlib import Path
from typing import Any

import av

from qm.core.problems import BadInput, Problem
from qm.speech.audio import MAX_HOURS, opening_options
from qm.speech.problems import NOT_AUDIO, TOO_LONG

_MICROSECONDS = 1_000_000


def length_s(path: Path) -> float | None:
    """Return the seconds of a sound file, to a tenth; None where its kind does not say.

    Raises `BadInput` for a file that is no sound, or claims to be longer than is transcribed.
    """
    try:
        with av.open(str(path), options=opening_options(), metadata_errors="ignore") as container:
            declared_s = _declared_s(container, path.name)
    except (av.FFmpegError, OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or type(error).__name__
        raise _no_sound(path.name, detail) from error
    if declared_s is not None and declared_s > MAX_HOURS * 3600:
        raise BadInput(Problem(TOO_LONG, path.name, values={"hours": MAX_HOURS}))
    return None if declared_s is None else round(declared_s, 1)


def _declared_s(container: Any, name: str) -> float | None:
    if not container.streams.audio:
        raise _no_sound(name, "no audio track")
    stream = container.streams.audio[0]
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / _MICROSECONDS if container.duration else None


def _no_sound(name: str, detail: str) -> BadInput:
    return BadInput(Problem(NOT_AUDIO, name, values={"detail": detail}))
