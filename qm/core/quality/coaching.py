"""Coaching in figures: what is done and when, and what became of the coached questions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special  # not scipy.stats, which takes a second to import

from qm.core.coaching.effect import Contacts, effect_of
from qm.core.estimates import CONFIDENCE, NOTHING, Estimate
from qm.core.estimates.estimate import NOISE
from qm.core.estimates.ratios import counted_share, ratio
from qm.core.quality.groups import Key, by_group, in_order, share_of

Floats = npt.NDArray[np.float64]

_ENDLESS = 1e9  # interactions that each one stands for: it is asked about the process behind them
_NOTES_OPEN = ("review", "returned", "shared", "acknowledged")


@dataclass(frozen=True)
class CoachingFigures:
    """Notes, talks and commitments of a group.

    Notes: `notes` written, of these `notes_open` (for review, returned, unread, or not talked
    about yet) and `notes_overdue` among them; `completed` is the share that was discussed.
    Talks: `held`, `cancelled`, `planned` ones to come and `overdue` ones whose time has passed;
    `held_on_time` is the share held on the planned day or before, of those held and overdue.
    Commitments: `made`, `commitments_open`, `commitments_overdue` among them; `kept` is the share
    kept of those kept and broken (dropped ones are neither) with the interval of the process
    behind it, `kept_on_time` the share kept until the agreed day, of those with such a day that
    were kept or broken or are overdue. The other shares were counted and have no error.
    """

    notes: int
    notes_open: int
    notes_overdue: int
    completed: Estimate
    held: int
    cancelled: int
    planned: int
    overdue: int
    held_on_time: Estimate
    made: int
    commitments_open: int
    commitments_overdue: int
    kept: Estimate
    kept_on_time: Estimate


@dataclass(frozen=True)
class CoachingEffect:
    """What became of the questions that talks were about; before and after, never because.

    `talked_about` counts questions of talks, `compared` those with contacts on both sides;
    `fewer` and `more` misses could be told from chance. `difference` is that of the shares of
    misses after and before over all of the compared ones, in percentage points; `before` and
    `after` are these shares.
    """

    talked_about: int
    compared: int
    fewer: int
    more: int
    before: Estimate
    after: Estimate
    difference: Estimate


def coaching_by(
    notes: pd.DataFrame,
    talks: pd.DataFrame,
    commitments: pd.DataFrame,
    *columns: str,
    now: datetime,
    zone: tzinfo,
) -> dict[Key, CoachingFigures]:
    """Return the coaching of each group, by its values of columns that all three tables have.

    `notes`: state, due_at. `talks`: state, planned_at, held_at. `commitments`: state, due_on,
    closed_at. Days are those of `zone`. Without columns there is one group, `()`.
    """
    parts = [by_group(table, columns) for table in (notes, talks, commitments)]
    empty = (notes[:0], talks[:0], commitments[:0])
    keys = sorted({key for part in parts for key in part}, key=in_order)
    return {
        key: CoachingFigures(
            **_of_notes(parts[0].get(key, empty[0]), now),
            **_of_talks(parts[1].get(key, empty[1]), now, zone),
            **_of_commitments(parts[2].get(key, empty[2]), now, zone),
        )
        for key in keys
    }


def effect_over(sides: Sequence[tuple[Contacts, Contacts]]) -> CoachingEffect:
    """Return what became of questions, from the contacts before and after each one's talk.

    The contacts of one question of one agent go together, so the error of the difference is that
    of a difference of two ratios over them, by linearisation (see
    `qm.core.estimates.ratios.ratio`), with Student's t. None with a single one.
    """
    effects = [effect_of(before, after) for before, after in sides]
    both = [side for side in sides if side[0].missed and side[1].missed]
    first, second = ([each[place] for each in both] for place in (0, 1))
    before, after = _misses(first), _misses(second)
    return CoachingEffect(
        talked_about=len(sides),
        compared=len(both),
        fewer=sum(effect.verdict == "fewer" for effect in effects),
        more=sum(effect.verdict == "more" for effect in effects),
        before=before.share,
        after=after.share,
        difference=_difference(before, after),
    )


@dataclass(frozen=True)
class _Misses:
    """Weighted misses and contacts of each question, with the share that they come to."""

    missed: Floats
    contacts: Floats
    share: Estimate

    @property
    def deviations(self) -> Floats:
        """What each question adds to the error of the share, in percentage points."""
        percent = self.share.value or 0.0
        deviations: Floats = 100 * self.missed - percent * self.contacts
        return deviations / float(self.contacts.sum())


def _misses(side: Sequence[Contacts]) -> _Misses:
    if not side:
        return _Misses(np.zeros(0), np.zeros(0), NOTHING)
    # Scaled to one in the mean, so that the contacts of all questions add up to their number.
    mean_weight = float(np.mean(np.concatenate([each.weights for each in side])))
    contacts = np.array([np.sum(each.weights) for each in side]) / mean_weight
    missed = np.array([np.dot(each.missed, each.weights) for each in side]) / mean_weight
    found = ratio(missed, contacts, np.full(len(side), _ENDLESS), ["talks"] * len(side))
    n, count = sum(len(each.missed) for each in side), sum(sum(each.missed) for each in side)
    return _Misses(missed, contacts, replace(found, n=n, count=int(count)))


def _difference(before: _Misses, after: _Misses) -> Estimate:
    if before.share.value is None or after.share.value is None:
        return NOTHING
    n, value = len(before.contacts), after.share.value - before.share.value
    if n < 2:
        return Estimate(value, n, None, None, "none", "one_value")
    deviations = after.deviations - before.deviations
    error = float(np.sqrt(n / (n - 1) * np.sum(deviations**2)))
    if error < NOISE:
        return Estimate(value, n, None, None, "none", "no_spread")
    margin = float(special.stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * error
    return Estimate(
        value,
        n,
        value - margin,
        value + margin,
        "linearised",
        sampling_error=error,
        standard_error=error,
        freedom=n - 1,
    )


def _of_notes(notes: pd.DataFrame, now: datetime) -> dict[str, Any]:
    is_open = notes["state"].isin(_NOTES_OPEN)
    return {
        "notes": len(notes),
        "notes_open": int(is_open.sum()),
        "notes_overdue": sum(_is_past(due_at, now) for due_at in notes["due_at"][is_open]),
        "completed": counted_share((notes["state"] == "discussed").sum(), len(notes)),
    }


def _of_talks(talks: pd.DataFrame, now: datetime, zone: tzinfo) -> dict[str, Any]:
    held, planned = talks[talks["state"] == "held"], talks[talks["state"] == "planned"]
    overdue = sum(_is_past(planned_at, now) for planned_at in planned["planned_at"])
    times = zip(held["planned_at"], held["held_at"], strict=True)
    on_time = sum(
        held_at.astimezone(zone).date() <= planned_at.astimezone(zone).date()
        for planned_at, held_at in times
    )
    return {
        "held": len(held),
        "cancelled": int((talks["state"] == "cancelled").sum()),
        "planned": len(planned) - overdue,
        "overdue": overdue,
        "held_on_time": counted_share(on_time, len(held) + overdue),
    }


def _of_commitments(commitments: pd.DataFrame, now: datetime, zone: tzinfo) -> dict[str, Any]:
    state, today = commitments["state"], now.astimezone(zone).date()
    kept, broken = int((state == "kept").sum()), int((state == "broken").sum())
    dated = commitments[commitments["due_on"].notna() & state.isin(["open", "kept", "broken"])]
    late = sum(due_on < today for due_on in dated["due_on"][dated["state"] == "open"])
    settled = dated[dated["state"] != "open"]
    kept_dated = settled[settled["state"] == "kept"]
    in_time = sum(
        closed_at.astimezone(zone).date() <= due_on
        for closed_at, due_on in zip(kept_dated["closed_at"], kept_dated["due_on"], strict=True)
    )
    return {
        "made": len(commitments),
        "commitments_open": int((state == "open").sum()),
        "commitments_overdue": late,
        "kept": share_of(kept, kept + broken),
        "kept_on_time": counted_share(in_time, len(settled) + late),
    }


def _is_past(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and not pd.isna(due_at) and due_at < now
