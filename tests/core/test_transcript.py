import pytest

from qm.core.transcript import Segment, Word, cited_line

CALL = [
    Segment("agent", 0.0, 4.0, "Hello."),
    Segment("customer", 5.0, 9.0, "My order?"),
    Segment("agent", 9.0, 12.0, ""),
]


@pytest.mark.parametrize(
    ("place", "start_s", "line"),
    [
        (1, 5.0, 1),
        (1, 5.02, 1),  # stored with other decimals
        (7, 5.0, 1),  # another transcript since: the line of that second
        (0, 6.5, 1),
        (0, 4.5, None),  # nobody speaks there now
        (5, None, None),
    ],
)
def test_a_cited_line_is_found_again(place: int, start_s: float | None, line: int | None) -> None:
    assert cited_line(CALL, place, start_s) == line


def test_a_cited_message_without_times_is_found_by_its_place() -> None:
    mail = [Segment("customer", None, None, "Where is it?")]
    assert cited_line(mail, 0, None) == 0
    assert cited_line(CALL, 0, None) is None


def _words(*words: tuple[str, float | None]) -> tuple[Word, ...]:
    return tuple(Word(0.0, 1.0, text, probability) for text, probability in words)


def test_the_words_that_the_model_was_unsure_of_are_parts_of_the_text() -> None:
    words = _words((" To", 0.9), (" be", 0.1), (" or", 0.8), (" be,", 0.2), (" so", None))
    parts = Segment("agent", 0.0, 1.0, "To be or be, so", words).parts()
    assert parts == [("To ", False), ("be", True), (" or ", False), ("be,", True), (" so", False)]


def test_without_doubts_or_with_other_words_there_are_no_parts() -> None:
    assert Segment("agent", 0.0, 1.0, "To be", _words(("To", 0.9), ("be", 0.8))).parts() == []
    assert Segment("agent", 0.0, 1.0, "other", _words(("To", 0.1), ("be", 0.1))).parts() == []


def test_a_line_without_text_is_not_said() -> None:
    assert [line.is_said for line in CALL] == [True, True, False]
    assert not Segment("agent", 0, 1, "a").is_unsure
    assert Segment("agent", 0, 1, "a", confidence=0.3).is_unsure
