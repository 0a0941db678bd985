"""Sound files: reading them into channels, within limits and without trusting their headers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from qm.core.problems import N_, BadInput, Problem, explain
from qm.speech.files import checked_bytes

NOT_AUDIO = explain(
    "audio.not_audio",
    N_("The file is no sound file that can be read ({detail})."),
    N_("Check that it plays; wav, mp3, ogg/opus, flac, m4a, amr and webm are read."),
)
ODD_RATE = explain(
    "audio.odd_rate",
    N_("The file claims {rate} samples per second; speech has 4,000 to 192,000."),
    N_("The header is broken: export the recording again."),
)
TOO_LONG = explain(
    "audio.too_long",
    N_("The recording lasts more than {hours} hours."),
    N_("Cut it into calls; if it is short, its header is broken: export it again."),
)
CUT_SHORT = explain(
    "audio.cut_short",
    N_("The file says that it holds more than it does ({declared}, found {found})."),
    N_("It is cut short or its header is broken: copy the recording again."),
)
SILENT = explain(
    "audio.no_sound",
    N_("The file holds no sound at all (no sample could be read)."),
    N_("Export the recording again from the telephone system."),
)

RATE = 16_000
"""Samples per second after decoding; what Whisper hears."""

MAX_HOURS = 4
_RATES = range(4_000, 192_001)
# No playlists: a "recording" must not make us open another file or an address.
_FORMATS = "wav,w64,aiff,au,mp3,aac,ogg,flac,mov,matroska,amr,gsm,g722"
# Their headers give no length; the decoder guesses it from the first frames.
_GUESSED_LENGTH = ("mp3", "aac")

Samples = NDArray[np.int16]


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
            options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"},
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
    limit = MAX_HOURS * 3600 * RATE * count * 2
    data = bytearray()
    for frame in _frames(container, stream):
        for piece in resampler.resample(frame):
            data += piece.to_ndarray().tobytes()
        if len(data) > limit:
            raise _too_long(name)
    if not data:
        raise BadInput(Problem(SILENT, name))
    return np.frombuffer(data, dtype=np.int16)


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
