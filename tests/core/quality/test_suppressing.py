"""Small groups: what is hidden stays hidden to whoever knows the whole and all the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qm.core.quality.figures import figures_by
from qm.core.quality.suppressing import small_groups, suppressed_groups
from tests.core.quality.small_facts import facts, small_centre


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 9, "b": 8}, ""),
        ({"a": 9, "b": 2, "c": 8}, "bc"),  # b alone could be computed from the whole
        ({"a": 9, "b": 1, "c": 1, "d": 8}, "bcd"),  # and b and c together are two people
        ({"a": 9, "b": 2, "c": 3, "d": 8}, "bc"),
        ({"a": 9, "b": 0, "c": 8}, ""),  # nothing tells of nobody
        ({"a": 1}, "a"),
    ],
)
def test_small_groups_take_others_with_them(sizes, hidden):
    assert small_groups(sizes, 4 if hidden == "bc" and sizes["c"] == 3 else 3) == set(hidden)


def test_nothing_is_hidden_where_it_is_switched_off():
    for fewest in (0, 1):
        assert small_groups({"a": 1, "b": 9}, fewest) == set()
    by_agent = figures_by(small_centre(), "agent_id")
    assert suppressed_groups(by_agent, 1) == (by_agent, set())


@given(st.lists(st.integers(0, 12), max_size=8), st.integers(2, 8))
def test_the_hidden_ones_together_are_no_small_group(numbers, fewest):
    sizes = dict(enumerate(numbers))
    hidden = small_groups(sizes, fewest)
    shown = {group: size for group, size in sizes.items() if group not in hidden}
    assert all(size == 0 or size >= fewest for size in shown.values())
    if hidden and any(shown.values()):
        assert len(hidden) > 1
        assert sum(sizes[group] for group in hidden) >= fewest


def test_a_figure_of_few_takes_that_of_another_group_with_it():
    # The customer's lens applied once to Sara, thrice to the others.
    rows = [{"agent_id": "sara", "results": letters} for letters in ("FFF", "FNF", "FNF")]
    rows += [{"agent_id": name} for name in ("reza", "ali") for _ in range(3)]
    shown, hidden = suppressed_groups(figures_by(facts(*rows), "agent_id"), 3)
    assert hidden == set()
    assert shown["sara",].critical["customer"].note == "too_few_to_show"
    assert shown["ali",].critical["customer"].note == "too_few_to_show"
    assert shown["reza",].critical["customer"].value == 100
    assert all(own.score.value == 80 for own in shown.values())


def test_who_is_hidden_anyway_is_hidden_with_all_figures():
    shown, hidden = suppressed_groups(figures_by(small_centre(), "agent_id"), 2, hidden=[("sara",)])
    assert hidden == {("ali",), ("sara",)}  # one of the two smallest goes along
    assert shown["sara",].score.value is None
    assert shown["sara",].evaluated == 4
