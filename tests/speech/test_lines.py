from __future__ import annotations

from qm.core.transcript import Word
from qm.speech.lines import in_order, lines_of


def words(*spoken: tuple[float, float, str]) -> list[Word]:
    return [Word(start, end, text, 0.9) for start, end, text in spoken]


def texts(*spoken: tuple[float, float, str]) -> list[str]:
    return [line.text for line in lines_of(words(*spoken), "agent")]


def test_a_pause_ends_a_line() -> None:
    lines = lines_of(words((0, 0.4, " Give"), (0.5, 0.9, " me"), (1.8, 2.2, " a sec")), "agent")
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (0, 0.9, "Give me"),
        (1.8, 2.2, "a sec"),
    ]
    assert [word.text for word in lines[0].words] == ["Give", "me"]
    assert {line.speaker for line in lines} == {"agent"}


def test_the_end_of_a_sentence_ends_a_line_where_the_speaker_takes_breath() -> None:
    assert texts((0, 0.5, " Hello."), (0.8, 1, " Bye.")) == ["Hello.", "Bye."]
    assert texts((0, 0.5, " بله؟"), (0.8, 1, " بله")) == ["بله؟", "بله"]
    assert texts((0, 0.5, " Hello."), (0.6, 1, " Bye.")) == ["Hello. Bye."]


def test_a_long_line_ends_at_its_next_sentence_or_breath() -> None:
    long = [(n * 0.6, n * 0.6 + 0.5, f" w{n}") for n in range(10)]
    assert texts(*long, (6.0, 6.4, " end."), (6.45, 6.9, " New"))[-1] == "New"
    longer = [(n * 0.6, n * 0.6 + 0.6, f" w{n}") for n in range(21)]
    assert texts(*longer, (12.9, 13.2, " breath"))[-1] == "breath"
    endless = [(n * 0.5, n * 0.5 + 0.5, f" w{n}") for n in range(100)]
    lines = lines_of(words(*endless), "agent")
    assert len(lines) == 3
    assert all(line.end_s - line.start_s <= 20.5 for line in lines)  # type: ignore[operator]


def test_what_is_dictated_stays_together() -> None:
    assert texts((0, 0.5, " 888"), (2.0, 2.5, "-333"), (4.0, 4.5, "-2222.")) == ["888-333-2222."]


def test_a_word_stretched_over_the_silence_after_it_is_cut() -> None:
    lines = lines_of(words((10, 24, " changes."), (24.1, 24.5, " Okay.")), "agent")
    assert [(line.start_s, line.end_s) for line in lines] == [(10, 12), (24.1, 24.5)]


def test_no_word_is_lost_and_none_ends_before_it_begins() -> None:
    lines = lines_of(words((5, 4.9, " odd"), (5.1, 5.4, " times")), "agent")
    assert [word.text for line in lines for word in line.words] == ["odd", "times"]
    assert all(word.end_s >= word.start_s for line in lines for word in line.words)
    assert lines_of([], "agent") == []


def test_the_parties_take_turns_by_time() -> None:
    agent = lines_of(words((0, 1, " Hello?"), (4, 5, " Fine.")), "agent")
    customer = lines_of(words((2, 3, " Hi.")), "customer")
    assert [line.text for line in in_order([*agent, *customer])] == ["Hello?", "Hi.", "Fine."]
