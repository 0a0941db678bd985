"""Corrections: every line keeps its place, and nothing that is masked comes to light."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.corrections import LineCorrection, changes, corrected
from qm.core.personal_data.masking import masked_segments
from qm.core.personal_data.rules import PrivacyRules
from qm.core.problems import BadInput
from qm.core.transcript import Segment, Word

RULES = PrivacyRules(names=("Mina",))
CARD = "6037 9911 1111 1112"
WORDS = (Word(0.0, 0.5, "Good", 0.9), Word(0.5, 1.0, "mourning", 0.3))
CALL = (
    Segment("agent", 0.0, 1.0, "Good mourning", WORDS, 0.6),
    Segment("customer", 1.0, 5.0, f"I am Mina, my card is {CARD} ok"),
    Segment("customer", 6.0, 8.0, "my phone is 0912 345"),
    Segment("customer", 8.0, 9.0, "6789 thanks"),
    Segment("agent", 9.0, 10.0, "it says [card] here"),
)


def _line(place: int, text: str, speaker: str | None = None) -> LineCorrection:
    return LineCorrection(place, text, speaker or CALL[place].speaker)  # type: ignore[arg-type]


def _masked(place: int) -> str:
    return masked_segments(CALL, RULES)[place].text


def _codes(*corrections: LineCorrection) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        corrected(CALL, corrections, RULES)
    return [problem.code for problem in refusal.value.problems]


def test_a_changed_text_keeps_its_times_and_loses_those_of_its_words() -> None:
    made = corrected(CALL, [_line(0, "  Good \n morning\x00 ")], RULES)
    assert made[0] == Segment("agent", 0.0, 1.0, "Good morning")
    assert made[1:] == CALL[1:]


def test_another_speaker_alone_keeps_the_words() -> None:
    made = corrected(CALL, [_line(0, "Good mourning", "customer")], RULES)
    assert made[0].words == WORDS
    assert (made[0].speaker, made[0].confidence) == ("customer", 0.6)


def test_a_line_that_was_not_said_stays_as_an_empty_one() -> None:
    made = corrected(CALL, [_line(0, " ")], RULES)
    assert len(made) == len(CALL)
    assert (made[0].text, made[0].is_said, made[0].start_s) == ("", False, 0.0)
    again = corrected(made, [_line(0, "Good morning")], RULES)
    assert again[0].text == "Good morning"


def test_masks_stand_for_what_they_hide_in_their_order() -> None:
    assert _masked(1) == "I am [name], my card is [card] ok"
    made = corrected(CALL, [_line(1, "Hello, [name]: [card]!")], RULES)
    assert made[1].text == f"Hello, Mina: {CARD}!"
    assert masked_segments(made, RULES)[1].text == "Hello, [name]: [card]!"


def test_what_only_looks_like_a_mask_stands_for_itself() -> None:
    assert (
        corrected(CALL, [_line(4, "it read [card] here")], RULES)[4].text == "it read [card] here"
    )


@pytest.mark.parametrize(
    "text",
    [
        "I am [name], my card is ok",  # one is lost
        "my card is [card], I am [name]",  # another order
        "I am [name], [name], my card is [card]",
        "I am [name], my card is [card] and [phone]",
    ],
)
def test_other_masks_are_refused(text: str) -> None:
    assert _codes(_line(1, text)) == ["correction.masks"]


def test_a_line_with_masks_can_be_taken_away() -> None:
    assert corrected(CALL, [_line(1, "")], RULES)[1].text == ""


@pytest.mark.parametrize("text", ["I am [name], 5[card]", "I am [name]na, my card is [card]"])
def test_a_text_that_would_uncover_what_is_masked_is_refused(text: str) -> None:
    """A digit more makes no card number of it: the number would be read by everybody."""
    assert _codes(_line(1, text)) == ["correction.uncovers"]


def test_half_of_a_number_over_two_lines_is_not_uncovered_by_taking_the_other_away() -> None:
    assert "[phone]" in _masked(2)
    assert "[phone]" in _masked(3)
    assert _codes(_line(3, "")) == ["correction.uncovers"]
    assert _codes(_line(3, _masked(3), "agent")) == ["correction.uncovers"]
    made = corrected(CALL, [_line(2, ""), _line(3, "")], RULES)  # both: nothing of it is left
    assert [line.text for line in made[2:4]] == ["", ""]


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (LineCorrection(9, "x", "agent"), "correction.no_line"),
        (LineCorrection(-1, "x", "agent"), "correction.no_line"),
        (LineCorrection(0, "Good  mourning", "agent"), "correction.no_change"),
        (LineCorrection(0, "x" * 5001, "agent"), "correction.too_long"),
    ],
)
def test_what_cannot_be_a_correction_is_refused(correction: LineCorrection, code: str) -> None:
    assert _codes(correction) == [code]


def test_a_mask_of_a_kind_that_is_not_masked_is_just_a_word() -> None:
    rules = PrivacyRules(kinds=("card",))
    made = corrected(CALL, [_line(2, "my phone is 0912 346")], rules)
    assert made[2].text == "my phone is 0912 346"


def test_changes_name_the_lines_that_differ() -> None:
    made = corrected(CALL, [_line(0, "Good morning"), _line(4, "[card]", "customer")], RULES)
    found = list(changes(CALL, made))
    assert [(change.line, change.before.text, change.after.text) for change in found] == [
        (0, "Good mourning", "Good morning"),
        (4, "it says [card] here", "[card]"),
    ]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["[name]", "[card]", " ", "5", "a", ",", "Mina", "-"]), max_size=9))
def test_whatever_is_written_nothing_hidden_is_shown(pieces: list[str]) -> None:
    try:
        made = corrected(CALL, [_line(1, "".join(pieces))], RULES)
    except BadInput:
        return
    shown = masked_segments(made, RULES)[1].text
    assert "Mina" not in shown
    assert not any(part in shown for part in CARD.split())
