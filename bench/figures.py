"""Figures of a measurement beside their goals, one line each, for people and for `grep`."""

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """A measured value with its goal in words; `value` None where it could not be measured."""

    name: str
    value: float | None
    unit: str
    goal: str
    is_reached: bool

    def __str__(self) -> str:
        value = "none" if self.value is None else f"{self.value:.4g}"
        verdict = "ok" if self.is_reached else "short"
        return f"figure {self.name} {value} {self.unit} goal {self.goal} {verdict}"


def all_of(name: str, count: int, wanted: int, unit: str) -> Figure:
    """Return the figure of a count that should be `wanted`; nothing wanted is no success."""
    return Figure(name, count, unit, str(wanted), 0 < wanted <= count)


def exit_code(figures: Sequence[Figure]) -> int:
    """Return 0 where every goal is reached, else 1."""
    return 0 if all(figure.is_reached for figure in figures) else 1
