from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.problems import BadInput
from qm.core.search import Phrase, Query, found_in, parsed
from qm.core.search_lines import line_key, line_words, lines
from qm.core.transcript import Segment
from qm.core.word_forms import keyed_words


def words(*keys: str) -> tuple[tuple[Phrase, ...], ...]:
    return tuple((Phrase((key,)),) for key in keys)


def test_all_words_must_be_said() -> None:
    assert parsed("Refund, ORDER") == Query(words("refund", "order"))


@pytest.mark.parametrize(
    "text", ['"not  now"', "«not now»", "“not now”", "„not now“", '"not now', "«Not NOW»"]
)
def test_a_phrase_stands_in_quotation_marks(text: str) -> None:
    assert parsed(text) == Query(((Phrase(("not", "now")),),))


def test_a_minus_excludes_a_word_or_a_phrase_and_a_hyphen_does_not() -> None:
    assert parsed('refund -order -"not now" e-mail') == Query(
        words("refund", "e", "mail"), (Phrase(("order",)), Phrase(("not", "now")))
    )


def test_or_joins_its_neighbours() -> None:
    cancel, refund, order = (Phrase((word,)) for word in ("cancel", "refund", "order"))
    assert parsed("order cancel OR refund") == Query(((order,), (cancel, refund)))
    assert parsed("cancel | refund order") == Query(((cancel, refund), (order,)))
    assert parsed("OR cancel OR") == Query(((cancel,),))
    assert parsed("cancel or refund") == Query(words("cancel", "or", "refund"))


def test_a_star_leaves_the_end_open() -> None:
    assert parsed('refun* "my ord*" a*') == Query(
        ((Phrase(("refun",), True),), (Phrase(("my", "ord"), True),), (Phrase(("a",)),))
    )


def test_parts_of_persian_words_are_looked_for_together_and_apart() -> None:
    whole, apart = Phrase(("صرفنظر",)), Phrase(("صرف", "نظر"))
    assert parsed("صرف‌نظر") == Query(((whole, apart),))
    assert parsed("«صرف نظر»") == Query(((apart, whole),))
    assert parsed("صرف نظر") == Query(((Phrase(("صرف",)), whole), (Phrase(("نظر",)), whole)))
    assert parsed("می شود") == parsed("می‌شود") == parsed("میشود") == Query(words("میشود"))


@pytest.mark.parametrize("text", ["", " ", "-refund", "** OR |", '""', "«»", "٪"])
def test_without_a_word_there_is_nothing_to_find(text: str) -> None:
    with pytest.raises(BadInput, match=r"search\.nothing"):
        parsed(text)


def test_many_words_are_refused() -> None:
    assert parsed("word " * 20)
    with pytest.raises(BadInput, match=r"search\.too_many_words"):
        parsed("word " * 21)
    with pytest.raises(BadInput, match=r"search\.too_many_words"):
        parsed("word " + "-x " * 20)


def found(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in found_in(parsed(query), line_words(text))]


def test_what_was_found_is_marked_in_what_was_written() -> None:
    text = "سفارشِ كتاب ها را، مي خواهم: Cancel, cancelled!"
    assert found("کتابها می‌خواهم", text) == ["كتاب ها", "مي خواهم"]
    assert found('canc* -x "cancel cancelled"', text) == ["Cancel, cancelled"]
    assert found("cancel", text) == ["Cancel"]


def test_no_mask_is_found_and_no_phrase_over_one() -> None:
    assert line_key("my card is [card] thanks") == "my card is ¤ thanks"
    assert found('card OR "is thanks"', "my card is [card] thanks") == ["card"]


def said(speaker: str, text: str) -> Segment:
    return Segment(speaker, None, None, text)  # type: ignore[arg-type]


def test_a_line_is_what_one_speaker_says_in_a_row() -> None:
    told = [
        said("agent", "I want"),
        said("customer", " "),  # found not to be said
        said("agent", "to help"),
        said("customer", "thanks"),
    ]
    assert [(line.places, line.text) for line in lines(told)] == [
        ((0, 2), "I want to help"),
        ((3,), "thanks"),
    ]
    assert lines([said("agent", "")]) == []


def test_a_long_turn_is_divided_between_segments() -> None:
    told = [said("unknown", "so " * 50), said("unknown", "so " * 30), said("unknown", "end")]
    assert [line.places for line in lines(told)] == [(0, 1), (2,)]
    assert [line.position for line in lines(told)] == [0, 2]


def test_of_an_endless_text_the_beginning_is_found() -> None:
    key = line_key("word " * 50_000)
    assert len(key) <= 100_000
    assert set(key.split(" ")) == {"word"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        query = parsed(text)
    except BadInput:
        return
    for phrase in [*(phrase for each in query.all_of for phrase in each), *query.none_of]:
        assert phrase.words
        for word in phrase.words:
            assert word.isalnum()
    assert found_in(query, keyed_words(text)) is not None
