"""How many of which picks each analyst gets: as many as can be assigned, loads as fair as can be.

Agents play no part here, so the program is small: a row for each set of analysts who may
evaluate the same picks, and one for each analyst.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from qm.core.assignment.given import Analyst, Group
from qm.core.assignment.program import Columns, cheapest

Eligible = tuple[int, ...]
NOBODY = -1
"""The place of whoever “gets” what stays unassigned: last resort, without a limit."""


@dataclass(frozen=True)
class LoadBounds:
    """What every fairest assignment keeps to, and every assignment that keeps to it is fairest.

    `loads` are the least and most new picks of each analyst, at most one apart. `allowed` and
    `full` are of pairs (who may evaluate them, analyst or `NOBODY`): picks that the analyst may
    get, and those of which they get every one.
    """

    loads: tuple[tuple[int, int], ...]
    allowed: frozenset[tuple[Eligible, int]]
    full: frozenset[tuple[Eligible, int]]


def fair_loads(groups: Sequence[Group], analysts: Sequence[Analyst]) -> LoadBounds:
    """Return the loads that are fairest among those that assign the most.

    The load is what an analyst has open plus what is new: what lies before them. Fairest is the
    least sum of load² / share. With equal shares loads then differ by one at most wherever they
    can; else each is its part of the whole, rounded. The k-th pick costs (2k - 1) / share; only
    the order of these costs matters (the loads form the base of a polymatroid), so their ranks
    are taken: whole numbers.
    """
    total = sum(group.supply for group in groups)
    most = 2 * math.ceil(total / max(len(analysts), 1)) + 8
    while (bounds := _fair_loads(groups, analysts, most)) is None:
        most *= 4
    return bounds


def _fair_loads(
    groups: Sequence[Group], analysts: Sequence[Analyst], most: int
) -> LoadBounds | None:
    """Return the fairest loads, or None where somebody would get more than `most`."""
    kinds = sorted({group.eligible for group in groups})
    row = {kind: n for n, kind in enumerate(kinds)}
    supply, cap = [0] * len(kinds), [0] * len(kinds)
    for group in groups:
        supply[row[group.eligible]] += group.supply
        cap[row[group.eligible]] += group.most_of_one
    rooms = _rooms(kinds, supply, analysts)
    costs = _ranks([_unit_costs(each, min(rooms[n], most)) for n, each in enumerate(analysts)])
    dearest = max((rank for ranks in costs for rank in ranks), default=0)
    columns, cost = Columns(), []
    pairs: list[tuple[Eligible, int]] = []
    for kind in kinds:
        for analyst in (*kind, NOBODY):
            rows = [row[kind]] if analyst == NOBODY else [row[kind], len(kinds) + analyst]
            # Only picks that are scored twice set a limit of its own; else supply is the limit.
            limit = supply[row[kind]] if analyst == NOBODY else cap[row[kind]]
            columns.add(rows, 0, limit if limit < supply[row[kind]] else supply[row[kind]] + 1)
            pairs.append((kind, analyst))
            cost.append(dearest + 2 if analyst == NOBODY else 0)
    units = []
    for n, ranks in enumerate(costs):
        units.append([columns.add([len(kinds) + n], 0, 1, value=-1) for _rank in ranks])
        cost += ranks
        # One column for all that is beyond `most`; where it is used, `most` was too small.
        units[n].append(columns.add([len(kinds) + n], 0, max(rooms[n] - len(ranks), 0), value=-1))
        cost.append(dearest + 1)
    program = columns.program([*supply, *[0] * len(analysts)])
    solution, narrowed = cheapest(program, np.array(cost, dtype=float))
    if any(solution[places[-1]] for places in units):
        return None
    lower, upper = narrowed.lower.astype(int), narrowed.upper.astype(int)
    return LoadBounds(
        tuple((int(lower[p[:-1]].sum()), int(upper[p[:-1]].sum())) for p in units),
        frozenset(pair for n, pair in enumerate(pairs) if upper[n] > 0),
        frozenset(pair for n, pair in enumerate(pairs) if lower[n] > 0),
    )


def _rooms(
    kinds: Sequence[Eligible], supply: Sequence[int], analysts: Sequence[Analyst]
) -> list[int]:
    """Return how many picks each analyst could get at most."""
    reachable = [0] * len(analysts)
    for kind, wanted in zip(kinds, supply, strict=True):
        for analyst in kind:
            reachable[analyst] += wanted
    return [
        most if each.room is None else min(most, max(each.room, 0))
        for most, each in zip(reachable, analysts, strict=True)
    ]


def _unit_costs(analyst: Analyst, most: int) -> list[Fraction]:
    loads = range(analyst.open + 1, analyst.open + most + 1)
    return [Fraction(2 * load - 1, analyst.share) for load in loads]


def _ranks(costs: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    order = {cost: rank for rank, cost in enumerate(sorted({c for each in costs for c in each}), 1)}
    return [[order[cost] for cost in each] for each in costs]
