"""Which conditions of a policy can never hold, and which hold whenever another one does.

Every attribute that the conditions name is tried with each value that can make a difference. Where
that takes too long, a condition counts as one that can hold, and as one that can fail.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from math import prod

from qm.core.forms.conditions import Condition, InteractionIs, Leaf, Not, holds, leaves
from qm.core.forms.form import CHANNELS

YES_OR_NO = ("yes", "no")
CLOSED: Mapping[str, tuple[str, ...]] = {
    "channel": CHANNELS,
    "direction": ("inbound", "outbound", "internal"),
    "recorded": YES_OR_NO,
    "evaluated": YES_OR_NO,
    "drawn": YES_OR_NO,
}
"""The attributes that can have these values only."""
NUMBERS = ("talk_s", "hold_s", "wrap_s", "contacts_7d")
"""The attributes that are numbers, never below 0."""

_NEVER_MISSING = {"channel", "recorded", "evaluated", "drawn", "contacts_7d"}
_MOST_WORK = 300_000  # leaves looked at, for all questions about a policy together

_Truths = frozenset[Leaf]  # the leaves that hold


class Logic:
    """Answers questions about conditions until it has worked enough; then it knows nothing."""

    def __init__(self) -> None:
        self._work = _MOST_WORK

    def is_impossible(self, *conditions: Condition) -> bool:
        """Whether no interaction can fulfil all conditions; False where that is unknown."""
        found = [leaf for condition in conditions for _path, leaf in leaves(condition)]
        if not self._afford(len(found)):
            return False
        values = {name: (mine, _values(name, mine)) for name, mine in _by_name(found).items()}
        if not self._afford(sum(len(mine) * len(tried) for mine, tried in values.values())):
            return False
        domains = [_domain(name, mine, tried) for name, (mine, tried) in values.items()]
        if not self._afford(prod(map(len, domains)) * len(found)):
            return False
        return not any(
            all(holds(condition, truths.__contains__) for condition in conditions)
            for truths in (frozenset[Leaf]().union(*some) for some in product(*domains))
        )

    def _afford(self, work: int) -> bool:
        if work > self._work:
            return False
        self._work -= work
        return True

    def implies(self, condition: Condition, other: Condition) -> bool:
        """Whether `other` holds for every interaction that fulfils `condition`."""
        return condition == other or self.is_impossible(condition, negated(other))


def negated(condition: Condition) -> Not:
    """Return the condition that holds where `condition` does not."""
    return Not(**{"not": condition})


def _by_name(found: Sequence[Leaf]) -> Mapping[str, list[InteractionIs]]:
    named: dict[str, list[InteractionIs]] = {}
    for leaf in found:
        if isinstance(leaf, InteractionIs):
            named.setdefault(leaf.interaction, []).append(leaf)
    return named


def _values(name: str, mine: Sequence[InteractionIs]) -> list[str]:
    """Return values of an attribute, at least one for each way in which it can be."""
    if name in CLOSED:
        return list(CLOSED[name])
    least = 0 if name in NUMBERS else None
    words = [word for leaf in mine for word in leaf.one_of]
    return words + [str(n) for n in _numbers(mine) if least is None or n >= least]


def _domain(name: str, mine: Sequence[InteractionIs], values: Sequence[str]) -> list[_Truths]:
    """Return what the values of an attribute can make true, each set of leaves once."""
    domain = [frozenset(leaf for leaf in mine if leaf.matches({name: value})) for value in values]
    if name not in _NEVER_MISSING:
        domain.append(frozenset())
    return list(dict.fromkeys(domain))


def _numbers(mine: Sequence[InteractionIs]) -> Iterator[Decimal]:
    """Yield a number from each stretch in which the same leaves hold."""
    bounds = sorted({b for leaf in mine for b in (leaf.at_least, leaf.at_most) if b is not None})
    yield from (Decimal(0), *bounds)
    if bounds:
        yield from (bounds[0] - 1, bounds[-1] + 1)
    yield from ((low + high) / 2 for low, high in pairwise(bounds))
