"""What the way of drawing does to an estimate: unequal weights, and zones with one pick each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Zone = tuple[int, str, str, int]
Key = tuple[Any, ...]
Places = npt.NDArray[np.intp]

# Neighbours are looked for among the zones of a stratum first, then among an agent's strata.
_STRATUM, _AGENT = 3, 2


class VarianceStrata(NamedTuple):
    """The strata that a variance is computed in.

    `place` numbers the stratum of each value; `family` numbers, for each stratum, those whose
    values vary alike, as zones of the same stratum of an agent do. `was_alone` tells of each
    value whether it was joined with others as the only one of its zone.
    """

    place: Places
    family: Places
    was_alone: npt.NDArray[np.bool_]


def design_effect(weights: npt.ArrayLike) -> float:
    """Return Kish's design effect n·Σw²/(Σw)² (Survey Sampling, 1965, §11.2C), from 1 to n.

    The weights 1, 1, 2, 4 have 1.375; raises `ValueError` without weights.
    """
    w = np.asarray(weights, dtype=float)
    if not len(w):
        raise ValueError("no weights, no design effect")
    return float(len(w) * np.sum(w**2) / w.sum() ** 2)


def variance_strata(strata: Sequence[str] | Sequence[Zone]) -> VarianceStrata:
    """Return the strata to compute the variance of values from these strata or zones in.

    A zone is (draw, agent, stratum, zone). One with several values is a stratum of its own. One
    with a single value has no variance: neighbours in time are collapsed in pairs, an odd one
    joins the last pair, and so are an agent's strata with one value each (Wolter, Introduction
    to Variance Estimation, 2007, §2.5). All that are alone even then are collapsed into one.
    """
    keys: list[Key] = [(key,) if isinstance(key, str) else key for key in strata]
    place: dict[Key, Key] = {key: key for key in keys}
    singles = _alone(place[key] for key in keys)
    for shared in (_STRATUM, _AGENT):
        alone = sorted(_alone(place[key] for key in keys))
        for _, together in groupby(alone, key=lambda cell: cell[:shared]):
            place |= _in_pairs(list(together))
    for cell in _alone(place[key] for key in keys):
        place[cell] = ()
    cells = list(dict.fromkeys(place[key] for key in keys))
    return VarianceStrata(
        _numbered([place[key] for key in keys]),
        _numbered([cell[:_STRATUM] for cell in cells]),
        np.array([key in singles for key in keys], dtype=bool),
    )


def _numbered(cells: Sequence[Key]) -> Places:
    """Number the cells from 0 in the order in which they come."""
    numbers = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    return np.array([numbers[cell] for cell in cells], dtype=np.intp)


def _alone(cells: Iterable[Key]) -> set[Key]:
    return {cell for cell, n in Counter(cells).items() if n == 1}


def _in_pairs(cells: Sequence[Key]) -> dict[Key, Key]:
    last_pair = max(0, len(cells) // 2 - 1)
    return {cell: cells[2 * min(k // 2, last_pair)] for k, cell in enumerate(cells)}
