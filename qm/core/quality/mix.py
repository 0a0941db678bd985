"""Scores as they would be if everyone had the centre's mix of channels and forms."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qm.core.estimates import NOTHING, Estimate
from qm.core.estimates.sums import summed
from qm.core.quality.facts import Facts
from qm.core.quality.groups import Grouped, Key, grouped

MIX = ("channel", "form_id")

Cell = Key


@dataclass(frozen=True)
class Standardised:
    """A score at the centre's mix, beside the raw one and never instead of it.

    `empty` are the cells of the mix in which the group has no score: one is enough, and there is
    no standardised score.
    """

    raw: Estimate
    adjusted: Estimate
    empty: tuple[Cell, ...]


def mix_of(facts: Facts) -> dict[Cell, float]:
    """Return what part of the interactions each channel and form has; they sum to 1.

    Of those that the counted evaluations with a score stand for.
    """
    scored = _scored(facts)
    place, cells = grouped(scored, MIX)
    sizes = np.bincount(place, scored["stands_for"].astype(float), minlength=len(cells))
    return dict(zip(cells, (sizes / sizes.sum()).tolist(), strict=True)) if len(scored) else {}


def standardised_by(
    facts: Facts, mix: Mapping[Cell, float], *columns: str
) -> dict[Cell, Standardised]:
    """Return the groups' scores directly standardised to the mix: Σ W_c·ȳ_c over its cells.

    By the values of these columns. The mix is taken as known. Direct standardisation
    (Kitagawa, JASA 50:1168, 1955) needs scores in every cell of the mix ("empty_cell"
    otherwise), and an interval needs two different ones in each. Groups without a score have
    none.
    """
    scored = _scored(facts)
    place, keys = grouped(scored, columns)
    within, cells = grouped(scored, MIX)
    crossed = Grouped(scored, place * len(cells) + within, len(keys) * len(cells))
    means, raw = crossed.means("percent"), Grouped(scored, place, len(keys)).means("percent")
    return {
        key: _standardised(raw[k], dict(zip(cells, means[k * len(cells) :], strict=False)), mix)
        for k, key in enumerate(keys)
    }


def _standardised(
    raw: Estimate, cells: Mapping[Cell, Estimate], mix: Mapping[Cell, float]
) -> Standardised:
    parts = [(part, cells.get(cell, NOTHING)) for cell, part in mix.items() if part > 0]
    empty = tuple(c for c, part in mix.items() if part > 0 and cells.get(c, NOTHING).value is None)
    if empty:
        return Standardised(raw, Estimate(None, raw.n, None, None, "none", "empty_cell"), empty)
    value = sum(part * (mean.value or 0.0) for part, mean in parts)
    n = sum(mean.n for _, mean in parts)
    unknown = [mean for _, mean in parts if not mean.standard_error]
    if unknown:
        return Standardised(raw, Estimate(value, n, None, None, "none", unknown[0].note), ())
    return Standardised(raw, summed(value, n, parts), ())


def _scored(facts: Facts) -> pd.DataFrame:
    counted = facts.counted.evaluations
    return counted[counted["percent"].notna()]
