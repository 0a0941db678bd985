"""Picks and analysts → who evaluates what, balanced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Item(NamedTuple):
    """One pick to be assigned."""

    pick_id: int
    agent_id: str


def balance(
    items: Sequence[Item], analysts: Sequence[str], load: Mapping[str, int] | None = None
) -> dict[int, str]:
    """Return the analyst of every pick: loads as equal as they can be, agents spread.

    `load` counts what each analyst has open already. Each pick goes to the analyst with the
    least load; among equals to the one who has the fewest picks of that agent, then by name.
    Deterministic and independent of the order of `items`. No analysts: an empty plan.
    """
    if not analysts:
        return {}
    loads = Counter({analyst: (load or {}).get(analyst, 0) for analyst in analysts})
    pairs: Counter[tuple[str, str]] = Counter()
    plan: dict[int, str] = {}
    for item in sorted(items, key=lambda item: (item.agent_id, item.pick_id)):
        chosen = min(
            sorted(analysts), key=lambda analyst: (loads[analyst], pairs[analyst, item.agent_id])
        )
        plan[item.pick_id] = chosen
        loads[chosen] += 1
        pairs[chosen, item.agent_id] += 1
    return plan
