from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.speech.audio import RATE
from qm.speech.voice import Stretch, level_db, voice_stretches
from qm.speech.windows import WINDOW_SAMPLES, Window, batches_of, windows_of
from tests.speech.sounds import DEMO_CALLS, read_sound


@st.composite
def stretches(draw: st.DrawFn) -> list[Stretch]:
    at, found = 0, []
    for pause, length in draw(
        st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, WINDOW_SAMPLES)), max_size=30)
    ):
        found.append(Stretch(at + pause, at + pause + length))
        at += pause + length
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(stretches(), min_size=1, max_size=2), st.integers(1, 9))
def test_every_stretch_is_in_one_window_that_whisper_can_hear(
    voices: list[list[Stretch]], most: int
) -> None:
    windows = windows_of(voices)
    for channel, expected in enumerate(voices):
        own = [window for window in windows if window.channel == channel]
        assert [stretch for window in own for stretch in window.stretches] == expected
    assert all(0 < window.samples <= WINDOW_SAMPLES for window in windows)
    begins = [window.start_s for window in windows]
    assert begins == sorted(begins)
    batches = batches_of(windows, most)
    assert [window for batch in batches for window in batch] == windows
    sizes = [len(batch) for batch in batches]
    assert not sizes or max(sizes) <= most
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_seconds_of_a_window_lead_back_to_the_recording() -> None:
    window = Window(0, (Stretch(RATE, 3 * RATE), Stretch(10 * RATE, 11 * RATE)))
    assert window.span_s(0.5, 0.75) == (1.5, 1.75)
    assert window.span_s(2.25, 2.5) == (10.25, 10.5)
    assert window.span_s(1.5, 2.25) == (2.5, 3.0)  # never across what was left out
    assert window.span_s(1.9, 2.7) == (10.0, 10.7)
    assert window.span_s(2.9, 3.4) == (10.9, 11.0)  # nor beyond the end


def test_a_window_sounds_like_its_stretches() -> None:
    samples = np.arange(100, dtype=np.int16)
    heard = Window(0, (Stretch(10, 12), Stretch(50, 53))).sound(samples) * 32768
    assert heard.tolist() == [10, 11, 50, 51, 52]


def test_levels() -> None:
    full = np.full(1000, 32767, dtype=np.int16)
    assert level_db(full, [Stretch(0, 1000)]) == pytest.approx(0, abs=0.01)
    assert level_db((full // 10).astype(np.int16), [Stretch(0, 10)]) == pytest.approx(-20, abs=0.01)
    assert level_db(full * 0, [Stretch(0, 10)]) == level_db(full, []) == -120


def test_a_long_sound_is_searched_in_blocks_without_losing_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    side = read_sound(DEMO_CALLS / "emma.clark.mp3").channels[0]
    whole = voice_stretches(side)
    monkeypatch.setattr("qm.speech.voice._BLOCK_S", 20)
    monkeypatch.setattr("qm.speech.voice._SEARCHED_S", 6)
    blocks = voice_stretches(side)
    found, expected = (_heard(some, len(side)) for some in (blocks, whole))
    assert len(side) > 3 * 20 * RATE
    assert (found & expected).sum() > 0.97 * expected.sum()
    assert found.sum() < 1.05 * expected.sum()
    assert all(before.end <= after.start for before, after in pairwise(blocks))


def _heard(found: list[Stretch], size: int) -> np.ndarray:
    heard = np.zeros(size, dtype=bool)
    for start, end in found:
        heard[start:end] = True
    return heard
