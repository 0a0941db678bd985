"""Of each evaluation: how many of its questions applied, fell short, were fatal."""

import numpy as np
import pandas as pd

from qm.core.forms.questions import LENSES
from qm.core.quality.facts import Facts, FormResults
from qm.core.quality.results import ANSWERED, FELL_SHORT, GRADED, Result

DECIDED = (*ANSWERED, Result.NOT_THE_AGENTS, Result.NOT_APPLICABLE)
"""A question that was asked, and that the evaluator has said something to."""

COUNTS = [
    "fatal",
    "decided",
    "not_applicable",
    "applicable",
    "failed",
    *[f"{lens}_{what}" for lens in LENSES for what in ("applicable", "failed")],
]


def with_counts(facts: Facts) -> pd.DataFrame:
    """Return the evaluations with the numbers of their questions.

    `applicable` ones earn points and were answered in the agent's hands, of these `failed` ones
    fell short of full points; the same per lens, of its critical questions. `not_applicable` are
    those of the `decided` ones, `fatal` counts the fatal answers. Facts out of the store have
    them already.
    """
    rows = facts.evaluations
    if set(COUNTS) <= set(rows.columns):
        return rows
    counts = np.zeros((len(rows), len(COUNTS)), dtype=np.int32)
    keys = rows[["form_id", "form_version"]].drop_duplicates()
    for form in keys.itertuples(index=False, name=None):
        results = facts.codes(form)
        counts[results.rows] = np.column_stack(_counts(results))
    return rows.assign(**{name: counts[:, place] for place, name in enumerate(COUNTS)})


def _counts(results: FormResults) -> list[np.ndarray[tuple[int], np.dtype[np.intp]]]:
    of_lenses = [results.count(what, lens) for lens in LENSES for what in (GRADED, FELL_SHORT)]
    return [
        results.fatal,
        results.count(DECIDED),
        results.count([Result.NOT_APPLICABLE]),
        results.opportunities,
        results.defects,
        *of_lenses,
    ]
