"""Answers as short texts and plain data. That any answer survives is a property of scoring."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from qm.core.forms.answer_values import answer_of_text, answers_of_data, value_text
from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form

EN = {"en": "x"}
OPTIONS = [
    {"id": name, "label": EN, "points": 1 if name == "yes" else 0} for name in ("yes", "1.10")
]
FORM = Form.model_validate(
    {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": EN,
        "header": [{"id": "day", "type": "date", "text": EN}],
        "sections": [
            {
                "id": "s",
                "title": EN,
                "questions": [
                    {"id": "one", "text": EN, "options": OPTIONS, "not_applicable": True},
                    {"id": "some", "type": "choices", "text": EN, "options": OPTIONS},
                    {"id": "tone", "type": "scale", "text": EN, "lowest": -1, "highest": 5},
                    {
                        "id": "holds",
                        "type": "number",
                        "text": EN,
                        "at_least": 0,
                        "at_most": 1000,
                        "decimals": 2,
                    },
                    {"id": "note", "type": "text", "text": EN},
                ],
            }
        ],
    }
)
EVIDENCE = Evidence(segment=1, start_s=2.5, end_s=4, quote="سلام")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(), None),
        (Answer(comment="a remark"), None),
        (Answer(not_applicable=True), "n/a"),
        (Answer(option="1.10"), "1.10"),
        (Answer(options=("yes", "1.10")), "yes 1.10"),
        (Answer(options=()), ""),
        (Answer(number=Decimal("2.50")), "2.5"),
        (Answer(number=Decimal("1E+3")), "1000"),
        (Answer(number=Decimal("-1")), "-1"),
        (Answer(number=Decimal(0)), "0"),
        (Answer(text=""), ""),
        (Answer(text=" two\nlines "), " two\nlines "),
        (Answer(date=dt.date(2024, 3, 20)), "2024-03-20"),
    ],
)
def test_the_short_text_of_an_answer(answer: Answer, text: str | None) -> None:
    assert value_text(answer) == text


@pytest.mark.parametrize(
    ("question_id", "value", "answer"),
    [
        ("one", "yes", Answer(option="yes")),
        ("one", "1.10", Answer(option="1.10")),
        ("one", "n/a", Answer(not_applicable=True)),
        ("one", None, Answer()),
        ("some", ["yes", "1.10"], Answer(options=("yes", "1.10"))),
        ("some", "yes 1.10", Answer(options=("yes", "1.10"))),
        ("some", "", Answer(options=())),
        ("some", [], Answer(options=())),
        ("tone", 4, Answer(number=Decimal(4))),
        ("tone", "-1", Answer(number=Decimal(-1))),
        ("holds", 0.1, Answer(number=Decimal("0.1"))),  # no binary float creeps in
        ("holds", Decimal("12.50"), Answer(number=Decimal("12.5"))),
        ("note", "", Answer(text="")),
        ("note", "12", Answer(text="12")),
        ("note", 12, Answer(text="12")),
        ("day", "2024-02-29", Answer(date=dt.date(2024, 2, 29))),
        ("day", dt.date(2024, 2, 29), Answer(date=dt.date(2024, 2, 29))),
        (
            "one",
            {"value": "yes", "comment": "خوب", "evidence": [EVIDENCE.model_dump()]},
            Answer(option="yes", comment="خوب", evidence=(EVIDENCE,)),
        ),
        ("one", {"comment": "only a remark"}, Answer(comment="only a remark")),
        ("one", {"value": None, "comment": "x"}, Answer(comment="x")),
        (
            "one",
            {"option": "yes", "outside_control": True},
            Answer(option="yes", outside_control=True),
        ),
        ("some", {"value": ["yes"], "reasons": ["r"]}, Answer(options=("yes",), reasons=("r",))),
        ("tone", {"value": 3}, Answer(number=Decimal(3))),
    ],
)
def test_answers_in_plain_data(question_id: str, value: Any, answer: Answer) -> None:
    assert answers_of_data(FORM, {question_id: value}) == {question_id: answer}


@pytest.mark.parametrize(
    ("question_id", "value"),
    [
        ("elsewhere", "yes"),
        ("tone", "loud"),
        ("tone", "NaN"),
        ("holds", "inf"),
        ("holds", ""),
        ("day", "29.02.2024"),
        ("day", "2023-02-29"),
        ("some", ["yes", "yes"]),
        ("one", {"value": "yes", "score": 100}),
        ("one", {"value": "yes", "not_applicable": True}),
        ("note", "x" * 4001),
    ],
)
def test_what_cannot_be_an_answer_is_refused(question_id: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        answers_of_data(FORM, {question_id: value})


def test_the_refusal_names_form_and_question() -> None:
    with pytest.raises(ValueError, match="f@1 has no question “elsewhere”"):
        answers_of_data(FORM, {"elsewhere": "yes"})
    with pytest.raises(ValueError, match="question “tone” is answered with a number"):
        answers_of_data(FORM, {"tone": "loud"})
    with pytest.raises(ValueError, match="question “day” is answered with a day"):
        answers_of_data(FORM, {"day": "29.02.2024"})


def test_a_text_like_not_applicable_is_told_apart_from_not_applicable() -> None:
    note = FORM.question("note")
    assert note is not None
    assert answer_of_text(note, "n/a") == Answer(not_applicable=True)
    for text in ("n/a", "\\n/a", "\\", "C:\\n/a"):
        written = value_text(Answer(text=text))
        assert written != "n/a"
        assert answer_of_text(note, written) == Answer(text=text)
    assert answers_of_data(FORM, {"note": {"text": "n/a"}}) == {"note": Answer(text="n/a")}
