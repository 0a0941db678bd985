"""When a question is asked: by answers, by the interaction, by both; chains and nesting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from qm.core.forms.answer_values import answers_of_data
from qm.core.forms.conditions import Answered, Condition, InteractionIs, Leaf, holds, leaves
from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import State

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
EN = {"en": "x"}
YES = {"id": "yes", "label": EN, "points": 1}
NO = {"id": "no", "label": EN, "points": 0}
DONE = [{"id": name, "label": EN, "points": 1} for name in ("refund", "callback", "voucher")]


def asked(question_id: str, **more: Any) -> dict[str, Any]:
    return {"id": question_id, "text": EN, "options": [YES, NO], "not_applicable": True, **more}


def form(target: dict[str, Any], *, section: Any = None, subsection: Any = None) -> Form:
    """A form with one question of every kind, and `target` behind them in a subsection."""
    inner = {"id": "inner", "title": EN, "questions": [target], "when": subsection}
    return Form.model_validate(
        {
            "form": "f",
            "version": "1",
            "channel": "call",
            "title": EN,
            "header": [asked("reopened", required=False)],
            "sections": [
                {
                    "id": "main",
                    "title": EN,
                    "questions": [
                        asked("solved"),
                        {**asked("done"), "type": "choices", "options": DONE},
                        {
                            "id": "holds",
                            "type": "number",
                            "text": EN,
                            "at_least": 0,
                            "at_most": 9,
                            "decimals": 1,
                            "not_applicable": True,
                        },
                        {"id": "tone", "type": "scale", "text": EN, "lowest": 1, "highest": 5},
                        asked("chained", when={"question": "solved", "answered": ["no"]}),
                    ],
                },
                {"id": "outer", "title": EN, "when": section, "questions": [], "sections": [inner]},
            ],
        }
    )


def state(when: Any, answers: dict[str, Any], facts: dict[str, Any] | None = None) -> State:
    """How a question stands that has an answer and is asked when `when` holds."""
    asking = form(asked("target", when=when))
    given_answers = answers_of_data(asking, {**answers, "target": "yes"})
    return score(asking, given_answers, facts or {}).states["target"]


SOLVED = {"question": "solved", "answered": ["yes"]}
CHAINED = {"question": "chained", "answered": ["yes"]}


@pytest.mark.parametrize(
    ("when", "answers", "is_asked"),
    [
        # a choice
        (SOLVED, {"solved": "yes"}, True),
        (SOLVED, {"solved": "no"}, False),
        (SOLVED, {"solved": "n/a"}, False),
        (SOLVED, {}, False),
        (SOLVED, {"solved": {"comment": "a remark is no answer"}}, False),
        ({"question": "solved", "answered": ["no", "n/a"]}, {"solved": "n/a"}, True),
        ({"question": "solved", "answered": ["no", "n/a"]}, {}, False),
        # a finding outside the agent's control is still an answer
        (SOLVED, {"solved": {"value": "yes", "outside_control": True}}, True),
        # a header field
        ({"question": "reopened", "answered": ["yes"]}, {"reopened": "yes"}, True),
        # several options: one of them suffices
        ({"question": "done", "answered": ["refund", "voucher"]}, {"done": ["voucher"]}, True),
        ({"question": "done", "answered": ["refund"]}, {"done": ["callback", "voucher"]}, False),
        ({"question": "done", "answered": ["refund"]}, {"done": []}, False),
        # numbers: both bounds are included
        ({"question": "holds", "at_least": 2}, {"holds": 2}, True),
        ({"question": "holds", "at_least": 2}, {"holds": "1.9"}, False),
        ({"question": "holds", "at_most": "2.5"}, {"holds": "2.5"}, True),
        ({"question": "holds", "at_least": 2, "at_most": 3}, {"holds": 4}, False),
        ({"question": "holds", "at_least": 0}, {"holds": 0}, True),
        ({"question": "holds", "at_least": 0}, {"holds": "n/a"}, False),
        ({"question": "holds", "answered": ["n/a"]}, {"holds": "n/a"}, True),
        ({"question": "holds", "answered": ["n/a"]}, {"holds": 1}, False),
        ({"question": "tone", "at_most": 2}, {"tone": 2}, True),
        ({"question": "tone", "at_most": 2}, {"tone": 3}, False),
        # all, any, not
        (
            {"all": [SOLVED, {"question": "tone", "at_least": 4}]},
            {"solved": "yes", "tone": 4},
            True,
        ),
        ({"all": [SOLVED, {"question": "tone", "at_least": 4}]}, {"solved": "yes"}, False),
        ({"any": [SOLVED, {"question": "tone", "at_least": 4}]}, {"tone": 5}, True),
        ({"any": [SOLVED, {"question": "tone", "at_least": 4}]}, {"tone": 3}, False),
        ({"not": SOLVED}, {"solved": "no"}, True),
        ({"not": SOLVED}, {"solved": "yes"}, False),
        ({"not": {"not": SOLVED}}, {"solved": "yes"}, True),
        ({"not": {"any": [SOLVED, {"question": "tone", "at_most": 2}]}}, {"tone": 3}, True),
        # an open question fulfils nothing, so the contrary holds
        ({"not": SOLVED}, {}, True),
        # a hidden one likewise, whatever its answer says
        (CHAINED, {"solved": "no", "chained": "yes"}, True),
        (CHAINED, {"solved": "yes", "chained": "yes"}, False),
        ({"not": CHAINED}, {"solved": "yes", "chained": "yes"}, True),
    ],
)
def test_conditions_on_answers(when: Any, answers: dict[str, Any], is_asked: bool) -> None:
    assert state(when, answers) is (State.ANSWERED if is_asked else State.HIDDEN)


@pytest.mark.parametrize(
    ("when", "facts", "is_asked"),
    [
        ({"interaction": "queue", "is": ["vip", "ویژه"]}, {"queue": "ویژه"}, True),
        ({"interaction": "queue", "is": ["vip"]}, {"queue": "VIP"}, False),
        ({"interaction": "queue", "is": ["vip"]}, {"queue": None}, False),
        ({"interaction": "queue", "is": ["vip"]}, {}, False),
        ({"not": {"interaction": "queue", "is": ["vip"]}}, {}, True),
        ({"interaction": "customer type", "is": ["new"]}, {"customer type": "new"}, True),
        ({"interaction": "talk_s", "at_least": 300}, {"talk_s": 300.0}, True),
        ({"interaction": "talk_s", "at_least": 300}, {"talk_s": 299.9}, False),
        ({"interaction": "talk_s", "at_least": 300}, {"talk_s": "301"}, True),
        ({"interaction": "talk_s", "at_least": 1, "at_most": 2}, {"talk_s": 3}, False),
        ({"interaction": "talk_s", "at_least": 300}, {"talk_s": "long"}, False),
        ({"interaction": "talk_s", "at_least": 300}, {"talk_s": float("nan")}, False),
        ({"interaction": "talk_s", "at_least": 300}, {"talk_s": float("inf")}, False),
        ({"interaction": "talk_s", "at_least": 300}, {}, False),
    ],
)
def test_conditions_on_the_interaction(when: Any, facts: dict[str, Any], is_asked: bool) -> None:
    assert state(when, {}, facts) is (State.ANSWERED if is_asked else State.HIDDEN)


@pytest.mark.parametrize("place", ["section", "subsection"])
@pytest.mark.parametrize("solved", ["yes", "no"])
def test_a_hidden_section_hides_everything_inside(place: str, solved: str) -> None:
    sections = {place: SOLVED}
    asking = form(asked("target"), **sections)
    card = score(asking, answers_of_data(asking, {"solved": solved, "target": "no"}))
    assert card.states["target"] is (State.ANSWERED if solved == "yes" else State.HIDDEN)


def test_the_conditions_of_section_subsection_and_question_must_all_hold() -> None:
    tone, call = {"question": "tone", "at_least": 3}, {"interaction": "direction", "is": ["in"]}
    asking = form(asked("target", when=SOLVED), section=tone, subsection=call)
    full = {"solved": "yes", "tone": 3, "target": "yes"}
    for lacking in ("", "solved", "tone", "direction"):
        answers = {name: value for name, value in full.items() if name != lacking}
        facts = {} if lacking == "direction" else {"direction": "in"}
        card = score(asking, answers_of_data(asking, answers), facts)
        assert card.states["target"] is (State.HIDDEN if lacking else State.ANSWERED)


def test_a_condition_may_ask_for_a_later_question_and_for_one_in_another_section() -> None:
    questions = [
        asked("first", when={"question": "third", "answered": ["yes"]}),
        asked("second", when={"question": "first", "answered": ["yes"]}),
    ]
    content = {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": EN,
        "sections": [
            {"id": "a", "title": EN, "questions": questions},
            {"id": "b", "title": EN, "questions": [asked("third")]},
        ],
    }
    asking = Form.model_validate(content)
    for third, expected in (("yes", State.ANSWERED), ("no", State.HIDDEN)):
        data = {"first": "yes", "second": "no", "third": third}
        states = score(asking, answers_of_data(asking, data)).states
        assert {states["first"], states["second"]} == {expected}


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"a": "a"}, "form.condition_circle"),
        ({"a": "b", "b": "a"}, "form.condition_circle"),
        ({"a": "b", "b": "c", "c": "a"}, "form.condition_circle"),
        ({"a": "nowhere"}, "form.condition_unknown"),
    ],
)
def test_circles_and_unknown_questions_are_errors(conditions: dict[str, str], code: str) -> None:
    questions = [
        asked(name, when={"question": conditions[name], "answered": ["yes"]})
        if name in conditions
        else asked(name)
        for name in ("a", "b", "c")
    ]
    content = {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": EN,
        "sections": [{"id": "s", "title": EN, "questions": questions}],
    }
    with pytest.raises(BadInput) as caught:
        Form.model_validate(content)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_section_that_waits_for_a_question_of_its_own_is_a_circle() -> None:
    with pytest.raises(BadInput) as caught:
        form(asked("target"), section={"question": "target", "answered": ["yes"]})
    assert {p.code for p in caught.value.problems} == {"form.condition_circle"}


@pytest.mark.parametrize(
    "content",
    [
        {"question": "solved"},
        {"interaction": "queue"},
        {"all": []},
        {"any": []},
        {"not": None},
        {"question": "solved", "answered": ["yes"], "is": ["no"]},
        {"question": "not an id", "answered": ["yes"]},
        {"interaction": "", "is": ["x"]},
        {"all": [SOLVED], "any": [SOLVED]},
        {},
        [SOLVED],
        "solved",
    ],
)
def test_what_is_no_condition(content: Any) -> None:
    with pytest.raises(ValidationError):
        CONDITION.validate_python(content)


def test_leaves_are_found_with_the_path_that_a_file_would_show() -> None:
    condition = CONDITION.validate_python(
        {"all": [SOLVED, {"not": {"any": [{"interaction": "queue", "is": ["vip"]}, SOLVED]}}]}
    )
    assert [(path, type(leaf)) for path, leaf in leaves(condition)] == [
        ("when.all[0]", Answered),
        ("when.all[1].not.any[0]", InteractionIs),
        ("when.all[1].not.any[1]", Answered),
    ]


TREES = st.recursive(
    st.sampled_from("abc").map(lambda name: {"interaction": name, "is": ["yes"]}),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


def truth(tree: Any, facts: dict[str, bool]) -> bool:
    if "all" in tree:
        return all(truth(part, facts) for part in tree["all"])
    if "any" in tree:
        return any(truth(part, facts) for part in tree["any"])
    return not truth(tree["not"], facts) if "not" in tree else facts[tree["interaction"]]


@settings(deadline=None)
@given(TREES, st.lists(st.tuples(*[st.booleans()] * 3), min_size=1, max_size=8))
def test_one_evaluation_and_many_at_once_are_decided_alike(
    tree: Any, rows: list[tuple[bool, bool, bool]]
) -> None:
    condition = CONDITION.validate_python(tree)
    columns = {name: np.array([row[n] for row in rows]) for n, name in enumerate("abc")}

    def column(leaf: Leaf) -> Any:
        assert isinstance(leaf, InteractionIs)
        return columns[leaf.interaction]

    together = holds(condition, column)
    for place, row in enumerate(rows):
        facts = dict(zip("abc", row, strict=True))
        alone = holds(condition, lambda leaf: facts[leaf.interaction])  # noqa: B023
        assert alone is truth(tree, facts)
        assert bool(together[place]) is alone
