"""Conditions judge whole columns as they judge a single interaction."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qm.core.forms.conditions import Condition
from qm.core.sampling.population import attributes, coded, matches, reasons
from tests.core.sampling import small_populations as small
from tests.core.sampling.plain_draw import is_so

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


def condition(content: Any) -> Any:
    return CONDITION.validate_python(content)


leaf = st.one_of(
    st.fixed_dictionaries(
        {
            "interaction": st.sampled_from(
                ["channel", "queue", "agent", "recorded", "talk_s", "contacts_7d", "vip", "absent"]
            ),
            "is": st.lists(
                st.sampled_from(
                    ["call", "وفاداری", "yes", "no", "sara.nouri", "10", "10.0", "1e1", "nan", "3"]
                ),
                min_size=1,
                max_size=3,
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "interaction": st.sampled_from(["talk_s", "hold_s", "contacts_7d", "vip", "channel"]),
            "at_least": st.sampled_from([0, 10, "119.9", "90.5001", 700]),
        },
        optional={"at_most": st.sampled_from([10, "119.9", 10**9])},
    ),
)
any_condition = st.recursive(
    leaf,
    lambda parts: st.one_of(
        st.fixed_dictionaries({"all": st.lists(parts, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(parts, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": parts}),
    ),
    max_leaves=6,
).map(condition)


@given(small.populations(most=25), any_condition, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_columns_are_judged_as_single_interactions_are(
    population: pd.DataFrame, condition: Condition, chance: Any
) -> None:
    population["contacts_7d"] = [chance.randint(0, 3) for _row in range(len(population))]
    texts = [chance.choice(["yes", "10", "119.90", None]) for _row in range(len(population))]
    population["vip"] = pd.Series(texts, dtype="str", index=population.index)
    found = matches(population, condition)
    assert list(found) == [is_so(row, condition) for row in population.to_dict("records")]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_finite_number_lies_in_no_bounds(value: float) -> None:
    rows = small.population(small.calls(1, talk_s=value))
    assert not matches(rows, condition({"interaction": "talk_s", "at_least": 0})).any()


def test_the_first_rule_that_holds_is_the_reason() -> None:
    rows = [row | {"talk_s": talk} for row, talk in zip(small.calls(3), (5, 5, 50), strict=True)]
    rows[0]["recorded"] = rows[2]["recorded"] = True
    policy = small.policy(
        leave_out=[
            {"reason": "no_recording", "when": small.NOT_RECORDED},
            {"reason": "short", "when": small.SHORT},
        ]
    )
    assert list(reasons(small.population(rows), policy)) == [2, 1, 0]


def test_the_attributes_that_a_policy_names() -> None:
    policy = small.policy(
        leave_out=[{"reason": "a", "when": {"not": {"interaction": "vip", "is": ["yes"]}}}],
        likelier=[{"when": {"interaction": "contacts_7d", "at_least": 1}, "times": 2}],
        targeted=[
            {"quota": "q", "when": small.LONG_HOLD, "max_per_period": 1},
            {"quota": "r", "phrases": ["شکایت"], "max_per_period": 1},
        ],
    )
    assert attributes(policy) == {"vip", "contacts_7d", "hold_s"}


@pytest.mark.parametrize("kind", ["category", "str"])
def test_texts_are_coded_in_their_order(kind: str) -> None:
    values = ["ب", "a", None, "Z", "a"]
    column = pd.Series(values, dtype="str").astype(kind)
    if kind == "category":
        column = column.cat.set_categories(["ب", "a", "unused", "Z"])
    codes, texts = coded(column)
    assert texts == sorted(texts)
    assert [texts[code] if code >= 0 else None for code in codes] == values
