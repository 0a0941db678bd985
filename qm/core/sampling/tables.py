"""What was drawn as tables: picks with all that is known of them, and coverage per agent."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qm.core.sampling import top_ups
from qm.core.sampling.given import PICK_COLUMNS, DrawInput
from qm.core.sampling.population import Ints, started_us
from qm.core.sampling.random_picks import Sample
from qm.core.sampling.targeted import Target

_TEXTS = ["interaction_id", "agent_id", "team_id", "month", "stratum", "purpose"]
_INTEGERS = ["zone", "zone_size", "rank"]


def random_picks(given: DrawInput, drawn: Sample) -> pd.DataFrame:
    """Return picks and reserves of the random part, by agent, stratum, zone and rank."""
    zones = drawn.zone_of(drawn.places)
    strata = drawn.zones.strata[zones]
    picks = _identified(given, drawn, drawn.places).assign(
        stratum=np.array(drawn.strata.labels, dtype=object)[strata],
        zone=drawn.zones.numbers[zones],
        zone_size=drawn.zones.sizes[zones],
        inclusion_probability=drawn.probability_of(drawn.places),
        purpose="random",
        quota=None,
        rank=drawn.ranks,
        is_reserve=drawn.ranks > drawn.zones.wanted[zones],
    )
    picks["zone"] = top_ups.continued(picks, given.earlier)
    return typed(picks)


def targeted_picks(given: DrawInput, drawn: Sample, target: Target) -> pd.DataFrame:
    """Return the picks of a quota, in its order."""
    picks = _identified(given, drawn, target.places).assign(
        stratum="",
        zone=0,
        zone_size=0,
        inclusion_probability=0.0,
        purpose=top_ups.TARGETED,
        quota=target.quota,
        rank=np.arange(1, len(target.places) + 1),
        is_reserve=False,
    )
    return typed(picks)


def typed(picks: pd.DataFrame) -> pd.DataFrame:
    """Return picks with the `PICK_COLUMNS` and their types; a missing quota is None."""
    quota = picks["quota"].astype(object)
    return (
        picks[PICK_COLUMNS]
        .assign(quota=quota.where(quota.notna(), None))
        .astype(dict.fromkeys(_TEXTS, "str") | dict.fromkeys(_INTEGERS, "int64"))
        .astype({"is_reserve": bool, "number": float, "inclusion_probability": float})
    )


def coverage(given: DrawInput, drawn: Sample, random: pd.DataFrame) -> pd.DataFrame:
    """Return, per agent and month, how many interactions the frame had and how many are picked.

    `random` are all random picks of the draw, with their reserves.
    """
    strata, months = drawn.strata, len(given.months)
    cells = np.repeat(strata.agents * months, strata.sizes) + _month_of(given, strata.rows)
    sizes = np.bincount(cells, minlength=len(drawn.agents) * months)
    keys = pd.MultiIndex.from_product(
        [drawn.agents, [month for month, _start in given.months]], names=["agent_id", "month"]
    )
    picked = random[~random["is_reserve"]].groupby(["agent_id", "month"]).size()
    table = pd.DataFrame({"frame_size": sizes}, index=keys)
    table["picked"] = picked.reindex(keys, fill_value=0)
    return table[table.any(axis=1)].astype("int64").reset_index()


def _identified(given: DrawInput, drawn: Sample, places: Ints) -> pd.DataFrame:
    rows = drawn.strata.rows[places]
    months = np.array([month for month, _start in given.months], dtype=object)
    return pd.DataFrame(
        {
            "interaction_id": drawn.ids.take(rows).to_numpy(zero_copy_only=False),
            "agent_id": np.array(drawn.agents, dtype=object)[drawn.agent_of[rows]],
            "team_id": given.population["team_id"].iloc[rows].astype(object).to_numpy(),
            "month": months[_month_of(given, rows)],
            "number": drawn.numbers[places],
        }
    )


def _month_of(given: DrawInput, rows: Ints) -> NDArray[np.int64]:
    """Return in which of the months the interactions began."""
    later = [int(start.timestamp()) * 10**6 for _month, start in given.months[1:]]
    if not later:
        return np.zeros(len(rows), dtype=np.int64)
    return np.searchsorted(later, started_us(given.population)[rows], side="right")
