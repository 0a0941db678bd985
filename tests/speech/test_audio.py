from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from qm.core.problems import BadInput
from qm.speech.audio import RATE, read_sound
from qm.speech.files import sha256_of
from tests.fixtures.shared_data import shared_data
from tests.speech.sounds import DEMO_CALLS, hiss, write_wav

if TYPE_CHECKING:
    from pathlib import Path


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_sound(path)
    (problem,) = caught.value.problems
    assert problem.place == path.name  # never the folder
    assert problem.remedy
    return problem.code


def test_a_call_recorded_in_two_channels_gives_two() -> None:
    sound = read_sound(DEMO_CALLS / "emma.clark.mp3")
    assert len(sound.channels) == 2
    assert len(sound.channels[0]) == len(sound.channels[1]) == round(sound.duration_s * RATE)
    assert 30 < sound.duration_s < 180


def test_twice_the_same_sound_is_one_channel(tmp_path: Path) -> None:
    mono = hiss(1)
    assert len(read_sound(write_wav(tmp_path / "a.wav", np.hstack([mono, mono]))).channels) == 1
    lossy = np.hstack([mono, mono + hiss(1, seed=2) * 0.05])
    assert len(read_sound(write_wav(tmp_path / "b.wav", lossy)).channels) == 1
    assert len(read_sound(write_wav(tmp_path / "c.wav", hiss(1, channels=2))).channels) == 2


def test_a_dead_side_is_no_party(tmp_path: Path) -> None:
    mono = hiss(1)
    sound = read_sound(write_wav(tmp_path / "right.wav", np.hstack([mono * 0, mono])))
    assert len(sound.channels) == 1
    assert np.abs(sound.channels[0]).max() > 100  # the side that speaks


def test_many_channels_are_mixed(tmp_path: Path) -> None:
    sound = read_sound(write_wav(tmp_path / "six.wav", hiss(1, channels=6)))
    assert len(sound.channels) == 1
    assert sound.duration_s == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("name", "channels", "seconds"),
    [
        ("Auto0_*_Mono.wav", 1, 277.66),  # 8 kHz, 8 bit
        ("auto_repairs_40_stereo_agent_left.wav", 2, 245.38),
        ("loyalty_points_stereo.mp3", 1, 32.18),  # stereo by name, the same sound twice
        ("silero_test.opus", 1, 8.06),
        ("jfk.flac", 1, 11.0),
        ("stereo_diarization.wav", 2, 5.0),
    ],
)
def test_real_formats(name: str, channels: int, seconds: float) -> None:
    sound = read_sound(shared_data(name))
    assert (len(sound.channels), round(sound.duration_s, 2)) == (channels, seconds)


def test_files_that_are_no_sound_are_refused(tmp_path: Path) -> None:
    cases = {
        "text.wav": b"this is no audio at all\n" * 100,
        "zeros.wav": bytes(100_000),
        "noise.mp3": np.random.default_rng(1).bytes(50_000),
        "playlist.wav": b"#EXTM3U\n#EXTINF:10,\nhttp://example.org/call.ts\n",
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        assert refusal(tmp_path / name) == "audio.not_audio"
    (tmp_path / "empty.wav").touch()
    assert refusal(tmp_path / "empty.wav") == "audio.empty"
    assert refusal(tmp_path / "missing.wav") == "audio.unreadable"


def test_a_list_of_files_in_disguise_opens_no_other_file(tmp_path: Path) -> None:
    write_wav(tmp_path / "secret.wav", hiss(1))
    (tmp_path / "call.wav").write_text("ffconcat version 1.0\nfile secret.wav\n")
    assert refusal(tmp_path / "call.wav") == "audio.not_audio"


def test_headers_that_lie_are_refused(tmp_path: Path) -> None:
    claims_hours = write_wav(tmp_path / "hours.wav", hiss(2), claimed_s=5 * 3600)
    assert refusal(claims_hours) == "audio.cut_short"
    whole = write_wav(tmp_path / "whole.wav", hiss(10)).read_bytes()
    (tmp_path / "half.wav").write_bytes(whole[: len(whole) // 2])
    assert refusal(tmp_path / "half.wav") == "audio.cut_short"
    (tmp_path / "header.wav").write_bytes(write_wav(tmp_path / "h.wav", hiss(0)).read_bytes())
    assert refusal(tmp_path / "header.wav") == "audio.no_sound"
    assert refusal(write_wav(tmp_path / "slow.wav", hiss(1), rate=1)) == "audio.odd_rate"


def test_more_than_four_hours_are_refused(tmp_path: Path) -> None:
    samples = np.zeros((4000 * (4 * 3600 + 60), 1), dtype=np.int16)
    assert refusal(write_wav(tmp_path / "long.wav", samples, rate=4000)) == "audio.too_long"


def test_more_than_three_gigabytes_are_not_even_hashed(tmp_path: Path) -> None:
    path = tmp_path / "claim.wav"
    with path.open("wb") as file:
        file.write(b"RIFF")
        os.truncate(file.fileno(), 3 * 10**9 + 1)  # a hole: takes no room on the disk
    assert refusal(path) == "audio.too_large"
    with pytest.raises(BadInput, match=r"audio\.too_large"):
        sha256_of(path)


def test_damage_inside_a_file_costs_only_the_damaged_part(tmp_path: Path) -> None:
    whole = (DEMO_CALLS / "emma.clark.mp3").read_bytes()
    third = len(whole) // 3
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(whole[:third] + bytes(3000) + whole[third + 3000 :])
    full_s = read_sound(DEMO_CALLS / "emma.clark.mp3").duration_s
    assert full_s - 3 < read_sound(broken).duration_s <= full_s
