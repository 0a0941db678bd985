"""Many evaluations at once: the same scores as `scoring`, from columns of answers.

Evaluations in which the same questions count share a plan (`scoring.Plan`); within it every
answer gives a whole number of some fraction of a percent, so that whole columns are summed,
limited and rounded in exact integer arithmetic.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.forms.answer_values import answer_of_text
from qm.core.forms.conditions import InteractionIs, Leaf, holds
from qm.core.forms.form import Form
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.scoring.bulk_standings import Column, Standings
from qm.core.scoring.score import POINT_PARTS, Asked, Scorer, scorer_of, with_all_findings
from qm.core.scoring.scorecards import State
from qm.core.scoring.visibility import HAS_AN_ANSWER, answer_matches

RESULT_COLUMNS = [
    "percent",
    "calculated_percent",
    "no_score",
    "outcome",
    "band",
    "is_fatal",
    "process_percent",
    "process_outcome",
    "unanswered",
]
_STATES = tuple(State)
_CODE = {state: code for code, state in enumerate(_STATES)}
_SAFE = 2**62
_Flags = npt.NDArray[np.bool_]


def score_table(
    form: Form,
    values: pd.DataFrame,
    *,
    tagged: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the scores of many evaluations, a row for each row of `values`.

    `values` has a column per question id with the short text of the answer (`answer_values`), or
    None for unanswered; a question without a column is unanswered everywhere. `tagged` has
    True where a finding was outside the agent's control, `facts` a column per attribute of the
    interaction, both by the same index. The result has `RESULT_COLUMNS`: percentages as
    floats and None where there is no score; `is_fatal` tells that a fatal answer was given,
    `unanswered` counts questions that must be answered and are not. Raises ValueError for a
    text that no answer of its question can be.
    """
    return _Table(scorer_of(form), values, tagged, facts).result()


class _Table:
    def __init__(
        self,
        scorer: Scorer,
        values: pd.DataFrame,
        tagged: pd.DataFrame | None,
        facts: pd.DataFrame | None,
    ) -> None:
        self.scorer, self.form = scorer, scorer.form
        self.index, self.size = values.index, len(values)
        self.facts = None if facts is None else facts.reindex(values.index)
        self.columns: dict[str, Column] = {}
        for asked in scorer.order:
            self.columns[asked.id] = self._column(asked, values.get(asked.id))
        self.states = {name: column.states.copy() for name, column in self.columns.items()}
        for name in scorer.scored:
            if tagged is not None and name in tagged and self.form.outside_control:
                outside = tagged[name].reindex(values.index).eq(True).to_numpy(dtype=bool)
                is_answered = self.states[name] == _CODE[State.ANSWERED]
                self.states[name][outside & is_answered] = _CODE[State.OUTSIDE_CONTROL]
        for asked in scorer.order:
            if asked.conditions:
                truths = [holds(condition, self._truth) for condition in asked.conditions]
                self.states[asked.id][~np.logical_and.reduce(truths)] = _CODE[State.HIDDEN]

    def result(self) -> pd.DataFrame:
        """Return the result of `score_table`."""
        found: dict[str, Any] = {
            name: np.full(self.size, None, dtype=object) for name in RESULT_COLUMNS
        }
        found["unanswered"] = np.zeros(self.size, dtype=np.int64)
        for name in self.scorer.required:
            found["unanswered"] += self.states[name] == _CODE[State.UNANSWERED]
        for rows, states in self._patterns():
            standing = Standings(self.scorer, self.columns, rows, states)
            standing.write(found)
            if State.OUTSIDE_CONTROL in states.values():
                standing = Standings(self.scorer, self.columns, rows, with_all_findings(states))
            standing.write_process(found)
        # As objects: pandas would turn None into NaN in a column of texts or of numbers.
        columns = {name: pd.Series(column, self.index, object) for name, column in found.items()}
        return pd.DataFrame(columns, index=self.index, columns=RESULT_COLUMNS)

    def _column(self, asked: Asked, given: pd.Series | None) -> Column:
        if given is None:
            codes, texts = np.full(self.size, -1), []
        else:
            codes, uniques = pd.factorize(given)
            texts = [str(text) for text in uniques]
        states, earned, fatal = [], [], []
        for text in texts:
            answer = answer_of_text(asked.question, text)
            state, _key = asked.read(answer)
            grade = (
                asked.question.grade(answer)
                if asked.is_scored and state is State.ANSWERED
                else None
            )
            states.append(_CODE[state])
            earned.append(int(grade.points * POINT_PARTS) if grade else 0)
            fatal.append(tuple(self.scorer.fatal_answers(asked, grade)) if grade else ())
        # The last place stands for -1, the missing answer.
        states.append(_CODE[State.UNANSWERED])
        earned.append(0)
        fatal.append(())
        known = np.array(states, dtype=np.int8)
        return Column(asked, codes, known[codes], np.array(earned), fatal, texts)

    def _truth(self, leaf: Leaf) -> _Flags:
        if isinstance(leaf, InteractionIs):
            if self.facts is None or leaf.interaction not in self.facts:
                return np.zeros(self.size, dtype=bool)
            codes, uniques = pd.factorize(self.facts[leaf.interaction])
            known = [leaf.matches({leaf.interaction: fact}) for fact in uniques]
            return np.array([*known, False], dtype=bool)[codes]
        column, states = self.columns[leaf.question], self.states[leaf.question]
        matches = []
        for text in column.texts:
            answer = answer_of_text(column.asked.question, text)
            is_left = answer.not_applicable and NOT_APPLICABLE in leaf.answered
            matches.append(is_left or (answer.is_given and answer_matches(leaf, answer)))
        has_answer = np.isin(states, [_CODE[s] for s in (*HAS_AN_ANSWER, State.NOT_APPLICABLE)])
        return np.array([*matches, False], dtype=bool)[column.codes] & has_answer

    def _patterns(self) -> Iterator[tuple[npt.NDArray[np.int64], dict[str, State]]]:
        """Yield the rows in which all questions stand alike, and how they do."""
        code, radix = np.zeros(self.size, dtype=np.int64), 1
        for states in self.states.values():
            if radix > _SAFE // len(_STATES):
                code, uniques = pd.factorize(code)
                radix = len(uniques)
            code, radix = code * len(_STATES) + states, radix * len(_STATES)
        order = np.argsort(code, kind="stable")
        begins = np.flatnonzero(np.diff(code[order], prepend=-1))
        for rows in np.split(order, begins[1:]) if self.size else []:
            first = rows[0]
            yield rows, {name: _STATES[states[first]] for name, states in self.states.items()}
