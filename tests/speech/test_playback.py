from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from qm.core.problems import BadInput
from qm.speech.audio import RATE, read_sound
from qm.speech.media_types import browser_type
from qm.speech.playback import STEPS, copy_made_here, write_copy
from qm.speech.playback_copies import (
    Stretches,
    copy_for_playing,
    copy_path,
    peaks_for_drawing,
)

SILENCES = [(1.0, 1.5), (2.25, 2.5)]
Made = Callable[[Path, Path, Stretches], Path]

in_either_process = pytest.mark.parametrize("made", [copy_for_playing, copy_made_here])


def tones(path: Path, *, channels: int = 1, rate: int = 8000, seconds: float = 4) -> Path:
    """Write a wav with another tone in each channel."""
    time_s = np.arange(int(rate * seconds)) / rate
    sound = [8000 * np.sin(2 * np.pi * (330 + 220 * side) * time_s) for side in range(channels)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.stack(sound, axis=1).astype("<i2").tobytes())
    return path


def encoded(source: Path, target: Path, codec: str, **how: str) -> Path:
    """Write the sound of a wav with another codec, as a telephone system would."""
    with av.open(str(source)) as read, av.open(str(target), "w", **how) as written:
        stream = written.add_stream(codec, rate=8000, layout="mono")
        for frame in read.decode(audio=0):
            frame.pts = None
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
    return target


def rms(samples: NDArray[np.int16], start_s: float, end_s: float) -> float:
    part = samples[int(start_s * RATE) : int(end_s * RATE)].astype(float)
    return float(np.sqrt(np.mean(part**2)))


@pytest.mark.parametrize("channels", [1, 2])
def test_the_copy_is_silent_where_it_must_be_and_else_the_same(
    tmp_path: Path, channels: int
) -> None:
    source = tones(tmp_path / "call.wav", channels=channels)
    target = tmp_path / "copies" / "copy.flac"
    write_copy(source, target, SILENCES)
    before, after = read_sound(source), read_sound(target)
    assert len(after.channels) == len(before.channels) == channels
    assert after.duration_s == pytest.approx(before.duration_s, abs=0.01)
    for said, heard in zip(before.channels, after.channels, strict=True):
        for start_s, end_s in SILENCES:
            assert rms(said, start_s, end_s) > 4000
            assert rms(heard, start_s, end_s) == 0
        for start_s, end_s in [(0, 1), (1.51, 2.25), (2.51, 3.9)]:
            part = slice(int(start_s * RATE), int(end_s * RATE))
            assert np.array_equal(said[part], heard[part])
    assert browser_type(target) == "audio/flac"
    assert [path.name for path in target.parent.iterdir()] == ["copy.flac"]


@pytest.mark.parametrize(
    ("ending", "codec", "how"),
    [
        ("wav", "pcm_alaw", {}),
        ("wav", "pcm_mulaw", {}),
        ("au", "pcm_mulaw", {"format": "au"}),
        ("aiff", "pcm_s16be", {}),
        ("amr", "libopencore_amrnb", {}),
    ],
)
def test_what_browsers_lack_is_played_from_a_copy(
    tmp_path: Path, ending: str, codec: str, how: dict[str, str]
) -> None:
    wav = tones(tmp_path / "call.wav")
    assert browser_type(wav) == "audio/wav"
    source = encoded(wav, tmp_path / f"phone.{ending}", codec, **how)
    assert browser_type(source) is None
    copy = copy_for_playing(tmp_path / "copies", source, ())
    heard, said = read_sound(copy), read_sound(wav)
    assert heard.duration_s == pytest.approx(said.duration_s, abs=0.1)
    for start_s in (0.5, 1.5, 3.0):
        loudness = rms(said.channels[0], start_s, start_s + 0.5)
        assert rms(heard.channels[0], start_s, start_s + 0.5) == pytest.approx(loudness, rel=0.2)


@in_either_process
def test_a_copy_is_made_once_and_another_one_for_other_silences(tmp_path: Path, made: Made) -> None:
    source, folder = tones(tmp_path / "call.wav"), tmp_path / "copies"
    first = made(folder, source, SILENCES)
    before = first.stat().st_mtime_ns
    assert made(folder, source, SILENCES) == first
    assert first.stat().st_mtime_ns == before
    assert copy_path(folder, source, SILENCES[:1]) != first
    source.write_bytes(tones(tmp_path / "other.wav", rate=16000).read_bytes())
    assert copy_path(folder, source, SILENCES) != first


@in_either_process
def test_what_is_no_sound_gives_a_reason_and_no_file(tmp_path: Path, made: Made) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(b"<html>" * 100)
    with pytest.raises(BadInput) as refusal:
        made(tmp_path / "copies", source, SILENCES)
    assert refusal.value.problems[0].code == "playback.failed"
    assert "no sound file" in str(refusal.value.problems[0])
    assert not list((tmp_path / "copies").glob("*"))


@in_either_process
def test_a_folder_that_cannot_be_written_gives_a_reason(tmp_path: Path, made: Made) -> None:
    (tmp_path / "copies").write_text("a file where the folder should be")
    with pytest.raises(BadInput, match=r"playback\.failed"):
        made(tmp_path / "copies", tones(tmp_path / "call.wav"), SILENCES)


def test_the_web_process_decodes_nothing() -> None:
    code = "import sys, qm.ui.recordings_route; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_peaks_follow_the_sound_and_are_made_once(tmp_path: Path) -> None:
    source = tones(tmp_path / "call.wav", channels=2)
    target = peaks_for_drawing(tmp_path / "copies", source, SILENCES)
    left, right = json.loads(target.read_text())["channels"]
    assert len(left) == len(right) == STEPS
    assert left != right
    per_s = STEPS / 4
    for start_s, end_s in SILENCES:
        assert set(left[int(start_s * per_s) + 1 : int(end_s * per_s) - 1]) == {0}
    assert set(left[: int(0.9 * per_s)]) <= set(range(22, 27))  # 8000 of 32768, at every moment
    made = target.stat().st_mtime_ns
    assert peaks_for_drawing(tmp_path / "copies", source, SILENCES) == target
    assert target.stat().st_mtime_ns == made
    assert [path.suffix for path in target.parent.iterdir()] == [".json"]
    (tmp_path / "none.wav").write_bytes(b"no sound")
    with pytest.raises(BadInput):
        peaks_for_drawing(tmp_path / "copies", tmp_path / "none.wav", [])
