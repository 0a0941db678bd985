"""The evaluators in figures: how they score, and how that differs from what others would give.

These are about the evaluators, not about the centre's interactions: every evaluation counts once,
whatever it stands for, and their process is asked about, not the month's population.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.estimates import NOTHING, Estimate, proportion
from qm.core.estimates.medians import median
from qm.core.estimates.samples import mean, standard_deviation
from qm.core.quality.facts import Facts
from qm.core.quality.groups import Flags
from qm.core.quality.not_applicable import not_applicable_habits
from qm.core.quality.severity import JUDGED, Severity, severity

FULL_MARKS = 100.0

_SAME = ["interaction_id", "form_id"]


@dataclass(frozen=True)
class Habits:
    """How some evaluations were scored, by one evaluator or by all.

    `given` is the mean score and `spread` the standard deviation of the scores, in points;
    `full_marks` the share of scores of 100 in percent; `mean_s` and `median_s` are the seconds of
    work on an evaluation, undefined where they were not counted. `evaluated` counts those without
    a score, too.
    """

    evaluated: int
    given: Estimate
    spread: Estimate
    full_marks: Estimate
    mean_s: Estimate
    median_s: Estimate


@dataclass(frozen=True)
class EvaluatorFigures:
    """An evaluator's habits beside what others would do with the same.

    `leniency`: points more than others give to the same agents, channels and forms
    (`qm.core.quality.severity`). `not_applicable`: percentage points more often than others on
    the same questions. `double_scored`: mean difference in points from those who scored the very
    same interactions with the same form, positive where this one gives more.
    """

    evaluator: str
    habits: Habits
    leniency: Estimate
    not_applicable: Estimate
    double_scored: Estimate


@dataclass(frozen=True)
class Evaluators:
    """The evaluators by their names in the store, `everyone` together, and who is comparable.

    Evaluators of different `groups` share no agents, not even over others: nothing says who of
    them is stricter.
    """

    evaluators: tuple[EvaluatorFigures, ...]
    everyone: Habits
    groups: tuple[tuple[str, ...], ...]


def evaluators_of(facts: Facts) -> Evaluators:
    """Return the figures of everyone who evaluated interactions that were drawn by chance.

    Those are the counted evaluations and the second ones of double-scored interactions. Targeted
    ones are left out: who is given the complaints is not stricter for that.
    """
    drawn = by_chance(facts)
    rows = drawn.evaluations
    if rows.empty:
        return Evaluators((), _habits(rows), ())
    model, habits = severity(rows), not_applicable_habits(drawn)
    differences = _differences(rows)
    nothing: npt.NDArray[np.float64] = np.array([])
    found = tuple(
        EvaluatorFigures(
            name,
            _habits(own),
            model.leniency(name) if name in model.evaluators else NOTHING,
            habits.get(name, NOTHING),
            mean(differences.get(name, nothing)),
        )
        for name, own in _by_evaluator(rows)
    )
    return Evaluators(found, _habits(rows), model.groups())


def by_chance(facts: Facts) -> Facts:
    """Return the evaluations of interactions drawn by chance, each evaluator's own included."""
    rows = facts.evaluations
    return replace(facts, evaluations=rows[_are_by_chance(rows)].reset_index(drop=True))


def severity_of(facts: Facts) -> Severity:
    """Return the severity of everyone who evaluated interactions that were drawn by chance."""
    rows = facts.evaluations
    return severity(rows.loc[_are_by_chance(rows), JUDGED])


def _are_by_chance(rows: pd.DataFrame) -> Flags:
    are = rows["is_counted"].to_numpy(dtype=bool, copy=True)
    has_others = rows[_SAME].duplicated(keep=False).to_numpy()
    of_drawn = _keys(rows[has_others & are])
    are[has_others & ~are] = _keys(rows[has_others & ~are]).isin(of_drawn)
    return are


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[_SAME])


def _by_evaluator(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), own) for name, own in rows.groupby("evaluator", sort=True)]


def _habits(rows: pd.DataFrame) -> Habits:
    scores = rows["percent"].dropna().to_numpy(dtype=float)
    seconds = rows["active_s"].dropna().to_numpy(dtype=float)
    return Habits(
        evaluated=len(rows),
        given=mean(scores),
        spread=standard_deviation(scores),
        full_marks=proportion((scores >= FULL_MARKS).tolist()),
        mean_s=mean(seconds),
        median_s=median(seconds.tolist()),
    )


def _differences(rows: pd.DataFrame) -> dict[str, npt.NDArray[np.float64]]:
    """Return, by evaluator, own score less the mean of the others' on the same interaction."""
    scored = rows[rows["percent"].notna()]
    scores = scored["percent"].astype(float)
    together = scores.groupby([scored[name] for name in _SAME])
    others = together.transform("size") - 1
    is_double = others > 0
    mean_of_others = (together.transform("sum") - scores)[is_double] / others[is_double]
    difference = scores[is_double] - mean_of_others
    by_evaluator = difference.groupby(scored["evaluator"][is_double])
    return {str(name): own.to_numpy(dtype=float) for name, own in by_evaluator}
