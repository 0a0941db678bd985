from __future__ import annotations

from pathlib import Path

import pytest

from qm.core.problems import BadInput
from qm.speech.audio import read_sound
from qm.speech.sound_length import length_s
from tests.fixtures.recording_files import put, wav_bytes

DEMO_CALLS = sorted((Path(__file__).parents[2] / "recordings").glob("*.mp3"))


def test_the_header_tells_the_length_of_a_wav(tmp_path: Path) -> None:
    assert length_s(put(tmp_path, "a.wav", wav_bytes("a", 2.5))) == 2.5


@pytest.mark.parametrize("path", DEMO_CALLS[:2], ids=lambda path: path.name)
def test_the_length_is_that_of_the_sound(path: Path) -> None:
    assert length_s(path) == pytest.approx(read_sound(path).duration_s, abs=0.1)


@pytest.mark.parametrize("content", [b"no sound\n" * 100, b"#EXTM3U\n/etc/passwd\n", b""])
def test_what_is_no_sound_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInput, match=r"audio\.not_audio"):
        length_s(put(tmp_path, "a.wav", content))


def test_a_header_that_claims_days_is_refused(tmp_path: Path) -> None:
    content = bytearray(wav_bytes("a"))
    content[24:32] = (1).to_bytes(4, "little") * 2  # one sample of a byte per second
    content[4:8] = (100_036).to_bytes(4, "little")
    content[40:44] = (100_000).to_bytes(4, "little")
    with pytest.raises(BadInput, match=r"audio\.too_long"):
        length_s(put(tmp_path, "a.wav", bytes(content) + bytes(100_000)))
