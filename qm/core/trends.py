"""Whether months, or agents, differ by more than noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy import special

from qm.core.estimates import CONFIDENCE, Estimate

Verdict = Literal["up", "down", "no_change", "too_few"]
TellApart = Literal["apart", "not_apart", "too_few"]

RANKABLE = 0.5


@dataclass(frozen=True)
class Change:
    """The difference of two means with its 95 % interval, in points of the score.

    `low` and `high` are None with the verdict "too_few" where one side has no margin of its own
    (fewer than two values, or values without spread); `difference` is None where one side has
    no value at all.
    """

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def change(before: Estimate, after: Estimate) -> Change:
    """Return how a mean moved, and whether the interval leaves zero out.

    Welch's interval from the two standard errors and their degrees of freedom. It asks about
    the process behind the interactions, so there is no finite-population correction: two months
    counted whole differ by noise, too.
    """
    if before.value is None or after.value is None:
        return Change(None, None, None, "too_few")
    difference = after.value - before.value
    if not before.standard_error or not after.standard_error:
        return Change(difference, None, None, "too_few")
    parts = np.square([before.standard_error, after.standard_error])
    freedoms = np.array([before.freedom, after.freedom], dtype=float)
    freedom = float(parts.sum() ** 2 / np.sum(parts**2 / freedoms))
    margin = float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2)) * sqrt(float(parts.sum()))
    low, high = difference - margin, difference + margin
    verdict: Verdict = "up" if low > 0 else "down" if high < 0 else "no_change"
    return Change(difference, low, high, verdict)


@dataclass(frozen=True)
class Separation:
    """Whether groups (agents) can be told apart by their scores at all.

    `rankability` is the part of the differences between the groups' means that is not noise,
    from 0 to 1; `p_value` is that of the one-way analysis of variance. Both are None where the
    data are too few.
    """

    verdict: TellApart
    groups: int
    rankability: float | None = None
    p_value: float | None = None


def told_apart(groups: Sequence[Sequence[float]]) -> Separation:
    """Return whether the groups differ by more than noise; groups without values do not count.

    Apart where the analysis of variance rejects equal means at 5 % and the rankability
    ρ = τ²/(τ² + median s²) reaches 0.5 (below it the reliability is called poor: van Dishoeck et
    al., BMJ Qual Saf 20:869). τ² is the moment estimate (MSB − MSW)/n₀ and s² = MSW/n of a
    group: one pooled variance, because that of two or three scores says nothing.
    """
    samples = [np.asarray(group, dtype=float) for group in groups if len(group)]
    sizes = np.array([len(sample) for sample in samples])
    total, k = int(sizes.sum()), len(samples)
    if k < 2 or total == k:
        return Separation("too_few", k)
    overall = np.concatenate(samples).mean()
    between = sum(len(s) * (s.mean() - overall) ** 2 for s in samples) / (k - 1)
    within = sum(float(np.sum((s - s.mean()) ** 2)) for s in samples) / (total - k)
    if np.isclose(within, 0):
        return Separation("too_few", k)
    true_variance = max(0.0, (between - within) / ((total - np.sum(sizes**2) / total) / (k - 1)))
    rankability = float(true_variance / (true_variance + np.median(within / sizes)))
    p_value = float(special.fdtrc(k - 1, total - k, between / within))
    is_apart = p_value < 1 - CONFIDENCE and rankability >= RANKABLE
    return Separation("apart" if is_apart else "not_apart", k, rankability, p_value)
