"""Two hundred sound files with broken heads: real ones of every kind, damaged by a fixed seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import av
import numpy as np

from tests.speech.sounds import hiss

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEED = 20261122
_HEAD = 160  # bytes; where all of these say what they are
_EXTREMES = (bytes(4), b"\xff" * 4, b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x01\x00\x00\x00")

KINDS = {  # file name: container, codec, samples per second, layout
    "pcm16.wav": ("wav", "pcm_s16le", 16_000, "mono"),
    "pcm24.wav": ("wav", "pcm_s24le", 48_000, "stereo"),
    "ulaw.wav": ("wav", "pcm_mulaw", 8000, "mono"),
    "alaw.wav": ("wav", "pcm_alaw", 8000, "mono"),
    "adpcm.wav": ("wav", "adpcm_ima_wav", 8000, "mono"),
    "call.mp3": ("mp3", "libmp3lame", 16_000, "mono"),
    "opus.ogg": ("ogg", "libopus", 48_000, "mono"),
    "call.flac": ("flac", "flac", 8000, "stereo"),
    "call.m4a": ("ipod", "aac", 44_100, "stereo"),
    "call.webm": ("webm", "libopus", 48_000, "mono"),
    "call.mkv": ("matroska", "aac", 16_000, "mono"),
    "call.aiff": ("aiff", "pcm_s16be", 11_025, "mono"),
    "call.au": ("au", "pcm_mulaw", 8000, "mono"),
    "call.w64": ("w64", "pcm_s16le", 8000, "mono"),
}


def write_garbage(folder: Path, count: int) -> Iterator[str]:
    """Write that many damaged files, always the same; yield their names."""
    chance = random.Random(_SEED)
    whole = {name: _encoded(folder / name, *kind) for name, kind in KINDS.items()}
    for number in range(count):
        name, content = list(whole.items())[number % len(whole)]
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 4))):
            chance.choice(_DAMAGES)(damaged, chance)
        broken = f"{number:03d}-{name}"
        (folder / broken).write_bytes(damaged)
        yield broken


def _encoded(path: Path, container: str, codec: str, rate: int, layout: str) -> bytes:
    sides = 2 if layout == "stereo" else 1
    samples = hiss(0.6, sides).astype("<i2").reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "s16", layout)
    frame.sample_rate = 16_000
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(
            stream.format.name, layout, rate, stream.codec_context.frame_size or None
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    content = path.read_bytes()
    path.unlink()
    return content


def _other_bytes(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 12)):
        data[chance.randrange(min(_HEAD, len(data)))] = chance.randrange(256)


def _extreme_field(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(4, min(_HEAD, len(data)))
    data[start : start + 4] = chance.choice(_EXTREMES)


def _cut_off(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(40, max(41, len(data))) :]


def _taken_out(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(4, len(data))
    del data[start : start + chance.randrange(1, 40)]


def _put_in(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(4, len(data))
    data[start:start] = chance.randbytes(chance.randrange(1, 40))


def _other_body(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(12, min(_HEAD, len(data)))
    data[start:] = chance.randbytes(len(data) - start)


def _flipped_bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 60)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


_DAMAGES = (
    _other_bytes,
    _extreme_field,
    _extreme_field,
    _cut_off,
    _taken_out,
    _put_in,
    _other_body,
    _flipped_bits,
)
