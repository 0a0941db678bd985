from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from qm.core.conversation import facts
from qm.core.problems import BadInput
from qm.core.text import search_key
from qm.speech.whisper import Transcriber
from tests.fixtures.shared_data import shared_data
from tests.speech.sounds import (
    DEMO_CALLS,
    base_transcriber,
    clip,
    hiss,
    transcriber,
    write_wav,
)

if TYPE_CHECKING:
    from pathlib import Path

    from qm.speech.transcription import Transcription

pytestmark = pytest.mark.speech


def check_times(transcription: Transcription) -> None:
    starts = [line.start_s for line in transcription.segments]
    assert starts == sorted(starts)  # type: ignore[type-var]
    for line in transcription.segments:
        assert line.start_s is not None
        assert line.end_s is not None
        assert 0 <= line.start_s <= line.end_s <= transcription.duration_s + 0.1
        assert line.words[0].start_s == line.start_s
        assert max(word.end_s for word in line.words) == line.end_s
        assert all(line.start_s <= word.start_s <= word.end_s for word in line.words)
        assert all(0 <= word.probability <= 1 for word in line.words)
        assert "".join(word.text for word in line.words) == re.sub(r"\s", "", line.text)


def test_a_two_channel_call_has_two_speakers(tmp_path: Path) -> None:
    call = clip(DEMO_CALLS / "adam.blake.mp3", tmp_path / "call.wav", 0, 20)
    heard = base_transcriber().transcribe(call, "en")
    check_times(heard)
    assert heard.channels == 2
    assert (heard.language, heard.model) == ("en", "package:base")
    said = {
        who: " ".join(s.text for s in heard.segments if s.speaker == who).lower()
        for who in ("agent", "customer")
    }
    assert "what can i do for you" in said["agent"]
    assert "my parcel" in said["customer"]
    assert "parcel" not in said["agent"]
    assert heard.segments[0].speaker == "agent"
    share = facts(heard.segments).agent_talk_percent
    assert share is not None
    assert 20 < share < 80


def test_the_other_channel_may_be_the_agents(tmp_path: Path) -> None:
    call = clip(DEMO_CALLS / "adam.blake.mp3", tmp_path / "call.wav", 0, 6)
    heard = transcriber(agent_channel="right").transcribe(call, "en")
    assert heard.segments[0].speaker == "customer"
    assert "speaking" in heard.segments[0].text


def test_a_one_channel_call_has_unknown_speakers() -> None:
    heard = base_transcriber().transcribe(shared_data("loyalty_points_stereo.mp3"), None)
    check_times(heard)
    assert heard.language == "en"  # detected
    assert heard.channels == 1
    assert {line.speaker for line in heard.segments} == {"unknown"}
    text = " ".join(line.text for line in heard.segments)
    assert "current point balance" in text
    assert "599" in text


def test_a_known_phrase_of_a_telephone_call_is_found_where_it_is_said(tmp_path: Path) -> None:
    call = clip(shared_data("Auto0_*_Mono.wav"), tmp_path / "start.wav", 0, 20)
    heard = base_transcriber().transcribe(call, "en")
    (line,) = [line for line in heard.segments if "big jim's auto" in search_key(line.text)]
    assert line.start_s is not None
    assert line.start_s < 3


def test_persian_is_written_as_persian(tmp_path: Path) -> None:
    call = clip(DEMO_CALLS / "sara.nouri.mp3", tmp_path / "call.wav", 9, 12)
    heard = base_transcriber().transcribe(call, "fa-IR")
    check_times(heard)
    assert heard.language == "fa"
    assert "سفار" in " ".join(line.text for line in heard.segments)


def test_a_recording_without_speech_has_no_words(tmp_path: Path) -> None:
    heard = base_transcriber().transcribe(write_wav(tmp_path / "hiss.wav", hiss(5)), None)
    assert heard.segments == ()
    assert heard.duration_s == 5


def test_a_language_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"speech\.language_unknown"):
        base_transcriber().transcribe(write_wav(tmp_path / "hiss.wav", hiss(1)), "klingon")


def test_settings_that_decide_the_words_make_another_hash() -> None:
    hashes = {
        transcriber(**change).settings_sha256(language)  # type: ignore[arg-type]
        for change in (
            {},
            {"beam_size": 5},
            {"compute_type": "float32"},
            {"agent_channel": "right"},
            {"hints": "Sepidar"},
        )
        for language in ("en", "fa", None)
    }
    assert len(hashes) == 15
    assert transcriber(threads=1, batch_size=2).settings_sha256("en") in hashes


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    for name in ("config.json", "model.bin", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    broken = Transcriber(
        tmp_path, label="broken", compute_type="int8", beam_size=2, agent_channel="left"
    )
    with pytest.raises(BadInput, match=r"speech\.model_unusable"):
        broken.load()
