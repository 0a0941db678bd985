"""How often questions fell short of full points: of chosen ones, without counting all."""

from collections.abc import Iterable, Sequence

import numpy as np

from qm.core.estimates import Estimate, proportion
from qm.core.quality.facts import AskedQuestion, Facts, FormResults
from qm.core.quality.results import FELL_SHORT, GRADED, is_any_of


def short_shares(facts: Facts, questions: Iterable[Sequence[AskedQuestion]]) -> list[Estimate]:
    """Return of each question the share short of full points, as `questions_by` has it.

    A question is given as it is asked in each form version that it is told of, one at least.
    """
    counted = facts.counted
    weights = counted.evaluations["stands_for"].to_numpy(dtype=float)
    results: dict[tuple[str, str], FormResults] = {}

    def share(question: Sequence[AskedQuestion]) -> Estimate:
        hits, own = [], []
        for asked in question:
            form = asked.form_id, asked.form_version
            if form not in results:
                results[form] = counted.codes(form)
            codes = results[form].codes[:, results[form].questions.index(asked)]
            graded = is_any_of(codes, GRADED)
            hits.append(is_any_of(codes[graded], FELL_SHORT))
            own.append(weights[results[form].rows[graded]])
        return proportion(np.concatenate(hits), np.concatenate(own))  # type: ignore[arg-type]

    return [share(question) for question in questions]
