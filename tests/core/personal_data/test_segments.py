from __future__ import annotations

import pytest

from qm.core.personal_data.masking import mask_segments, masked_segments, silences
from qm.core.personal_data.rules import PrivacyRules
from qm.core.transcript import Segment, Speaker, Word

RULES = PrivacyRules(names=("Peter Lane",))


def spoken(speaker: Speaker, start_s: float, text: str, step_s: float = 0.5) -> Segment:
    """Return a segment whose words last `step_s` each."""
    words = tuple(
        Word(start_s + step_s * place, start_s + step_s * (place + 1), word, 0.5 + place / 100)
        for place, word in enumerate(text.split())
    )
    return Segment(speaker, start_s, words[-1].end_s, text, words)


def test_a_number_runs_over_segments_of_one_speaker() -> None:
    segments = [
        spoken("customer", 0, "it is 4111"),
        spoken("agent", 2, "yes, go on"),
        spoken("customer", 4, "1111 1111"),
        spoken("agent", 6, "4111"),
        spoken("customer", 7, "1111. That is it"),
    ]
    done = mask_segments(segments, RULES)
    assert [segment.text for segment in done.segments] == [
        "it is [card]",
        "yes, go on",
        "[card]",
        "4111",
        "[card]. That is it",
    ]
    assert done.counts == {"card": 1}
    assert [word.text for word in done.segments[0].words] == ["it", "is", "[card]"]
    assert done.segments[2].words == (Word(4, 5, "[card]", 0.5),)
    assert [word.text for word in done.segments[4].words] == ["[card].", "That", "is", "it"]
    assert done.segments[1] is segments[1]


def test_masked_words_are_the_masked_text() -> None:
    segment = spoken("agent", 0, "Peter Lane, a@b.example and 0912 345 6789.")
    done = masked_segments([segment], RULES)[0]
    assert done.text == "[name], [e-mail] and [phone]."
    assert " ".join(word.text for word in done.words) == done.text


def test_words_that_are_not_the_texts_own_are_left_out() -> None:
    segment = Segment("agent", 0, 1, "all is well", (Word(0, 1, "4111111111111111", 1),))
    assert masked_segments([segment], RULES)[0].words == ()


def test_silences_come_from_the_words_with_a_margin() -> None:
    segments = [spoken("customer", 10, "my name is Peter Lane okay"), spoken("agent", 20, "thanks")]
    assert silences(segments, RULES) == [pytest.approx((11.25, 12.75))]


def test_a_number_in_one_word_is_silent_as_long_as_it_takes_to_say() -> None:
    segment = spoken("customer", 0, "it is 4111111111111111 okay")
    ((start_s, end_s),) = silences([segment], RULES) or []
    assert start_s == pytest.approx(0.75)
    assert end_s >= 1 + 16 * 0.5


def test_without_word_times_the_whole_segment_is_silent() -> None:
    segment = Segment("customer", 5.0, 9.0, "4111 1111 1111 1111")
    assert silences([segment], RULES) == [(4.75, 9.25)]


def test_without_any_times_nobody_knows_what_to_silence() -> None:
    assert silences([Segment("customer", None, None, "4111 1111 1111 1111")], RULES) is None
    assert silences([Segment("customer", None, None, "nothing")], RULES) == []


def test_stretches_that_touch_are_one() -> None:
    segments = [spoken("customer", 0, "4111 1111"), spoken("customer", 1.2, "1111 1111 okay")]
    assert len(silences(segments, RULES) or []) == 1
