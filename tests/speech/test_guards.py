from __future__ import annotations

from dataclasses import replace

import pytest

from qm.core.transcript import Segment, Word
from qm.speech.guards import is_repetitive, kept_and_left_out, reason_against, without_loops
from qm.speech.windows import HeardWindow


def words(text: str, probability: float = 0.9) -> tuple[Word, ...]:
    return tuple(
        Word(at * 0.3, at * 0.3 + 0.2, f" {word}", probability)
        for at, word in enumerate(text.split())
    )


def lines(*texts: str, pause_s: float = 0.2) -> list[Segment]:
    made, at_s = [], 0.0
    for text in texts:
        made.append(Segment("agent", at_s, at_s + 2, text))
        at_s += 2 + pause_s
    return made


def kept_texts(said: str) -> str:
    kept, looped = without_loops(words(said))
    assert len(kept) + len(looped) == len(said.split())  # nothing is lost
    return "".join(word.text for word in kept).strip()


def at_level(level_db: float, *said: Segment) -> tuple[list[str], list[tuple[str, str]]]:
    kept, left_out = kept_and_left_out(said, lambda _: level_db, voice_db=-20.0)
    return [line.text for line in kept], [(each.segment.text, each.reason) for each in left_out]


def test_words_over_silence_are_those_that_the_model_doubts_twice() -> None:
    # As measured: noise, hold music and tones give 0.6 to 0.99 and -1.1 to -2.2.
    over_noise = HeardWindow(words("you"), log_probability=-1.7, silence_probability=0.77)
    assert reason_against(over_noise) == "over_silence"
    assert reason_against(replace(over_noise, log_probability=-0.4)) is None  # heard well
    assert reason_against(replace(over_noise, silence_probability=0.2)) is None  # somebody speaks


def test_circles_of_unlikely_words_are_left_out() -> None:
    circles = HeardWindow(words("so the other one is " * 12), -1.3, 0.1)
    assert is_repetitive(circles.text)
    assert reason_against(circles) == "unlikely"
    assert reason_against(replace(circles, log_probability=-0.3)) is None  # `without_loops` sees it
    plain = "I bought a car not too long ago and a light is coming on, on the dashboard"
    assert reason_against(HeardWindow(words(plain), -1.3, 0.1)) is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("well okay okay okay okay okay okay okay okay okay okay then", "well okay then"),
        ("so I will, I will, I will, I will, I will, I will go", "so I will, go"),
        ("the one on the left " * 5 + "please", "the one on the left please"),
        ("از از از از از از از از از از از", "از"),
    ],
)
def test_a_loop_is_said_once(said: str, kept: str) -> None:
    assert kept_texts(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "no no no no no no I mean it",
        "yes yes yes, thank you, thank you, thank you",
        "zero is 0 0 0 0 0 0 0 0 0 0 0 0 right",
        "my number is 12 12 12 12 12 12",
        "that is a row of five words that is a row of five words",
        "",
    ],
)
def test_what_people_do_repeat_stays(said: str) -> None:
    assert kept_texts(said) == said


def test_a_word_of_one_letter_without_end_goes() -> None:
    assert kept_texts("خب ا" + "ه" * 200 + " بله") == "خب بله"
    assert kept_texts("hmmmmmm okay") == "hmmmmmm okay"


def test_the_same_line_again_and_again_stays_once() -> None:
    again = lines(*["See you next week."] * 5, "Goodbye.")
    kept, left_out = at_level(-20, *again)
    assert kept == ["See you next week.", "Goodbye."]
    assert left_out == [("See you next week.", "repeated")] * 4


def test_an_announcement_with_pauses_and_short_answers_stay() -> None:
    announced = lines(*["Please hold the line."] * 6, pause_s=20)
    assert at_level(-20, *announced)[1] == []
    assert at_level(-20, *lines(*["Okay."] * 9))[1] == []


def test_a_phrase_that_whisper_invents_goes_only_where_nobody_speaks() -> None:
    phrase = "Thank you for watching!"
    assert at_level(-20, *lines(phrase)) == ([phrase], [])  # an agent may well say so
    assert at_level(-50, *lines(phrase)) == ([], [(phrase, "over_silence")])
    other = "I am still here."
    assert at_level(-50, *lines(other)) == ([other], [])  # somebody far from the microphone
    assert at_level(-70, *lines(other)) == ([], [(other, "over_silence")])
    assert at_level(-50, *lines("زیرنویس")) == ([], [("زیرنویس", "over_silence")])
