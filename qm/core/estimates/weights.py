"""For how many interactions an evaluated pick stands."""

import pandas as pd

_STRATUM = ["draw_id", "agent_id", "stratum"]
_ZONE = [*_STRATUM, "zone"]


def stands_for(picks: pd.DataFrame) -> "pd.Series[float]":
    """Return for how many interactions each evaluated pick stands, by the index of `picks`.

    `picks` has a row per random pick, evaluated or not: draw_id (whose zone it is from),
    agent_id, stratum, zone, zone_size, inclusion_probability (above 0) and is_evaluated. The
    evaluated picks of a zone share its interactions, each in proportion to the inverse of its
    inclusion probability (equally where all are alike); the zones of a stratum share those of
    its zones without any evaluated pick (weighting-class adjustment: Särndal, Swensson and
    Wretman, Model Assisted Survey Sampling, 1992, §15.6). So the weights of a stratum sum to its
    size, as long as anything of it was evaluated.
    """
    evaluated = picks[picks["is_evaluated"].astype(bool)]
    size = evaluated["zone_size"].astype(float)
    inverse = 1 / evaluated["inclusion_probability"].astype(float)
    share = inverse / inverse.groupby([evaluated[name] for name in _ZONE]).transform("sum")
    made_up = (_sizes(picks) / _sizes(evaluated)).rename("made_up").reset_index()
    factor = evaluated[_STRATUM].merge(made_up, on=_STRATUM, how="left")["made_up"]
    weights: pd.Series[float] = share * size * factor.to_numpy(dtype=float)
    return weights


def _sizes(picks: pd.DataFrame) -> "pd.Series[float]":
    """Return how many interactions the zones of each stratum have that these picks are from."""
    zones = picks.drop_duplicates(_ZONE)
    sizes: pd.Series[float] = (
        zones["zone_size"].astype(float).groupby([zones[name] for name in _STRATUM]).sum()
    )
    return sizes
