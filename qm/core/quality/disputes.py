"""Disputes in figures: how often, with which outcome, after how long."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from qm.core.estimates import Estimate
from qm.core.estimates.medians import median
from qm.core.quality.groups import Key, by_group, in_order, share_of

_DAY_S = 86_400


@dataclass(frozen=True)
class DisputeFigures:
    """The disputes about a group's published evaluations, whenever they were raised.

    `raised` counts every round, `rate` is the share of the `published` evaluations that were
    disputed at all. Of the decided ones `upheld` left the evaluation as it was and `changed`
    ones led to a revision: `overturned` is their share. `days_to_decide` is the median, in days.
    `open` ones wait for somebody, of these `overdue` ones for too long. The intervals are those of
    the process behind the disputes, as if the month were one of many.
    """

    published: int
    raised: int
    rate: Estimate
    upheld: int
    changed: int
    overturned: Estimate
    days_to_decide: Estimate
    open: int
    overdue: int


@dataclass(frozen=True)
class DisputedFigures:
    """How often a question was disputed; `overturned` is the share of the decided ones changed."""

    raised: int
    upheld: int
    changed: int
    open: int
    overturned: Estimate


def disputes_by(
    published: pd.DataFrame, disputes: pd.DataFrame, *columns: str, now: datetime
) -> dict[Key, DisputeFigures]:
    """Return the disputes of each group of published evaluations, by values of these columns.

    `published`: assignment_id, and what it can be grouped by. `disputes`, a row per round:
    assignment_id, the same columns, state (open, upheld, changed), raised_at, due_at, decided_at.
    Without columns there is one group, `()`.
    """
    evaluations, objections = by_group(published, columns), by_group(disputes, columns)
    return {
        key: _figures(evaluations.get(key, published[:0]), objections.get(key, disputes[:0]), now)
        for key in sorted({**evaluations, **objections}, key=in_order)
    }


def disputed_questions_by(questions: pd.DataFrame, *columns: str) -> dict[Key, DisputedFigures]:
    """Return how the disputed questions were decided, by values of these columns.

    `questions` has a row per question of a dispute: `decision` (upheld, changed, None while it is
    open) and what it can be grouped by: form_id, question_id, evaluator …
    """
    found = {}
    for key, rows in by_group(questions, columns).items():
        upheld, changed = (int((rows["decision"] == each).sum()) for each in ("upheld", "changed"))
        found[key] = DisputedFigures(
            len(rows),
            upheld,
            changed,
            len(rows) - upheld - changed,
            share_of(changed, upheld + changed),
        )
    return found


def _figures(published: pd.DataFrame, disputes: pd.DataFrame, now: datetime) -> DisputeFigures:
    upheld, changed, is_open = (disputes["state"] == each for each in ("upheld", "changed", "open"))
    decided = disputes[upheld | changed]
    times = zip(decided["raised_at"], decided["decided_at"], strict=True)
    took = [(decided_at - raised_at).total_seconds() / _DAY_S for raised_at, decided_at in times]
    disputed = published["assignment_id"].isin(disputes["assignment_id"])
    return DisputeFigures(
        published=len(published),
        raised=len(disputes),
        rate=share_of(int(disputed.sum()), len(published)),
        upheld=int(upheld.sum()),
        changed=int(changed.sum()),
        overturned=share_of(int(changed.sum()), len(decided)),
        days_to_decide=median(took),
        open=int(is_open.sum()),
        overdue=sum(due_at < now for due_at in disputes["due_at"][is_open]),
    )
