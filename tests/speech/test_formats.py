"""Each kind of file, written here from a real call and read again; words of a few come out."""

from __future__ import annotations

import functools
import struct
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from qm.core.text import search_key
from qm.speech.audio import RATE, read_sound
from qm.speech.sound_length import length_s
from tests.speech.sounds import DEMO_CALLS, base_transcriber

SECONDS = 7
GSM = Path(__file__).parent / "recordings"

# file, codec, samples per second, channels
AUDIO = [
    ("u8.wav", "pcm_u8", 8_000, 1),
    ("s16.wav", "pcm_s16le", 16_000, 2),
    ("s24.wav", "pcm_s24le", 48_000, 2),
    ("mulaw.wav", "pcm_mulaw", 8_000, 2),
    ("alaw.wav", "pcm_alaw", 8_000, 1),
    ("adpcm.wav", "adpcm_ima_wav", 8_000, 1),
    ("low.mp3", "libmp3lame", 8_000, 1),
    ("two.mp3", "libmp3lame", 44_100, 2),
    ("call.opus", "libopus", 48_000, 2),
    ("call.ogg", "libopus", 16_000, 1),
    ("call.flac", "flac", 11_025, 2),
    ("call.m4a", "aac", 22_050, 2),
    ("call.amr", "libopencore_amrnb", 8_000, 1),
]
VIDEO = [
    ("call.mp4", "aac", 44_100, 2),
    ("call.mov", "pcm_s16le", 48_000, 1),
    ("call.mkv", "libmp3lame", 32_000, 2),
    ("call.webm", "libopus", 48_000, 2),
    ("call.avi", "libmp3lame", 44_100, 2),
    ("call.ts", "aac", 48_000, 2),
]


@functools.cache
def start_of_call(channels: int) -> np.ndarray:
    """Return the first seconds of a two-channel call, or of its agent alone; time by channel."""
    both = read_sound(DEMO_CALLS / "adam.blake.mp3").channels
    return np.stack([side[: SECONDS * RATE] for side in both[:channels]], axis=1)


def write(path: Path, codec: str, rate: int, channels: int, *, picture: int = 0) -> Path:
    """Write the start of a call with a codec, with a picture of that many pixels a side."""
    layout = "stereo" if channels == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        if picture:
            video = container.add_stream(
                "libvpx" if path.suffix == ".webm" else "mpeg4",
                rate=5,
                width=picture,
                height=picture,
            )
            video.pix_fmt = "yuv420p"
            for at in range(SECONDS * 5):
                image = av.VideoFrame(picture, picture, "yuv420p")
                image.pts, image.time_base = at, Fraction(1, 5)
                container.mux(video.encode(image))
            container.mux(video.encode())
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(start_of_call(channels).reshape(1, -1)), "s16", layout
        )
        frame.rate = RATE
        # Some encoders take no other size of frame than their own.
        resampler = av.AudioResampler(
            stream.codec_context.format, layout, rate, stream.codec_context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode())
    return path


def check(path: Path, channels: int) -> None:
    sound = read_sound(path)
    assert len(sound.channels) == channels
    assert sound.duration_s == pytest.approx(SECONDS, abs=0.15)
    assert length_s(path) == pytest.approx(SECONDS, abs=0.2)
    loudness = [float(np.abs(side.astype(float)).mean()) for side in sound.channels]
    wanted = np.abs(start_of_call(channels).astype(float)).mean(axis=0)
    assert loudness == pytest.approx(wanted, rel=0.35)  # the sides are not exchanged, nor scaled


@pytest.mark.parametrize(("name", "codec", "rate", "channels"), AUDIO)
def test_sound_files(tmp_path: Path, name: str, codec: str, rate: int, channels: int) -> None:
    check(write(tmp_path / name, codec, rate, channels), channels)


@pytest.mark.parametrize(("name", "codec", "rate", "channels"), VIDEO)
def test_the_sound_of_videos(
    tmp_path: Path, name: str, codec: str, rate: int, channels: int
) -> None:
    check(write(tmp_path / name, codec, rate, channels, picture=64), channels)


@pytest.mark.parametrize("name", ["call.gsm", "call_gsm.wav"])
def test_gsm(name: str) -> None:
    # Nothing here can write GSM: these are the same seconds, written once by SoX.
    check(GSM / name, 1)


@pytest.mark.speech
@pytest.mark.parametrize("name", ["call_gsm.wav", "mulaw.wav", "call.mp4"])
def test_the_words_come_out(tmp_path: Path, name: str) -> None:
    known = {row[0]: row for row in (*AUDIO, *VIDEO)}
    if name in known:
        path = write(tmp_path / name, *known[name][1:], picture=64 if name == "call.mp4" else 0)
    else:
        path = GSM / name
    said = search_key(" ".join(s.text for s in base_transcriber().transcribe(path, "en").segments))
    assert "what can i do for you" in said


def test_no_picture_is_decoded(tmp_path: Path) -> None:
    path = write(tmp_path / "call.mkv", "libmp3lame", 32_000, 1, picture=64)
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture() as told:
            check(path, 1)
    finally:
        av.logging.set_level(None)
    assert any("not on whitelist" in line for _, _, line in told)


@pytest.mark.skipif(sys.platform != "linux", reason="the system must tell the most memory")
def test_three_hours_take_no_gigabytes(tmp_path: Path) -> None:
    """A process of its own reads a three-hour call and tells the most memory that it had."""
    path = tmp_path / "long.wav"
    second = np.random.default_rng(1).bytes(8_000)
    with path.open("wb") as file:
        size = 3 * 3600 * 8_000
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, 8_000, 8_000, 1, 8)  # 7: µ-law
        file.write(struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + form)
        file.write(struct.pack("<4sI", b"data", size))
        for _ in range(3 * 3600):
            file.write(second)
    code = (
        "import re, sys; from pathlib import Path; from qm.speech.audio import read_sound\n"
        "status = Path('/proc/self/status')\n"
        "most = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1])\n"
        "before = most(); sound = read_sound(Path(sys.argv[1]))\n"
        "print(sound.duration_s, most() - before)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    duration_s, kilobytes = map(float, ended.stdout.split())
    assert duration_s == pytest.approx(3 * 3600, abs=1)
    assert 337_000 < kilobytes < 400_000  # 346 MB are the samples themselves
