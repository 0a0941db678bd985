"""Which agents each analyst gets: nobody twice where that can be, and who met least first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qm.core.assignment.given import Analyst, Group, Meetings, lot
from qm.core.assignment.loads import NOBODY, LoadBounds
from qm.core.assignment.program import Columns, cheapest


@dataclass(frozen=True)
class Past:
    """Earlier meetings: `now` those of the same period, `before` all that still count."""

    now: Meetings
    before: Meetings


class _Unit(NamedTuple):
    """A column: the `nth` pick of its agent for an analyst comes from this group."""

    place: int
    group: int
    analyst: int
    nth: int


def meet(
    groups: Sequence[Group],
    analysts: Sequence[Analyst],
    bounds: LoadBounds,
    past: Past,
    salt: str,
) -> list[Counter[int]]:
    """Return for each group how many of its evaluations each analyst (or `NOBODY`) gets.

    First as few repeats as can be, then as few earlier meetings; what is left is drawn by lot
    from `salt`, so that everybody meets everybody in the long run.
    """
    able: dict[str, set[int]] = {}
    supply: Counter[str] = Counter()
    for group in groups:
        able.setdefault(group.agent_id, set()).update(group.eligible)
        supply[group.agent_id] += group.supply
    # The cost of a pair rises with every pick, but only the first picks have a column each: the
    # last column stands for all further ones. Where a pair has two of those, its agent gets more
    # columns; without such a pair the solution is exact.
    units = {agent: -(-supply[agent] // max(len(able[agent]), 1)) + 1 for agent in supply}
    while True:
        network = _Network(groups, bounds, units)
        solution = network.solve(analysts, past, salt)
        crowded = network.agents_beyond_units(solution)
        if not crowded:
            return network.counts(solution)
        units.update({agent: 2 * units[agent] for agent in crowded})


class _Network:
    """The program of who meets whom.

    Its rows are two laminar families: each group with what one analyst may have of it, and each
    analyst with the units that groups of one agent share. Only agents with several groups need
    rows for the inner sets; for the others they are bounds of columns.
    """

    def __init__(
        self, groups: Sequence[Group], bounds: LoadBounds, most_units: dict[str, int]
    ) -> None:
        self._groups = groups
        self._bounds = bounds
        self._most_units = most_units
        self._sums = [group.supply for group in groups] + [0] * len(bounds.loads)
        self._columns = Columns()
        self._units: list[_Unit] = []
        of_agent: dict[str, list[int]] = {}
        for n, group in enumerate(groups):
            of_agent.setdefault(group.agent_id, []).append(n)
        for mine in of_agent.values():
            if len(mine) == 1:
                self._add_group(mine[0])
            else:
                self._add_sharing(mine)
        for n, (least, most) in enumerate(bounds.loads):
            self._columns.add([len(groups) + n], least, most, value=-1)

    def solve(self, analysts: Sequence[Analyst], past: Past, salt: str) -> NDArray[np.int64]:
        """Return the columns of the plan."""
        program = self._columns.program(self._sums)
        repeats, meetings = np.zeros((2, len(program.lower)))
        for unit in self._units:
            if unit.analyst == NOBODY:
                meetings[unit.place] = unit.nth - 1  # no agent should lose more than others
            else:
                pair = (analysts[unit.analyst].username, self._groups[unit.group].agent_id)
                repeats[unit.place] = past.now.get(pair, 0) + unit.nth > 1
                meetings[unit.place] = past.before.get(pair, 0) + unit.nth - 1
        # One repeat outweighs all the meetings that there can be.
        weight = 1 + meetings.max(initial=0) * sum(group.supply for group in self._groups)
        _solution, program = cheapest(program, weight * repeats + meetings)
        lots = np.zeros(len(program.lower))
        for unit in self._units:
            if program.lower[unit.place] < program.upper[unit.place]:  # the lot decides
                name = "" if unit.analyst == NOBODY else analysts[unit.analyst].username
                lots[unit.place] = lot(salt, self._groups[unit.group].agent_id, name)
        return cheapest(program, lots)[0]

    def agents_beyond_units(self, solution: NDArray[np.int64]) -> set[str]:
        """Return the agents of whom somebody has more picks than there are columns for."""
        beyond: Counter[tuple[str, int]] = Counter()
        for unit in self._units:
            agent = self._groups[unit.group].agent_id
            is_last = unit.nth == self._most_units[agent]
            if is_last and unit.analyst != NOBODY and solution[unit.place]:
                beyond[agent, unit.analyst] += int(solution[unit.place])
        return {agent for (agent, _analyst), count in beyond.items() if count > 1}

    def counts(self, solution: NDArray[np.int64]) -> list[Counter[int]]:
        """Return the evaluations of each group by analyst."""
        counts: list[Counter[int]] = [Counter() for _group in self._groups]
        for unit in self._units:
            if solution[unit.place]:
                counts[unit.group][unit.analyst] += int(solution[unit.place])
        return counts

    def _pairs(self, group: int) -> Iterator[tuple[int, list[int], int, bool]]:
        """Yield who may get picks of a group: analyst, rows, the most, whether they get as many."""
        kind = self._groups[group].eligible
        for analyst in (*kind, NOBODY):
            if (kind, analyst) in self._bounds.allowed:
                is_full = (kind, analyst) in self._bounds.full
                if analyst == NOBODY:
                    yield analyst, [group], self._groups[group].supply, is_full
                else:
                    rows = [group, len(self._groups) + analyst]
                    yield analyst, rows, self._groups[group].most_of_one, is_full

    def _add_unit(self, group: int, analyst: int, nth: int, rows: list[int], *bounds: int) -> None:
        self._units.append(_Unit(self._columns.add(rows, *bounds), group, analyst, nth))

    def _add_group(self, group: int) -> None:
        last = self._most_units[self._groups[group].agent_id]
        for analyst, rows, most, is_full in self._pairs(group):
            for nth in range(1, min(last, most) + 1):
                upper = 1 if nth < last else most - last + 1
                self._add_unit(group, analyst, nth, rows, upper if is_full else 0, upper)

    def _add_sharing(self, mine: Sequence[int]) -> None:
        """Add the groups of one agent, who meets an analyst for the nth time only once."""
        last = self._most_units[self._groups[mine[0]].agent_id]
        units: dict[tuple[int, int], int] = {}
        for group in mine:
            for analyst, rows, most, is_full in self._pairs(group):
                part = self._new_row(most)
                self._columns.add([part], 0, 0 if is_full else most)
                for nth in range(1, last):
                    if (analyst, nth) not in units:
                        units[analyst, nth] = self._new_row(1)
                        self._columns.add([units[analyst, nth]], 0, 1)
                    unit = units[analyst, nth]
                    self._add_unit(group, analyst, nth, [*rows, part, unit], 0, 1)
                self._add_unit(group, analyst, last, [*rows, part], 0, most)

    def _new_row(self, total: int) -> int:
        self._sums.append(total)
        return len(self._sums) - 1
