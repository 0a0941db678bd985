"""Answers that the words suggest: never from silence where words are wrong, never beside a form."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qm.core.forms.form import Form
from qm.core.phrases.judging import judge
from qm.core.phrases.rules import PhraseRules
from qm.core.phrases.suggesting import Suggestion, suggestions
from qm.core.problems import BadInput
from qm.core.transcript import Segment

FORM = Form.model_validate(
    {
        "form": "call",
        "version": "1",
        "channel": "call",
        "title": {"en": "A form"},
        "sections": [
            {
                "id": "all",
                "title": {"en": "All"},
                "questions": [
                    {
                        "id": "greets",
                        "text": {"en": "Greets?"},
                        "options": [
                            {"id": "yes", "label": {"en": "Yes"}, "points": Decimal(1)},
                            {"id": "no", "label": {"en": "No"}, "points": Decimal(0)},
                        ],
                    }
                ],
            }
        ],
    }
)
GREETED = [Segment("customer", 0.0, 4.0, "Yes?"), Segment("agent", 5.0, 9.0, "Hello, Sara here.")]
BOTH = {"found": "yes", "missing": "no"}
SILENT = [Segment("agent", 0.0, 4.0, "Yes?")]


def rules(*suggests: dict[str, str]) -> PhraseRules:
    rule = {
        "rule": "greeting",
        "name": {"en": "Greets"},
        "speaker": "agent",
        "phrases": {"en": ["hello"]},
        "suggests": suggests,
    }
    return PhraseRules.model_validate({"phrases": "p", "version": "1", "rules": [rule]})


def suggested(
    segments: list[Segment], wish: dict[str, str], *, is_weak: bool = False
) -> dict[str, Suggestion]:
    asked = rules({"form": "call", "question": "greets", **wish})
    found = judge(asked, segments, channel="call", language="en", is_weak=is_weak)
    return suggestions(FORM, found)


def test_what_is_heard_is_suggested_with_its_second() -> None:
    found = suggested(GREETED, BOTH)["greets"]
    assert (found.value, found.answer.option, found.is_heard) == ("yes", "yes", True)
    assert (found.line, found.start_s) == (1, 5.0)


def test_silence_suggests_only_where_the_words_can_be_trusted() -> None:
    found = suggested(SILENT, BOTH)["greets"]
    assert (found.value, found.is_heard, found.start_s) == ("no", False, None)
    assert suggested(SILENT, {"found": "yes"}) == {}
    assert suggested(SILENT, BOTH, is_weak=True) == {}
    assert suggested(GREETED, BOTH, is_weak=True)["greets"].value == "yes"


@pytest.mark.parametrize(
    "wish",
    [
        {"found": "perhaps"},
        {"found": "n/a"},
        {"form": "chat", "found": "yes"},
        {"question": "leaves", "found": "yes"},
    ],
)
def test_what_the_form_does_not_take_is_left_out(wish: dict[str, str]) -> None:
    assert suggested(GREETED, wish) == {}


@pytest.mark.parametrize(
    ("suggests", "code"),
    [
        ([{}], "phrases.suggests_nothing"),
        ([{"found": "yes"}, {"missing": "no"}], "phrases.suggested_twice"),
    ],
)
def test_rules_that_suggest_nothing_or_twice_are_refused(
    suggests: list[dict[str, str]], code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        rules(*({"form": "call", "question": "greets", **each} for each in suggests))
    assert code in [problem.code for problem in refused.value.problems]
