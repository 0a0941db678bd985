"""Population, policy and seed → picks, the same on any machine.

Who is left out → how many per agent → strata and zones → the smallest permanent numbers → who is
scored twice → targeted quotas: each step is a module of this package.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from qm.core.sampling import tables, top_ups
from qm.core.sampling.double_scoring import double_scored
from qm.core.sampling.given import PICK_COLUMNS, DrawInput, DrawResult
from qm.core.sampling.hashes import frame_sha256, picks_sha256
from qm.core.sampling.population import counts_by_reason, started_us
from qm.core.sampling.random_picks import Sample, sample
from qm.core.sampling.targeted import targets

__all__ = ["PICK_COLUMNS", "DrawInput", "DrawResult", "draw"]


def draw(given: DrawInput) -> DrawResult:
    """Return the picks and reserves that policy and seed choose from the population.

    An empty population gives an empty draw. Rows are ordered by agent, stratum, zone and rank;
    after them come reserves of earlier draws that a top-up takes, then the targeted picks.
    """
    drawn = sample(given)
    # Hashing millions of lines takes as long as all that follows, which does not depend on it.
    with ThreadPoolExecutor(max_workers=1) as beside:
        started = started_us(given.population)
        frame = beside.submit(frame_sha256, drawn.strata, drawn.agents, started, drawn.ids)
        random = _random_picks(given, drawn)
        targeted = [
            tables.targeted_picks(given, drawn, target)
            for target in targets(given, drawn)
            if len(target.places)
        ]
        picks = tables.typed(pd.concat([random, *targeted], ignore_index=True))
        return DrawResult(
            picks=picks,
            coverage=tables.coverage(given, drawn, random),
            excluded=counts_by_reason(drawn.reason[drawn.is_new], given.policy),
            frame_size=len(drawn.strata.rows),
            picks_sha256=picks_sha256(picks),
            frame_sha256=frame.result(),
        )


def _random_picks(given: DrawInput, drawn: Sample) -> pd.DataFrame:
    """Return picks and reserves drawn at random, and which of the picks are scored twice."""
    random = tables.random_picks(given, drawn)
    reserves = top_ups.reserves_made_picks(given, drawn.agents, drawn.missing, drawn.reason == 0)
    if len(reserves):
        random = pd.concat([random, tables.typed(reserves)], ignore_index=True)
    is_double = double_scored(random, given.policy, given.seed)
    return random.assign(purpose=np.where(is_double, "double_scored", random["purpose"]))
