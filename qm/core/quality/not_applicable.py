"""How often evaluators say "not applicable" where others, asked the same questions, do not."""

from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.estimates import NOTHING, Estimate
from qm.core.estimates.samples import t_estimate
from qm.core.quality.counts import DECIDED
from qm.core.quality.facts import Facts
from qm.core.quality.questions import answers_of
from qm.core.quality.results import Result, is_any_of

Floats = npt.NDArray[np.float64]


def not_applicable_habits(facts: Facts) -> dict[str, Estimate]:
    """Return by how many percentage points more often each evaluator says "not applicable".

    Than the others do on the same questions, each as often as this evaluator met it (indirect
    standardisation); `n` are the questions so compared. Questions that nobody else was asked are
    left out; "not_comparable" where none is left. The interval: a ratio over evaluations for the
    own part (never less than chance alone at the others' rates), binomial for the others'.
    """
    rows = facts.evaluations.reset_index(drop=True)
    evaluator, names = _numbered(rows)
    answers = answers_of(facts, versions_together=True)
    is_decided = is_any_of(answers.codes, DECIDED)
    question, row = answers.question[is_decided], answers.row[is_decided]
    left_out = is_any_of(answers.codes[is_decided], [Result.NOT_APPLICABLE]).astype(float)
    shape = (len(names), len(answers.asked))
    cell = evaluator[row] * shape[1] + question
    asked = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
    said = np.bincount(cell, left_out, minlength=shape[0] * shape[1]).reshape(shape)
    others_asked = asked.sum(axis=0) - asked
    rate = (said.sum(axis=0) - said) / np.maximum(others_asked, 1)
    is_shared = others_asked > 0
    counts = is_shared.ravel()[cell]
    excess = np.bincount(row, counts * (left_out - rate.ravel()[cell]), minlength=len(rows))
    size = np.bincount(row, counts, minlength=len(rows)).astype(float)
    met, chance = asked * is_shared, rate * (1 - rate)
    own_chance = (met * chance).sum(axis=1)
    of_others = (met**2 * chance / np.maximum(others_asked, 1)).sum(axis=1)
    return {
        name: _habit(excess[mine], size[mine], float(own_chance[k]), float(of_others[k]))
        for k, name in enumerate(names)
        if (mine := evaluator == k).any()
    }


def _numbered(rows: pd.DataFrame) -> tuple[npt.NDArray[np.intp], list[str]]:
    names, number = np.unique(rows["evaluator"].to_numpy(dtype=str), return_inverse=True)
    return number, names.tolist()


def _habit(excess: Floats, size: Floats, own_chance: float, of_others: float) -> Estimate:
    asked, n = float(size.sum()), int(np.count_nonzero(size))
    if not asked:
        return Estimate(None, 0, None, None, "none", "not_comparable") if len(size) else NOTHING
    more = float(excess.sum()) / asked
    if n < 2:
        return Estimate(100 * more, int(asked), None, None, "none", "one_value")
    own = max(own_chance, n / (n - 1) * float(np.sum((excess - more * size) ** 2)))
    error = sqrt(own + of_others) / asked
    if not error:
        return Estimate(100 * more, int(asked), None, None, "none", "no_spread")
    return t_estimate(100 * more, int(asked), 100 * error, n - 1)
