"""What became of a coached question: misses before a talk and after it.

Agents are coached on what they missed, so fewer misses are to be expected afterwards even where
nothing was said (regression to the mean). What is told here is before and after, never because.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from qm.core.coaching.history import Evaluated, QuestionKey
from qm.core.estimates import NOTHING, Estimate, design_effect
from qm.core.estimates.differences import share_difference
from qm.core.estimates.shares import wilson

EffectVerdict = Literal["fewer", "more", "too_early"]

_MOST_NEEDED = 200


@dataclass(frozen=True)
class Contacts:
    """The contacts of one side, drawn by chance, in which the question applied.

    `missed` tells of each whether it fell short of full points, `weights` for how many
    interactions it stands (the inverse of its inclusion probability). `versions` are those of
    the form in which the question stood.
    """

    missed: Sequence[bool] = ()
    weights: Sequence[float] = ()
    versions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Effect:
    """Misses in percent before and after, and their difference in percentage points.

    `low` and `high` are the 95 % interval of the difference; all three are None where one side
    has no contact.
    """

    before: Estimate
    after: Estimate
    difference: float | None
    low: float | None
    high: float | None
    verdict: EffectVerdict

    @cached_property
    def needed(self) -> int | None:
        """The least number of further contacts, all without a miss, to tell fewer from chance.

        None where something is told already, or no number up to 200 would do.
        """
        return _needed(self.before, self.after) if self.verdict == "too_early" else None


def contacts_around(
    history: Sequence[Evaluated], question: QuestionKey, held_at: datetime, around: timedelta
) -> tuple[Contacts, Contacts]:
    """Return an agent's counted contacts before a talk and up to `around` after it.

    `history` goes back as far as it is looked.
    """
    counted = [each for each in history if each.weight is not None and each.has(question)]
    before = [each for each in counted if each.started_at < held_at]
    after = [each for each in counted if held_at <= each.started_at < held_at + around]
    return _contacts(before, question), _contacts(after, question)


def _contacts(evaluated: Sequence[Evaluated], question: QuestionKey) -> Contacts:
    return Contacts(
        [each.misses(question) for each in evaluated],
        [each.weight or 1.0 for each in evaluated],
        frozenset(each.version for each in evaluated),
    )


def effect_of(before: Contacts, after: Contacts) -> Effect:
    """Return how the share of misses differs after a talk, by Newcombe's interval.

    Shares are weighted and their intervals rest on Kish's effective n. It is asked about the
    process behind the contacts, as in `qm.core.change.difference`: no finite-population
    correction.
    """
    first, second = _share(before), _share(after)
    if first.value is None or second.value is None:
        return Effect(first, second, None, None, None, "too_early")
    low, high = share_difference(*_parts(first), *_parts(second))
    verdict: EffectVerdict = "fewer" if high < 0 else "more" if low > 0 else "too_early"
    difference = second.value - first.value
    return Effect(first, second, difference, 100 * low, 100 * high, verdict)


def _share(contacts: Contacts) -> Estimate:
    n = len(contacts.missed)
    if n == 0:
        return NOTHING
    share = float(np.average(np.asarray(contacts.missed, dtype=float), weights=contacts.weights))
    deff = design_effect(contacts.weights)
    low, high = wilson(share, n / deff)
    count = sum(map(bool, contacts.missed))
    return Estimate(100 * share, n, 100 * low, 100 * high, "wilson", "", count, design_effect=deff)


def _parts(estimate: Estimate) -> tuple[float, float]:
    return (estimate.value or 0.0) / 100, estimate.effective_n or 0.0


def _needed(before: Estimate, after: Estimate) -> int | None:
    if before.value is None:
        return None
    share, n = _parts(after)
    for further in range(1, _MOST_NEEDED + 1):
        rest = share * n / (n + further)
        if share_difference(*_parts(before), rest, n + further)[1] < 0:
            return further
    return None
