"""What questions say, what they cost, and when interactions went how."""

from collections.abc import Iterator
from itertools import product

import pandas as pd
from sqlmodel import Session

from qm.core.quality.hours import hours_of
from qm.core.quality.pareto import Pareto, pareto, weights_of
from qm.core.quality.questions import QuestionFigures, questions_by
from qm.workflow.published_forms import load_form, published_version
from qm.workflow.report_sections.month import Month
from qm.workflow.report_tables import as_table

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SATURDAY = 5
_COUNTS = ("full", "short", "fatal")
_HIDDEN = (
    *_COUNTS,
    *("short_percent", "short_low", "short_high", "not_applicable"),
    *("not_applicable_percent", "not_applicable_low", "not_applicable_high"),
)


def questions_table(month: Month) -> pd.DataFrame:
    """Return every question of the forms in use, also those that nobody answered.

    What earns no points was answered, never in full or short.
    """
    rows = []
    for figures in questions_by(month.facts)[()]:
        row = _question_row(figures)
        if 0 < figures.answered < month.fewest:
            row |= dict.fromkeys(_HIDDEN)
        rows.append(row)
    return as_table("questions", rows)


def _question_row(figures: QuestionFigures) -> dict[str, object]:
    question, short, left = figures.newest, figures.short_share, figures.not_applicable_share
    counts = {name: getattr(figures, name) for name in _COUNTS}
    return {
        "form": f"{question.form_id}@{question.form_version}",
        "number": question.number,
        "section": question.section,
        "question": question.text,
        "critical": question.critical,
        "answered": figures.answered,
        **(counts if question.is_scored else dict.fromkeys(counts)),
        "short_percent": short.value,
        "short_low": short.low,
        "short_high": short.high,
        "not_applicable": figures.not_applicable,
        "not_applicable_percent": left.value,
        "not_applicable_low": left.low,
        "not_applicable_high": left.high,
    }


def costs_of(session: Session, month: Month) -> Pareto:
    """Return what the questions cost, in points of the mean score."""
    weights = {form: weights_of(load_form(session, *form)) for form in month.facts.questions}
    return pareto(month.facts, weights)


def pareto_table(month: Month, found: Pareto) -> pd.DataFrame:
    """Return the questions that cost points, the dearest first; the shares are of those shown."""
    shown = [cost for cost in found.costs if cost.cost > 0 and cost.short >= month.fewest]
    whole, so_far, rows = sum(cost.cost for cost in shown), 0.0, []
    for rank, cost in enumerate(shown, start=1):
        question, so_far = cost.asked[-1], so_far + cost.cost
        row = {
            "rank": rank,
            "form": f"{question.form_id}@{question.form_version}",
            "number": question.number,
            "section": question.section,
            "question": question.text,
            "critical": question.critical,
            "short": cost.short,
            "cost": cost.cost,
            "percent": 100 * cost.cost / whole,
            "cumulative_percent": 100 * so_far / whole,
        }
        rows.append(row)
    return as_table("pareto", rows)


def hours_table(month: Month) -> pd.DataFrame:
    """Return the mean score by weekday and hour in which interactions began, where any did."""
    cells = hours_of(month.facts, month.centre.zone, month.fewest).cells
    rows = [
        {"weekday": WEEKDAYS[day], "hour": hour, "evaluated": mean.n, "score": mean.value}
        for day, hour in product(_week(month), range(24))
        if (mean := cells.get((day, hour))) is not None
    ]
    return as_table("hours", rows)


def _week(month: Month) -> Iterator[int]:
    """Yield the days of the week from its first one, as `date.weekday` counts."""
    first = _SATURDAY if month.centre.calendar == "jalali" else 0
    return ((first + day) % 7 for day in range(7))


def forms_table(session: Session, month: Month) -> pd.DataFrame:
    """Return the form versions behind the month, with their hashes."""
    used = month.facts.evaluations.groupby(["form_id", "form_version"], as_index=False).size()
    rows = []
    for form_id, version, count in used.itertuples(index=False, name=None):
        form = load_form(session, form_id, version)
        sha256 = published_version(session, form_id, version).sha256
        told = {"title": form.title, "evaluations": int(count), "sha256": sha256}
        rows.append({"form": form.key, **told})
    return as_table("forms", rows)
