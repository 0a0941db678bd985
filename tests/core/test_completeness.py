"""What an evaluation still lacks, and what a new one begins with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.answer_values import answers_of_data
from qm.core.forms.completeness import lacks, required_of, starting_answers
from qm.core.forms.form import Form
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import State
from tests.fixtures.any_form import any_answers, any_facts, any_form

EN = {"en": "x"}
patient = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
SEEN = {"segment": 3, "start_s": 12.0, "end_s": 15.5, "quote": "hello"}


def question(question_id: str, **more: Any) -> dict[str, Any]:
    options = [
        {"id": "yes", "label": EN, "points": 1},
        {"id": "no", "label": EN, "points": 0, "requires": ["comment"]},
        {"id": "never", "label": EN, "points": 0, "requires": ["reason", "evidence"]},
    ]
    return {
        "id": question_id,
        "text": EN,
        "options": options,
        "reasons": [{"id": "training", "label": EN}],
        **more,
    }


def form(*questions: dict[str, Any], header: Any = (), section: Any = None) -> Form:
    return Form.model_validate(
        {
            "form": "f",
            "version": "1",
            "channel": "call",
            "title": EN,
            "header": header,
            "sections": [
                {"id": "s", "title": EN, "questions": questions, **(section or {})},
                {
                    "id": "rest",
                    "title": EN,
                    "questions": [{**question("rest"), "required": False}],
                },
            ],
        }
    )


def missing(asking: Form, data: dict[str, Any]) -> list[tuple[str, str]]:
    answers = answers_of_data(asking, data)
    return [tuple(lack) for lack in lacks(asking, answers, score(asking, answers))]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, ["answer"]),
        ({"comment": "only a remark"}, ["answer"]),
        ("yes", []),
        ("n/a", []),
        ("no", ["comment"]),
        ({"value": "no", "comment": "why"}, []),
        ({"value": "no", "comment": " \n\t"}, ["comment"]),
        ("never", ["evidence", "reason"]),
        ({"value": "never", "reasons": ["training"]}, ["evidence"]),
        ({"value": "never", "evidence": [SEEN]}, ["reason"]),
        ({"value": "never", "evidence": [SEEN], "reasons": ["training"]}, []),
        # outside the agent's control or not, a finding needs what it needs
        ({"value": "no", "outside_control": True}, ["comment"]),
    ],
)
def test_what_an_answer_still_lacks(answer: Any, expected: list[str]) -> None:
    asking = form(question("a", not_applicable=True))
    assert missing(asking, {"a": answer}) == [("a", name) for name in expected]


def test_what_a_question_requires_with_every_answer_it_requires_with_not_applicable_too() -> None:
    asking = form(question("a", not_applicable=True, requires=["comment"]))
    assert missing(asking, {"a": "yes"}) == [("a", "comment")]
    assert missing(asking, {"a": "n/a"}) == [("a", "comment")]
    assert missing(asking, {"a": {"value": "n/a", "comment": "no account"}}) == []


def test_an_optional_question_lacks_nothing_until_it_is_answered() -> None:
    asking = form(question("a", required=False))
    assert missing(asking, {}) == []
    assert missing(asking, {"a": "no"}) == [("a", "comment")]


def test_a_hidden_question_lacks_nothing() -> None:
    asking = form(
        question("a"),
        question("b", when={"question": "a", "answered": ["no"]}, requires=["comment"]),
    )
    assert missing(asking, {"a": "yes", "b": "never"}) == []
    assert missing(asking, {"a": {"value": "no", "comment": "x"}}) == [("b", "answer")]


def test_ranges_require_like_options() -> None:
    number = {
        "id": "holds",
        "type": "number",
        "text": EN,
        "at_least": 0,
        "at_most": 9,
        "ranges": [
            {"at_least": 0, "at_most": 2, "points": 1},
            {"at_least": 3, "at_most": 9, "points": 0, "requires": ["comment"]},
        ],
    }
    asking = form(number)
    assert missing(asking, {"holds": 2}) == []
    assert missing(asking, {"holds": 3}) == [("holds", "comment")]


def test_the_requirements_of_several_chosen_options_are_joined() -> None:
    asking = form(question("a", type="choices"))
    asked = asking.question("a")
    assert asked is not None
    answer = answers_of_data(asking, {"a": ["no", "never"]})["a"]
    assert required_of(asked, answer) == {"comment", "evidence", "reason"}


def test_lacks_come_in_the_order_of_the_form_and_the_header_is_first() -> None:
    ticket = {"id": "ticket", "type": "text", "text": EN, "required": True}
    day = {"id": "day", "type": "date", "text": EN}
    asking = form(question("b"), question("a"), header=[ticket, day])
    assert missing(asking, {"b": "no"}) == [("ticket", "answer"), ("b", "comment"), ("a", "answer")]


def left_out(**section: Any) -> Form:
    inner = {"id": "inner", "title": EN, "questions": [question("c")]}
    hidden = question("d", when={"question": "rest", "answered": ["yes"]})
    return form(
        question("a"),
        question("b", required=False),
        hidden,
        section={"sections": [inner], **section},
    )


def test_a_section_may_be_left_out_only_as_a_whole() -> None:
    asking = left_out(not_applicable=True)
    assert missing(asking, {"a": "n/a", "b": "n/a", "c": "n/a"}) == []
    # b is optional, but blank is not N/A: the section has not been left out
    assert missing(asking, {"a": "n/a", "c": "n/a"}) == [
        ("a", "whole_section"),
        ("c", "whole_section"),
    ]
    assert missing(asking, {"a": "n/a", "b": "yes", "c": "n/a"}) == [
        ("a", "whole_section"),
        ("c", "whole_section"),
    ]
    # d is asked now, so it has to be left out with the others
    shown = {"a": "n/a", "b": "n/a", "c": "n/a", "rest": "yes"}
    assert ("d", "answer") in missing(asking, shown)
    assert missing(asking, {**shown, "d": "n/a"}) == []


def test_a_subsection_may_be_left_out_by_itself() -> None:
    content = left_out().model_dump(mode="json", by_alias=True, exclude_none=True)
    content["sections"][0]["sections"][0]["not_applicable"] = True
    asking = Form.model_validate(content)
    assert missing(asking, {"a": "yes", "c": "n/a"}) == []
    with pytest.raises(ValueError, match="“a” cannot be answered with N/A"):
        missing(asking, {"a": "n/a", "c": "n/a"})


# --- defaults


def test_a_new_evaluation_has_the_defaults() -> None:
    asking = form(
        question("a", default="yes"),
        question("b", default="n/a", not_applicable=True),
        question("c", type="choices", default=["no", "yes"]),
        question("d", type="choices", default=[]),
        question("e"),
        {
            "id": "f",
            "type": "number",
            "text": EN,
            "at_least": 0,
            "at_most": 9,
            "decimals": 1,
            "default": "2.5",
        },
        {"id": "g", "type": "scale", "text": EN, "lowest": 0, "highest": 5, "default": 0},
        header=[question("h", default="no")],
    )
    found = starting_answers(asking)
    assert {name: answer.model_dump(exclude_defaults=True) for name, answer in found.items()} == {
        "h": {"option": "no"},
        "a": {"option": "yes"},
        "b": {"not_applicable": True},
        "c": {"options": ("no", "yes")},
        "d": {"options": ()},
        "f": {"number": Decimal("2.5")},
        "g": {"number": Decimal(0)},
    }


# --- any form


@patient
@given(any_form(plain_texts=True))
def test_the_defaults_of_any_form_can_be_scored(asking: Form) -> None:
    answers = starting_answers(asking)
    states = score(asking, answers).states
    assert all(states[name] is not State.UNANSWERED for name in answers)


@patient
@given(st.data())
def test_complete_answers_lack_nothing(data: st.DataObject) -> None:
    asking = data.draw(any_form(plain_texts=True))
    answers, facts = data.draw(any_answers(asking, complete=True)), data.draw(any_facts(asking))
    card = score(asking, answers, facts)
    assert lacks(asking, answers, card) == []
    assert card.is_final


@patient
@given(st.data())
def test_what_lacks_is_asked_and_what_is_lacking_stops_at_nothing_else(data: st.DataObject) -> None:
    asking = data.draw(any_form(plain_texts=True))
    answers, facts = data.draw(any_answers(asking)), data.draw(any_facts(asking))
    card = score(asking, answers, facts)
    found = lacks(asking, answers, card)
    assert all(card.states[lack.question_id] is not State.HIDDEN for lack in found)
    assert {lack.question_id for lack in found if lack.missing == "answer"} == set(card.unanswered)
    assert card.is_final == all(lack.missing != "answer" for lack in found)
