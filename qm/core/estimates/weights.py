"""For how many interactions an evaluated pick stands."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.estimates.design import Places, lexicographic, zone_codes


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
    zone, stratum_of_zone, first = _zones(picks)
    size = picks["zone_size"].to_numpy(dtype=float)
    is_evaluated = picks["is_evaluated"].to_numpy(dtype=bool)
    inverse = is_evaluated / picks["inclusion_probability"].to_numpy(dtype=float)
    total = np.bincount(zone, inverse, minlength=len(first))
    zone_size = size[first]
    every = np.bincount(stratum_of_zone, zone_size)
    reached = np.bincount(stratum_of_zone, np.where(total > 0, zone_size, 0))
    of_zone = stratum_of_zone[zone[is_evaluated]]
    made_up = every[of_zone] / reached[of_zone]
    share = inverse[is_evaluated] / total[zone[is_evaluated]]
    weights = share * size[is_evaluated] * made_up
    return pd.Series(weights, index=picks.index[is_evaluated])


def _zones(picks: pd.DataFrame) -> tuple[Places, Places, npt.NDArray[np.intp]]:
    """Return the zone of each pick, the stratum of each zone and the place of its first pick."""
    codes = zone_codes(picks)
    order = lexicographic(*codes.T)
    differs = np.diff(codes[order], axis=0, prepend=codes[order][:1] - 1) != 0
    starts_zone, starts_stratum = differs.any(axis=1), differs[:, :3].any(axis=1)
    starts_stratum[:1] = True
    zone = np.empty(len(picks), dtype=np.intp)
    zone[order] = np.cumsum(starts_zone) - 1
    stratum = np.cumsum(starts_stratum) - 1
    return zone, stratum[starts_zone], order[starts_zone]
