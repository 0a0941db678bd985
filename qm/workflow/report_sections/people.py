"""Agents beside chance, and analysts beside each other."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlmodel import Session

from qm.core.change.funnel import Point, share_funnel
from qm.core.estimates import Estimate
from qm.core.quality.evaluators import EvaluatorFigures, Evaluators, by_chance, evaluators_of
from qm.core.quality.ranking import Separation, Standing, standings, told_apart
from qm.core.quality.shrinkage import Shrunk, shrink_means
from qm.core.quality.suppressing import small_groups
from qm.core.text import Wording
from qm.store.life import names_of
from qm.workflow.report_sections.month import Month
from qm.workflow.report_tables import as_table

_MINUTE_S = 60


def separation_of(month: Month) -> Separation:
    """Return whether the agents can be told apart by their scores."""
    return told_apart([figures.score for figures in month.groups("agent_id").values()])


def agents_table(month: Month) -> pd.DataFrame:
    """Return each agent's figures, raw and shrunken; a rank only where agents can be told apart."""
    agents = month.groups("agent_id")
    scores = [figures.score for figures in agents.values()]
    verdict = told_apart(scores).verdict
    rows = []
    for (key, figures), shrunk, standing in zip(
        agents.items(), shrink_means(scores).agents, standings(scores), strict=True
    ):
        standing_row = _standing(figures.score, standing, verdict)
        rows.append(
            {**month.names.columns(str(key[0])), **figures.row(), **_shrunk(shrunk), **standing_row}
        )
    return as_table("agents", rows)


def _shrunk(found: Shrunk) -> dict[str, object]:
    borrowed = None if found.borrowed is None else 100 * found.borrowed
    return {**ends("shrunk", found.estimate, most=100.0), "borrowed_percent": borrowed}


def _standing(score: Estimate, found: Standing | None, verdict: str) -> dict[str, object]:
    names = ("rank", "rank_low", "rank_high", "lowest_quarter_percent")
    if score.value is None:
        return {"standing": None, **dict.fromkeys(names)}
    if found is None:
        word = "too_few_to_rank" if verdict == "too_few" else "not_told_apart"
        return {"standing": word, **dict.fromkeys(names)}
    lowest = 100 * found.lowest_quarter
    return {"standing": "ranked", **ends("rank", found.rank), "lowest_quarter_percent": lowest}


def ends(name: str, estimate: Estimate, *, most: float | None = None) -> dict[str, object]:
    """Return an estimate's columns; with `most` its interval is cut to 0 and that."""
    low, high = estimate.low, estimate.high
    if most is not None:
        low = None if low is None else max(0.0, low)
        high = None if high is None else min(most, high)
    return {name: estimate.value, f"{name}_low": low, f"{name}_high": high}


def funnel_table(month: Month) -> pd.DataFrame:
    """Return the agents' shares of passes between the limits of what chance explains."""
    agents = month.groups("agent_id")
    funnel = share_funnel([figures.passed for figures in agents.values()])
    if funnel is None:
        return as_table("funnel", [])
    rows = [
        {**month.names.columns(str(key[0])), "target": funnel.target, **_point(point)}
        for key, point in zip(agents, funnel.points, strict=True)
        if point is not None
    ]
    return as_table("funnel", rows)


def _point(point: Point) -> dict[str, object]:
    (low_95, high_95), (low_998, high_998) = point.limits
    limits = {"low_95": low_95, "high_95": high_95, "low_998": low_998, "high_998": high_998}
    place = "inside" if point.zone == "inside" else f"funnel_{point.zone}"
    return {"effective_n": point.n, "passed": point.value, "place": place, **limits}


def evaluators_table(session: Session, month: Month) -> pd.DataFrame:
    """Return how each analyst scored, beside what others would have given."""
    found = evaluators_of(month.facts)
    people = names_of(session, [each.evaluator for each in found.evaluators])
    hidden = hidden_evaluators(month)
    groups = _groups(found)
    rows = []
    for each in found.evaluators:
        row = _evaluator(each) | {"comparable": groups.get(each.evaluator)}
        if each.evaluator in hidden:
            row = dict.fromkeys(row)
        name = {"evaluator": people.get(each.evaluator) or Wording(en=each.evaluator)}
        rows.append({**row, **name, "evaluated": each.habits.evaluated})
    return as_table("evaluators", rows)


def hidden_evaluators(month: Month) -> set[str]:
    """Return the analysts who evaluated too little for their figures to be shown."""
    sizes = by_chance(month.facts).evaluations["evaluator"].value_counts()
    return small_groups({str(name): int(size) for name, size in sizes.items()}, month.fewest)


def _evaluator(each: EvaluatorFigures) -> dict[str, Any]:
    habits = each.habits
    seconds = habits.median_s.value
    return {
        **ends("given", habits.given),
        **ends("spread", habits.spread),
        **ends("leniency", each.leniency),
        **ends("not_applicable_more", each.not_applicable),
        "not_applicable_more_n": each.not_applicable.n,
        **ends("double_scored", each.double_scored),
        "double_scored_n": each.double_scored.n,
        **ends("full_marks", habits.full_marks),
        "median_minutes": None if seconds is None else seconds / _MINUTE_S,
    }


def _groups(found: Evaluators) -> Mapping[str, int]:
    return {name: number for number, own in enumerate(found.groups, start=1) for name in own}
