"""Answers given on one form version, made ready for another; and how scores are distributed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.forms.answer_values import answer_of_text
from qm.core.forms.form import Form
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import Question, TextQuestion

_BIN = 10


@dataclass(frozen=True)
class Misfit:
    """Answers that a form has no place for.

    `value` is the answer (an option, a number, `n/a`) that the question does not take; None:
    the form does not ask the question at all.
    """

    question_id: str
    value: str | None
    answers: int


@dataclass(frozen=True)
class Scores:
    """How the scores of evaluations are distributed.

    `n` have a score, and only with one there are a mean and quartiles. `bins` maps the lower
    bound of every stretch of ten points to its count; 100 itself is in the stretch from 90.
    `decided` have an outcome, of these `passed` did; `pass_percent` is None without any.
    """

    n: int
    mean: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    bins: dict[int, int]
    decided: int
    passed: int

    @property
    def pass_percent(self) -> float | None:
        """The share that passed of those with an outcome."""
        return 100 * self.passed / self.decided if self.decided else None


def scores_of(percents: pd.Series, outcomes: pd.Series) -> Scores:
    """Return the distribution of scores and outcomes; None is one that there is not."""
    scored = percents[percents.notna()].to_numpy(dtype=float)
    bins = dict.fromkeys(range(0, 100, _BIN), 0)
    starts, counts = np.unique(_bin_starts(scored), return_counts=True)
    bins |= {int(start): int(count) for start, count in zip(starts, counts, strict=True)}
    quartiles = [float(q) for q in np.quantile(scored, [0.25, 0.5, 0.75])] if len(scored) else None
    lower, median, upper = quartiles or (None, None, None)
    return Scores(
        n=len(scored),
        mean=float(scored.mean()) if len(scored) else None,
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        bins=dict(sorted(bins.items())),
        decided=int(outcomes.notna().sum()),
        passed=int((outcomes == "pass").sum()),
    )


def fitted(form: Form, values: pd.DataFrame) -> tuple[pd.DataFrame, list[Misfit]]:
    """Return the answers that the form can have, and those it has no place for, counted.

    `values` has a column per question with the short text of the answer, or None. What does
    not fit is None in the result, as if it had not been answered.
    """
    columns, misfits = {}, []
    for question_id in values.columns:
        given = values[question_id]
        question = form.question(question_id)
        if question is None:
            misfits.append(Misfit(question_id, None, int(given.notna().sum())))
            continue
        columns[question_id], unfit = _fitted(form, question, given)
        misfits += unfit
    return pd.DataFrame(columns, index=values.index, dtype=object), misfits


def _fitted(form: Form, question: Question, given: pd.Series) -> tuple[pd.Series, list[Misfit]]:
    if isinstance(question, TextQuestion):
        # What it says decides nothing, and every text is one of its own: one is as good.
        given = given.mask(given.notna() & (given != NOT_APPLICABLE), "…")
    counts = given.value_counts()
    unfit = {
        str(value): int(n) for value, n in counts.items() if not _fits(form, question, str(value))
    }
    kept = given.where(given.notna() & ~given.isin(list(unfit)), None)
    return kept, [Misfit(question.id, value, count) for value, count in sorted(unfit.items())]


def _fits(form: Form, question: Question, value: str) -> bool:
    try:
        answer = answer_of_text(question, value)
        if answer.not_applicable:
            parts = form.part_of(question.id)
            return question.allows_not_applicable or any(part.not_applicable for part in parts)
        question.grade(answer)
    except ValueError:
        return False
    return True


def _bin_starts(percents: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(percents == 100, 100 - _BIN, np.floor(percents / _BIN) * _BIN)
