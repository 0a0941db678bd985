"""What quality is computed from: evaluations, the results of their questions, and picks."""

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.forms.questions import Lens
from qm.core.quality.results import FATAL, FELL_SHORT, GRADED, Result, is_any_of, result_codes
from qm.core.text import Wording

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a form version, as figures name it; `number` counts from 1 through the form."""

    form_id: str
    form_version: str
    question_id: str
    number: int
    section_id: str
    section: Wording
    text: Wording
    critical: Lens | None
    is_scored: bool


@dataclass(frozen=True)
class Facts:
    """The evaluations of some interactions, with the picks that they were drawn among.

    `evaluations` has a row per official evaluation (the latest revision), with an index from 0:
    evaluation_id, interaction_id, period, agent_id, team_id (at that time), channel, queue,
    form_id, form_version, evaluator, started_at, submitted_at, active_s, percent, outcome,
    no_score, `is_counted` (averages rest on it: drawn by chance, in effect, the first one of a
    double-scored pick), and of a counted one draw_id, stratum, zone and `stands_for`, the number
    of interactions that it speaks for; `results` as `qm.core.quality.results` packs them.
    `picks` has a row per period, agent_id, team_id, channel with the numbers picked, evaluated,
    scored, open, unassigned and lost. `questions` are those of each form version that occurs, by
    (form_id, form_version), in the alphabetical order of their ids.
    `found` is what was computed of these evaluations (`once`).
    """

    evaluations: pd.DataFrame
    picks: pd.DataFrame
    questions: Mapping[tuple[str, str], tuple[AskedQuestion, ...]]
    found: dict[Any, Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    def where(self, **only: Any) -> "Facts":
        """Return the part in which these columns have these values (a collection: one of them).

        Picks are narrowed by the columns that they have, evaluations by all.
        """
        return replace(
            self,
            evaluations=_narrowed(self.evaluations, only).reset_index(drop=True),
            picks=_narrowed(self.picks, {k: v for k, v in only.items() if k in self.picks}),
        )

    def with_found(self, found: dict[Any, Any]) -> "Facts":
        """Return the facts such that they share what was computed of the same evaluations."""
        own = replace(self)
        object.__setattr__(own, "found", found)
        return own

    @property
    def counted(self) -> "Facts":
        """The part that averages rest on."""
        if self.evaluations["is_counted"].all():
            return self
        if "counted" not in self.found:
            self.found["counted"] = self.where(is_counted=True)
        part: Facts = self.found["counted"]
        return replace(part, picks=self.picks).with_found(part.found)

    def by(self, *columns: str) -> Iterator[tuple[tuple[Any, ...], "Facts"]]:
        """Yield each combination of values of these columns with its evaluations, sorted.

        The picks of a part are narrowed by the columns that picks have.
        """
        for values, rows in self.evaluations.groupby(list(columns), sort=True):
            only = dict(zip(columns, values, strict=True))
            picks = _narrowed(self.picks, {k: v for k, v in only.items() if k in self.picks})
            yield values, replace(self, evaluations=rows.reset_index(drop=True), picks=picks)

    def codes(self, form: tuple[str, str]) -> "FormResults":
        """Return the results of the evaluations on one form version."""
        if ("codes", form) not in self.found:
            self.found["codes", form] = self._codes(form)
        own: FormResults = self.found["codes", form]
        return own

    def _codes(self, form: tuple[str, str]) -> "FormResults":
        rows = self.evaluations
        chosen = ((rows["form_id"] == form[0]) & (rows["form_version"] == form[1])).to_numpy()
        questions = self.questions[form]
        return FormResults(
            questions,
            np.flatnonzero(chosen),
            result_codes(rows["results"].to_numpy()[chosen], len(questions)),
        )


def once(function: Callable[Concatenate[Facts, P], R]) -> Callable[Concatenate[Facts, P], R]:
    """Return the function of facts such that it computes once for the same evaluations.

    For what does not depend on who has the picks that are not evaluated yet.
    """

    @wraps(function)
    def found(facts: Facts, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in facts.found:
            facts.found[key] = function(facts, *args, **kwargs)
        own: R = copy(facts.found[key])
        return own

    return found


@dataclass(frozen=True)
class FormResults:
    """The results on one form version: `codes` has a row per evaluation, a column per question.

    `rows` are the places of those evaluations among the facts' ones.
    """

    questions: tuple[AskedQuestion, ...]
    rows: npt.NDArray[np.intp]
    codes: npt.NDArray[np.uint8]

    def are(self, wanted: Collection[Result]) -> npt.NDArray[np.bool_]:
        """Return where the codes are one of these results."""
        return is_any_of(self.codes, wanted)

    def count(self, wanted: Collection[Result], lens: Lens | None = None) -> npt.NDArray[np.intp]:
        """Return how many questions of each evaluation are so; with a `lens` only its critical."""
        columns = [lens is None or question.critical == lens for question in self.questions]
        found: npt.NDArray[np.intp] = self.are(wanted)[:, columns].sum(axis=1)
        return found

    @property
    def fatal(self) -> npt.NDArray[np.intp]:
        """How many fatal answers each evaluation has."""
        return self.count(FATAL)

    @property
    def opportunities(self) -> npt.NDArray[np.intp]:
        """How many questions that earn points applied in each evaluation."""
        return self.count(GRADED)

    @property
    def defects(self) -> npt.NDArray[np.intp]:
        """How many questions of each evaluation fell short of full points."""
        return self.count(FELL_SHORT)


def _narrowed(table: pd.DataFrame, only: Mapping[str, Any]) -> pd.DataFrame:
    wanted = np.ones(len(table), dtype=bool)
    for column, value in only.items():
        values = table[column]
        is_one = isinstance(value, Collection) and not isinstance(value, str)
        wanted &= (values.isin(list(value)) if is_one else values == value).to_numpy(dtype=bool)
    return table[wanted]
