"""What can be so, and what follows; checked against every interaction of a small world."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qm.core.forms.conditions import Condition, InteractionIs, Leaf, holds
from qm.core.sampling.policy_logic import Logic

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)

CHANNEL = ("call", "chat", "email")
WORLD = [
    {"channel": channel, "recorded": recorded, "talk_s": talk_s, "tier": tier}
    for channel, recorded, talk_s, tier in product(
        CHANNEL, ("yes", "no"), (None, *range(8)), (None, "gold", "other", "3")
    )
]


def condition(content: Any) -> Condition:
    return CONDITION.validate_python(content)


def matching(asked: Condition) -> list[bool]:
    def truth_of(facts: dict[str, Any]) -> bool:
        def of_leaf(leaf: Leaf) -> bool:
            assert isinstance(leaf, InteractionIs)
            return leaf.matches(facts)

        return holds(asked, of_leaf)

    return [truth_of(facts) for facts in WORLD]


# The bounds are whole numbers that the world has numbers below, at and above.
leaf_contents = st.one_of(
    st.sets(st.sampled_from([*CHANNEL, "phone"]), min_size=1).map(
        lambda names: {"interaction": "channel", "is": sorted(names)}
    ),
    st.sampled_from(["yes", "no", "true"]).map(
        lambda value: {"interaction": "recorded", "is": [value]}
    ),
    st.tuples(st.sampled_from(["at_least", "at_most"]), st.integers(-1, 6)).map(
        lambda bound: {"interaction": "talk_s", bound[0]: bound[1]}
    ),
    st.sampled_from([["gold"], ["silver", "3"], ["gold", "other"]]).map(
        lambda values: {"interaction": "tier", "is": values}
    ),
)
contents = st.recursive(
    leaf_contents,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(contents)
def test_what_is_called_impossible_is_so_nowhere_and_the_reverse(content: Any) -> None:
    asked = condition(content)
    # “silver” is not in the small world, so what needs it may be possible all the same.
    if "silver" not in str(content):
        assert Logic().is_impossible(asked) == (not any(matching(asked)))
    elif Logic().is_impossible(asked):
        assert not any(matching(asked))


@settings(max_examples=60, deadline=None)
@given(contents, contents)
def test_what_follows_from_a_condition_holds_wherever_it_does(content: Any, other: Any) -> None:
    one, two = condition(content), condition(other)
    if Logic().implies(one, two):
        pairs = zip(matching(one), matching(two), strict=True)
        assert all(then for given_, then in pairs if given_)


@pytest.mark.parametrize(
    ("content", "other", "follows"),
    [
        ({"interaction": "talk_s", "at_most": 10}, {"interaction": "talk_s", "at_most": 20}, True),
        ({"interaction": "talk_s", "at_most": 20}, {"interaction": "talk_s", "at_most": 10}, False),
        ({"interaction": "recorded", "is": ["no"]}, {"interaction": "channel", "is": ["call"]}, 0),
        ({"interaction": "talk_s", "at_least": 5}, {"interaction": "talk_s", "at_least": 0}, True),
        # What is missing fulfils neither bound.
        (
            {"not": {"interaction": "talk_s", "at_least": 5}},
            {"interaction": "talk_s", "at_most": 5},
            False,
        ),
    ],
)
def test_implications(content: Any, other: Any, follows: bool) -> None:
    assert Logic().implies(condition(content), condition(other)) == follows


def test_what_takes_too_long_is_unknown() -> None:
    def one_of(count: int) -> Any:
        return {"all": [{"interaction": f"a{n}", "is": ["x"]} for n in range(count)]}

    assert Logic().implies(condition(one_of(8)), condition(one_of(7)))
    assert not Logic().implies(condition(one_of(60)), condition(one_of(59)))
