from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from qm.core.assignment import Item, balance

ANALYSTS = ["mina", "kaveh", "helen"]


def items(count: int, agents: int = 4) -> list[Item]:
    return [Item(number, f"agent-{number % agents}") for number in range(count)]


@given(st.integers(0, 80), st.integers(1, 7))
def test_loads_differ_by_one_at_most(count: int, analysts: int) -> None:
    names = [f"analyst-{i}" for i in range(analysts)]
    loads = Counter(balance(items(count), names).values())
    assert sum(loads.values()) == count
    assert max(loads[name] for name in names) - min(loads[name] for name in names) <= 1


def test_what_is_open_already_counts() -> None:
    plan = balance(items(4), ["mina", "kaveh"], {"mina": 4})
    assert set(plan.values()) == {"kaveh"}


def test_an_agents_picks_are_spread_over_the_analysts() -> None:
    plan = balance(items(12, agents=4), ANALYSTS)
    pairs = Counter((plan[item.pick_id], item.agent_id) for item in items(12, agents=4))
    assert set(pairs.values()) == {1}


def test_the_order_of_the_picks_does_not_matter() -> None:
    assert balance(items(20), ANALYSTS) == balance(items(20)[::-1], ANALYSTS[::-1])


def test_without_analysts_the_plan_is_empty() -> None:
    assert balance(items(3), []) == {}
