"""How much a plan of picks will tell: the margins to expect of it, and the picks that takes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.estimates import CONFIDENCE

Floats = npt.NDArray[np.float64]
Reason = Literal["", "too_few_picks", "no_spread_known", "nothing_planned"]


@dataclass(frozen=True)
class ExpectedMargin:
    """Half the width of the 95 % interval to expect, in points of the score.

    `value` is None where no margin can be expected, `reason` says why. `design_effect` is
    Kish's: by how much floors and caps, which draw agents at different rates, inflate the
    variance; None where nothing is planned. `frame_size` is that of agents with planned picks.
    """

    value: float | None
    planned: int
    frame_size: int
    design_effect: float | None = None
    reason: Reason = ""


@dataclass(frozen=True)
class ExpectedMargins:
    """The margins that a plan leads to, by agent, by team and for the centre."""

    agents: Mapping[str, ExpectedMargin]
    teams: Mapping[str, ExpectedMargin]
    centre: ExpectedMargin


def expected_margin(n: int, frame_size: float, sd: float) -> float | None:
    """Return t·sd/√n·√(1 − n/N), the margin to expect of the mean of n scores out of N.

    `sd` is the standard deviation of the scores; `frame_size` may be infinite. With a standard
    deviation of 10 points 3 scores give ±24.8, 5 ±12.4, 10 ±7.2, 20 ±4.7, 50 ±2.8 (Cochran,
    Sampling Techniques, 1977, §4.4 with Student's t). None below two scores.
    """
    if n < 2:
        return None
    uncounted = max(0.0, 1 - n / frame_size)
    return _t(n - 1) * sd / math.sqrt(n) * math.sqrt(uncounted)


def expected_margins(plan: pd.DataFrame, *, in_zones: bool = False) -> ExpectedMargins:
    """Return the margins to expect of a plan with a row per agent and team.

    `plan`: agent_id, team_id, frame_size, planned, and sd, the standard deviation of the
    agent's scores or None. A team's or the centre's margin is that of the stratified mean with
    its agents as strata, its degrees of freedom by Satterthwaite; agents without any planned
    pick are no part of it. With one pick per time zone (`in_zones`) the variance will come from
    pairs of zones, with about half the degrees of freedom: ±17.2 instead of ±12.7 for 4 picks
    with 8 points.
    """
    n = plan["planned"].to_numpy(dtype=float)
    plan = plan.assign(freedom=np.maximum(np.ceil(n / 2) if in_zones else n - 1, 1))
    (centre,) = _by(plan, np.zeros(len(plan), dtype=np.intp), 1)
    by_id: list[dict[str, ExpectedMargin]] = []
    for name in ("agent_id", "team_id"):
        codes, ids = pd.factorize(plan[name])
        by_id.append(dict(zip(map(str, ids), _by(plan, codes, len(ids)), strict=True)))
    agents, teams = by_id
    return ExpectedMargins(agents, teams, centre)


def _by(plan: pd.DataFrame, group: npt.NDArray[np.intp], groups: int) -> list[ExpectedMargin]:
    """Return the margin of each group of strata, the strata being the rows of `plan`."""

    def summed(parts: Floats) -> Floats:
        return np.bincount(group, parts, groups).astype(float)

    n, sd = plan["planned"].to_numpy(dtype=float), plan["sd"].to_numpy(dtype=float)
    frame = np.where(n > 0, plan["frame_size"].to_numpy(dtype=float), 0.0)
    planned, size = summed(n), summed(frame)
    drawn = np.maximum(n, 1)  # a row without picks has no part in anything
    shares = frame / np.maximum(size, 1)[group]
    process = (shares * np.where(n > 0, sd, 0.0)) ** 2 / drawn
    variance = summed(process * np.maximum(0, 1 - n / np.maximum(frame, 1)))
    lost_freedom = summed(process**2 / plan["freedom"].to_numpy(dtype=float))
    columns = (planned, size, summed(shares**2 / drawn), summed(process), lost_freedom, variance)
    return [_margin(*map(float, row)) for row in zip(*columns, strict=True)]


def _margin(
    planned: float,
    size: float,
    squared_weights: float,
    process: float,
    lost_freedom: float,
    variance: float,
) -> ExpectedMargin:
    n, frame_size = int(planned), int(size)
    if not n:
        return ExpectedMargin(None, 0, frame_size, reason="nothing_planned")
    effect = n * squared_weights
    if n < 2:
        return ExpectedMargin(None, n, frame_size, effect, "too_few_picks")
    if math.isnan(variance):
        return ExpectedMargin(None, n, frame_size, effect, "no_spread_known")
    if not process:
        return ExpectedMargin(0.0, n, frame_size, effect)
    margin = _t(process**2 / lost_freedom) * math.sqrt(variance)
    return ExpectedMargin(margin, n, frame_size, effect)


def _t(freedom: float) -> float:
    return float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2))


def cochran_n(margin: float, frame_size: float, sd: float) -> float:
    """Return Cochran's sample size n₀/(1 + (n₀ − 1)/N) with n₀ = (z·sd/margin)².

    Sampling Techniques, 1977, §4.4: a share of one half (sd 0.5) within ±0.05 takes 384.1 of
    endlessly many and 277.7 of 1,000. Exact only for large n: see `picks_for`.
    """
    z = float(special.ndtri((1 + CONFIDENCE) / 2))
    endless = (z * sd / margin) ** 2
    return endless / (1 + (endless - 1) / frame_size)


def picks_for(margin: float, frame_size: int, sd: float) -> int:
    """Return the fewest picks whose expected margin is at most `margin`; at most `frame_size`.

    Starts from Cochran's number and adds what Student's t asks for beyond it.
    """
    if margin <= 0:
        return frame_size
    n = max(2, math.floor(cochran_n(margin, frame_size, sd)))
    while n < frame_size and (expected_margin(n, frame_size, sd) or 0.0) > margin:
        n += 1
    return min(n, frame_size)


@dataclass(frozen=True)
class Spread:
    """How much scores vary within an agent: standard deviations in points of the score.

    `pooled` is None where no agent has two scores.
    """

    pooled: float | None
    by_agent: Mapping[str, float]

    def of(self, agent_id: str) -> float | None:
        """Return the agent's standard deviation, the pooled one for an agent without scores."""
        return self.by_agent.get(agent_id, self.pooled)


def spread_of(scores: pd.DataFrame) -> Spread:
    """Return each agent's standard deviation, shrunken towards that of all agents.

    `scores` has agent_id and percent, a row per score. Variances are combined by credibility
    (Bühlmann, ASTIN Bulletin 4:199, 1967): s² = s₀² + Z(s_a² − s₀²) with the pooled variance s₀²,
    Z = τ²/(τ² + 2s₀⁴/(n_a − 1)) and τ², the variance between the agents' true variances, by
    moments. So three scores that happen to agree do not make an agent look steady, and an agent
    with many scores keeps the own figure.
    """
    groups = scores["percent"].astype(float).groupby(scores["agent_id"])
    found = pd.DataFrame({"freedom": groups.size() - 1, "variance": groups.var()})
    found = found[found["freedom"] > 0]
    if found.empty:
        return Spread(None, {})
    freedom, variance = (found[name].to_numpy(dtype=float) for name in ("freedom", "variance"))
    pooled = float(np.average(variance, weights=freedom))
    noise = 2 * pooled**2 / freedom
    between = _variance_between(freedom, variance, pooled)
    trust = between / (between + noise) if between else np.zeros(len(found))
    deviations = np.sqrt(pooled + trust * (variance - pooled))
    names = [str(agent_id) for agent_id in found.index]
    return Spread(math.sqrt(pooled), dict(zip(names, deviations.tolist(), strict=True)))


def _variance_between(freedom: Floats, variance: Floats, pooled: float) -> float:
    """Return τ² by equating Σf(s² − s₀²)² with its expectation under normal scores."""
    total = float(freedom.sum())
    share = total - float(np.sum(freedom**2)) / total
    if share <= 0:
        return 0.0
    seen = float(np.sum(freedom * (variance - pooled) ** 2))
    return max(0.0, (seen - 2 * pooled**2 * (len(freedom) - 1)) / share)
