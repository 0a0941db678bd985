"""Sound files: reading them into channels, within limits and without trusting their headers."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from qm.core.problems import BadInput, Problem
from qm.speech.files import checked_bytes
from qm.speech.problems import CUT_SHORT, NOT_AUDIO, ODD_RATE, SILENT, TOO_LONG

RATE = 16_000
"""Samples per second after decoding; what Whisper hears."""

MAX_HOURS = 4
_RATES = range(4_000, 192_001)
_FORMATS = "wav,w64,aiff,au,mp3,aac,ogg,flac,mov,matroska,avi,mpegts,amr,gsm,g722"
# Their headers give no length; the decoder guesses it from the first frames.
_GUESSED_LENGTH = ("mp3", "aac")

Samples = NDArray[np.int16]


def opening_options() -> dict[str, str]:
    """Return the options for opening a sound file that nobody has looked at yet."""
    return {
        # No playlists: a "recording" must not make us open another file or an address.
        "format_whitelist": _FORMATS,
        "protocol_whitelist": "file",
        # Else pictures are decoded, whatever their size, to see what a file holds.
        "codec_whitelist": _audio_codecs(),
    }


@cache
def _audio_codecs() -> str:
    return ",".join(sorted(filter(_is_audio, av.codecs_available)))


def _is_audio(codec: str) -> bool:
    try:
        return bool(av.Codec(codec, "r").type == "audio")
    except av.codec.codec.UnknownCodecError:  # it can only be written
        return False


@dataclass(frozen=True)
class Sound:
    """A decoded recording.

    `channels` has two entries (left, right) where two parties were recorded apart, else one;
    a stereo file with twice the same sound, or with one dead side, has one.
    """

    duration_s: float
    channels: tuple[Samples, ...]


def read_sound(path: Path) -> Sound:
    """Return the sound of a file at 16 kHz; problems name the file, never its folder.

    Damaged stretches inside the file are left out. Raises `BadInput`.
    """
    _check_size(path)
    try:
        with av.open(
            str(path),
            options=opening_options(),
            metadata_errors="ignore",
        ) as container:
            return _decode(container, path.name)
    except (av.FFmpegError, OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or type(error).__name__
        raise BadInput(Problem(NOT_AUDIO, path.name, values={"detail": detail})) from error


def _check_size(path: Path) -> None:
    size = checked_bytes(path)
    declared = _declared_wav_bytes(path)
    if declared is not None and declared > 1.01 * size + RATE:
        raise _cut_short(path.name, f"{declared} bytes", f"{size} bytes")


def _declared_wav_bytes(path: Path) -> int | None:
    """Return the file size that a wav header states; None for other files and for streams.

    The decoder believes the file's size and would not say that a wav is cut short.
    """
    with path.open("rb") as file:
        head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return None
    size = int.from_bytes(head[4:8], "little")
    written_as_stream = size >= 0xFFFFFF00 or size in (0, 0x7FFFFFFF)
    return None if written_as_stream else size + 8


def _decode(container: Any, name: str) -> Sound:
    if not container.streams.audio:
        raise BadInput(Problem(NOT_AUDIO, name, values={"detail": "no audio track"}))
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise BadInput(Problem(NOT_AUDIO, name, values={"detail": "unknown codec"}))
    if stream.sample_rate not in _RATES:
        raise BadInput(Problem(ODD_RATE, name, values={"rate": stream.sample_rate}))
    declared_s = float(stream.duration * stream.time_base) if stream.duration else None
    if declared_s is not None and declared_s > MAX_HOURS * 3600:
        raise _too_long(name)
    count = 2 if stream.codec_context.channels == 2 else 1
    samples = _samples(container, stream, count, name)
    duration_s = len(samples) / count / RATE
    _check_length(container.format.name, name, declared_s, duration_s)
    channels = tuple(samples[side::count] for side in range(count))
    return Sound(duration_s, _parties(channels))


def _samples(container: Any, stream: Any, count: int, name: str) -> Samples:
    layout = "stereo" if count == 2 else "mono"
    resampler = av.AudioResampler(format="s16", layout=layout, rate=RATE)
    # Reserved, not taken: the system gives memory as it is written, and gets all of it back.
    data = mmap.mmap(-1, MAX_HOURS * 3600 * RATE * count * 2)
    size = 0
    for frame in _frames(container, stream):
        for piece in resampler.resample(frame):
            samples = piece.to_ndarray().tobytes()
            if size + len(samples) > len(data):
                raise _too_long(name)
            data[size : size + len(samples)] = samples
            size += len(samples)
    if not size:
        raise BadInput(Problem(SILENT, name))
    return np.frombuffer(data, dtype=np.int16, count=size // 2)


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Yield the frames, without the packets that are damaged, and None at the end."""
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        for frame in frames:
            frame.pts = None  # gaps and jumps of the clock are not ours to fill
            yield frame
    yield None  # makes the resampler give what it holds back


def _check_length(format_name: str, name: str, declared_s: float | None, found_s: float) -> None:
    share = 0.5 if format_name in _GUESSED_LENGTH else 0.95
    if declared_s is not None and found_s < share * declared_s - 1:
        raise _cut_short(name, f"{declared_s:.0f} s", f"{found_s:.0f} s")


def _parties(channels: tuple[Samples, ...]) -> tuple[Samples, ...]:
    """Return the two channels only where they are two recordings.

    Same sound: the difference has less than a hundredth of the power. Dead side: less than
    a millionth of the other's (a line that is connected hisses more than that).
    """
    if len(channels) == 1:
        return channels
    left, right = (_power(channel) for channel in channels)
    if min(left, right) <= 1e-6 * max(left, right):
        return (channels[0] if left >= right else channels[1],)
    if _power(channels[0], channels[1]) <= 1e-2 * max(left, right):
        return channels[:1]
    return channels


def _power(samples: Samples, less: Samples | None = None, block: int = 1 << 20) -> float:
    """Return the sum of squares of the samples, or of their difference from `less`."""
    total = 0.0
    for start in range(0, len(samples), block):
        part = samples[start : start + block].astype(np.float32)
        if less is not None:
            part -= less[start : start + block]
        total += float(np.dot(part, part))
    return total


def _too_long(name: str) -> BadInput:
    return BadInput(Problem(TOO_LONG, name, values={"hours": MAX_HOURS}))


def _cut_short(name: str, declared: str, found: str) -> BadInput:
    return BadInput(Problem(CUT_SHORT, name, values={"declared": declared, "found": found}))
