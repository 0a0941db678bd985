"""What the transcriber does beyond words: progress, what is left out, hints, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from qm.core.text import search_key
from qm.speech.audio import RATE, read_sound
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


def hold_music(seconds: float) -> np.ndarray:
    """Return plucked chords, one after the other, as while somebody waits."""
    notes = [261.6, 329.6, 392.0, 523.3, 440.0, 349.2, 293.7, 493.9]
    time = np.arange(int(0.35 * RATE)) / RATE
    played = []
    for at in range(int(seconds / 0.35)):
        pitch = notes[(at * 3 + at // 8) % 8]
        tremble = 1 + 0.003 * np.sin(2 * np.pi * 5 * time)
        tones = [np.sin(2 * np.pi * pitch * k * time * tremble) / k for k in (1, 2, 3, 4)]
        played.append(4000 * np.sum(tones, axis=0) * np.exp(-3 * time))
    sound = np.concatenate(played)
    return sound[:, None] + hiss(len(sound) / RATE)[: len(sound)] / 6


def tone(seconds: float) -> np.ndarray:
    """Return the engaged tone: half a second on, half a second off."""
    time = np.arange(int(seconds * RATE)) / RATE
    return (6000 * np.sin(2 * np.pi * 425 * time) * (time % 1 < 0.5))[:, None]


@pytest.mark.parametrize(
    "sound", [hiss(20), hold_music(40), tone(30)], ids=["hiss", "music", "tone"]
)
def test_where_nobody_speaks_nothing_is_written(tmp_path: Path, sound: np.ndarray) -> None:
    heard = base_transcriber().transcribe(write_wav(tmp_path / "held.wav", sound), "en")
    assert heard.segments == ()
    assert {each.reason for each in heard.left_out} <= {"over_silence"}


def test_words_between_music_are_kept_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    call = read_sound(DEMO_CALLS / "adam.blake.mp3").channels[0][: 6 * RATE, None]
    both = np.concatenate([hold_music(35), call, hold_music(35)])
    heard = base_transcriber().transcribe(write_wav(tmp_path / "held.wav", both), "en")
    (first, *_) = heard.segments
    assert first.start_s is not None
    assert 34 < first.start_s < 38
    said = search_key(" ".join(line.text for line in heard.segments))
    assert "what can i do for you" in said
    assert all(line.confidence is not None and line.confidence > 0.4 for line in heard.segments)


def test_silence_around_a_question_gives_the_question_alone() -> None:
    heard = base_transcriber().transcribe(shared_data("audio_silence_padding.wav"), "en")
    assert [line.text for line in heard.segments] == ["How old is the Brooklyn Bridge?"]
    assert heard.left_out == ()


class OneByOne(NamedTuple):
    """A call of two windows, what was heard in one after the other, and the seconds told."""

    call: Path
    heard: Transcription
    told: list[float]


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> OneByOne:
    call = clip(DEMO_CALLS / "adam.blake.mp3", tmp_path_factory.mktemp("call") / "call.wav", 0, 10)
    told: list[float] = []
    return OneByOne(
        call, transcriber(batch_size=1).transcribe(call, "en", on_progress=told.append), told
    )


def test_progress_grows_to_the_end_and_may_end_the_work(one_by_one: OneByOne) -> None:
    call, heard, told = one_by_one
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == pytest.approx(heard.duration_s, abs=0.01)
    assert len(set(told)) >= 4
    assert 0 < heard.model_s <= heard.processing_s

    class Ended(Exception):  # noqa: N818
        pass

    def end(heard_s: float) -> None:
        if heard_s > told[1]:  # the first window was heard
            raise Ended

    with pytest.raises(Ended):
        transcriber(batch_size=1).transcribe(call, "en", on_progress=end)


def test_batches_do_not_mix_windows_up(one_by_one: OneByOne) -> None:
    together = transcriber(batch_size=16).transcribe(one_by_one.call, "en")
    assert {line.speaker for line in together.segments} == {"agent", "customer"}
    assert [(line.speaker, line.text) for line in one_by_one.heard.segments] == [
        (line.speaker, line.text) for line in together.segments
    ]


def test_hints_help_with_names_and_invent_none(tmp_path: Path) -> None:
    call = clip(shared_data("Auto0_*_Mono.wav"), tmp_path / "start.wav", 0, 25)
    hinted = transcriber(hints="Big Jim's Auto, Violet King")
    said = search_key(" ".join(s.text for s in hinted.transcribe(call, "en").segments))
    assert "big jim's auto" in said
    assert "violet king" in said
    foreign = transcriber(hints="Kermanshah Petrochemical, Zendehrud")
    said = search_key(" ".join(s.text for s in foreign.transcribe(call, "en").segments))
    assert "big jim's auto" in said
    assert "kermanshah" not in said
    assert "zendehrud" not in said
    assert hinted.transcribe(write_wav(tmp_path / "hiss.wav", hiss(10)), "en").segments == ()


def test_the_settings_of_a_transcript_are_told(tmp_path: Path) -> None:
    heard = transcriber(hints=" Sepidar ,, Jim").transcribe(
        write_wav(tmp_path / "hiss.wav", hiss(1)), "en"
    )
    assert heard.settings["hints"] == "Sepidar, Jim"
    assert heard.settings["beam_size"] == 2
    assert heard.settings["language"] == "en"
    assert heard.settings["compute_type"] == "int8"
