"""Conditions as one line of text: the grammar, there and back, and where a text breaks off."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.forms.conditions import All, Answered, AnyOf, InteractionIs, Not
from qm.exchange.sheets.conditions import BadCondition, condition_text, read_condition

names = st.sampled_from(["solved", "not", "OR", "a.b-c", "queue", "1", "interaction"])
numbers = st.decimals(-100, 100, places=2)
bounds = st.fixed_dictionaries({}, optional={"at_least": numbers, "at_most": numbers})
values = st.text(max_size=4) | st.sampled_from(["a|b", '"', "or", "two words", "سفارش‌ها", "“"])
tests = st.one_of(
    st.builds(
        lambda name, answered, more: Answered(question=name, answered=answered, **more),
        names,
        st.lists(names | st.just("n/a"), min_size=1, max_size=3),
        bounds,
    ),
    st.builds(
        lambda name, one_of, more: InteractionIs.model_validate(
            {"interaction": name, "is": one_of, **more}
        ),
        st.sampled_from(["queue", "talk_s", "customer type", "not"]),
        st.lists(values, min_size=1, max_size=3),
        bounds,
    ),
    st.builds(
        lambda least: InteractionIs.model_validate({"interaction": "talk_s", "at_least": least}),
        numbers,
    ),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(lambda parts: All(all=parts), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: AnyOf(any=parts), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: Not.model_validate({"not": part}), inner),
    ),
    max_leaves=6,
)


def read_back(text: str, questions: set[str]) -> Any:
    data = read_condition(text, questions)
    return All.model_validate({"all": [data]}).all[0]


@settings(max_examples=100, deadline=None)
@given(conditions, st.sets(names))
def test_any_condition_survives_its_text(condition: Any, questions: set[str]) -> None:
    assert read_back(condition_text(condition, questions), questions) == condition


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("solved = no | partly", {"question": "solved", "answered": ["no", "partly"]}),
        ("SOLVED=no", {"question": "SOLVED", "answered": ["no"]}),
        ("queue = orders", {"interaction": "queue", "is": ["orders"]}),
        ('"queue" = orders', {"question": "queue", "answered": ["orders"]}),
        ("interaction tier = «طلایی»", {"interaction": "tier", "is": ["طلایی"]}),
        ("talk_s >= ۳۰۰", {"interaction": "talk_s", "at_least": "300"}),
        ("nps from 0 to 6", {"question": "nps", "at_least": "0", "at_most": "6"}),
        (
            "a = x or b = y and Not (c = z)",
            {
                "any": [
                    {"question": "a", "answered": ["x"]},
                    {
                        "all": [
                            {"question": "b", "answered": ["y"]},
                            {"not": {"question": "c", "answered": ["z"]}},
                        ]
                    },
                ]
            },
        ),
        ("all(a = x)", {"all": [{"question": "a", "answered": ["x"]}]}),
    ],
)
def test_conditions_read_like_sentences(text: str, data: dict[str, Any]) -> None:
    assert read_condition(text, {"solved", "nps", "a", "b", "c"}) == data


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("", "sheets.condition_name", "…"),
        ("solved no", "sheets.condition_test", "no"),
        ("solved != no", "sheets.condition_test", "!"),
        ("solved = no, partly", "sheets.condition_end", ","),
        ("solved = ", "sheets.condition_value", "…"),
        ("(solved = no", "sheets.condition_bracket", "…"),
        ("talk_s >= long", "sheets.condition_number", "long"),
        ("talk_s from 3 until 4", "sheets.condition_number", "until"),
        ("(" * 5000 + "a = b", "sheets.condition_nested", "("),
        ("not " * 5000 + "a = b", "sheets.condition_nested", "not"),
    ],
)
def test_a_text_that_is_no_condition_is_told_where_it_breaks_off(
    text: str, code: str, found: str
) -> None:
    with pytest.raises(BadCondition) as caught:
        read_condition(text, set())
    problem = caught.value.problem("f.xlsx", 2, "when")
    assert (problem.code, problem.values["found"]) == (code, found)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=30)
    | st.lists(
        st.sampled_from('not and or ( ) = | >= <= from to a "x 3 all any interaction , !'.split())
    ).map(" ".join)
)
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    with contextlib.suppress(BadCondition):
        read_condition(text, set())
