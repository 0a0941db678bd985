"""Linear programs of flows with whole-number costs, solved exactly and one aim after another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Program:
    """Columns between `lower` and `upper` whose sum in each row is `sums`.

    Each column is in the rows of `entries` (row, column, ±1). The rows that columns share must
    form two laminar families (any two rows of a family disjoint or nested): the matrix is then
    totally unimodular (Edmonds), so that solutions and prices are whole numbers.
    """

    entries: tuple[NDArray[np.int64], NDArray[np.int64], Array]
    sums: Array
    lower: Array
    upper: Array

    def matrix(self) -> Any:
        """Return rows × columns, sparse."""
        from scipy.sparse import csc_array  # noqa: PLC0415 (slow to import, and rarely used)

        rows, columns, values = self.entries
        shape = (len(self.sums), len(self.lower))
        return csc_array((values, (rows, columns)), shape=shape)


def cheapest(program: Program, cost: Array) -> tuple[NDArray[np.int64], Program]:
    """Return a cheapest solution, and the program narrowed to all the cheapest ones.

    The narrowing is exact: by complementary slackness a solution is cheapest where columns dearer
    than their rows' prices stay at their lower bound and cheaper ones at their upper bound.
    `cost` holds whole numbers. Raises `ArithmeticError` where there is no solution.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 (slow to import, and rarely used)

    matrix = program.matrix()
    is_free = program.lower < program.upper
    solution = np.where(is_free, 0.0, program.lower)
    if not is_free.any():
        return solution.astype(np.int64), program
    bounds: Any = np.column_stack([program.lower[is_free], program.upper[is_free]])
    # Without presolve: on these programs it took up to a hundred times as long as the solving.
    solved: Any = linprog(
        cost[is_free],
        A_eq=matrix[:, is_free],
        b_eq=program.sums - matrix @ solution,
        bounds=bounds,
        method="highs-ds",
        options={"presolve": False},
    )
    if solved.status != 0:
        raise ArithmeticError(f"the assignment could not be solved: {solved.message}")
    solution[is_free] = _whole(solved.x)
    dearer = cost - matrix.T @ _whole(solved.eqlin.marginals)
    narrowed = replace(
        program,
        lower=np.where(is_free & (dearer < 0), program.upper, program.lower),
        upper=np.where(is_free & (dearer > 0), program.lower, program.upper),
    )
    return solution.astype(np.int64), narrowed


def _whole(values: Array) -> Array:
    rounded: Array = np.rint(values)
    if values.size and np.abs(values - rounded).max() > 1e-4:
        raise ArithmeticError("the solver left a fraction of an assignment")
    return rounded


class Columns:
    """Columns of a program while it is put together."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[int] = []
        self._bounds: list[tuple[int, int]] = []

    def add(self, rows: Sequence[int], lower: int, upper: int, value: int = 1) -> int:
        """Add a column that is in `rows` and return its place."""
        place = len(self._bounds)
        self._rows += rows
        self._columns += [place] * len(rows)
        self._values += [value] * len(rows)
        self._bounds.append((lower, upper))
        return place

    def program(self, sums: Sequence[int]) -> Program:
        """Return the program of these columns."""
        bounds = np.array(self._bounds, dtype=float).reshape(-1, 2)
        entries = (
            np.array(self._rows, dtype=np.int64),
            np.array(self._columns, dtype=np.int64),
            np.array(self._values, dtype=float),
        )
        return Program(entries, np.array(sums, dtype=float), bounds[:, 0], bounds[:, 1])
