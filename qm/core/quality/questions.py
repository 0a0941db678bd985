"""How questions and sections were answered: the points they cost, N/A, fatal answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from qm.core.estimates import Estimate
from qm.core.estimates.shares import proportions
from qm.core.quality.counts import DECIDED
from qm.core.quality.facts import AskedQuestion, Facts, once
from qm.core.quality.groups import Grouped, Key, Places, counts, grouped
from qm.core.quality.results import (
    ANSWERED,
    EARNED_FULL,
    FATAL,
    FELL_SHORT,
    GRADED,
    Result,
    is_any_of,
)
from qm.core.text import Wording

Codes = npt.NDArray[np.uint8]
SameQuestion = tuple[str, str, Wording | str]


@dataclass(frozen=True)
class QuestionFigures:
    """How the counted evaluations answered a question, weighted by the draw.

    `asked` is the question in each form version that it is told of, in their order. Of the
    evaluations in which it was `decided`, it was said not to apply in `not_applicable`;
    `answered` with a value and in the agent's hands, of these `short` of full points and `full`
    (neither for what earns no points), and with a `fatal` answer.
    `short_share` is the share short of full points among the interactions where the question
    earns points, `not_applicable_share` that of N/A where it was decided, `fatal_share` that of
    fatal answers where it was answered.
    """

    asked: tuple[AskedQuestion, ...]
    decided: int
    answered: int
    full: int
    short: int
    not_applicable: int
    fatal: int
    short_share: Estimate
    not_applicable_share: Estimate
    fatal_share: Estimate

    @property
    def form_id(self) -> str:
        """The form that asks it."""
        return self.newest.form_id

    @property
    def form_version(self) -> str:
        """The newest of the form versions."""
        return self.newest.form_version

    @property
    def question_id(self) -> str:
        """Its id in the form."""
        return self.newest.question_id

    @property
    def newest(self) -> AskedQuestion:
        """The question as the newest of the form versions asks it."""
        return self.asked[-1]


@dataclass(frozen=True)
class SectionFigures:
    """The questions of a section that earn points: the share of those that fell short."""

    form_id: str
    form_version: str
    section_id: str
    section: Wording
    defects: Estimate


class Answers(NamedTuple):
    """The results of counted evaluations, one after the other.

    `question` numbers the question of each and `row` its evaluation among the counted ones;
    `asked` are those questions.
    """

    asked: list[tuple[AskedQuestion, ...]]
    question: Places
    row: Places
    codes: Codes


@once
def questions_by(
    facts: Facts, *columns: str, versions_together: bool = False
) -> dict[Key, list[QuestionFigures]]:
    """Return the figures of every question, by the groups' values of these columns.

    As `qm.core.quality.figures.figures_by` forms them: without columns there is one group, `()`.
    A group has the questions of the form versions that it was evaluated with, by form, version
    and number. With `versions_together` a question of several versions of a form is one if it
    has the same id and the very same text in them; else it is another question in each.
    """
    counted = facts.counted
    place, keys = grouped(counted.evaluations, columns)
    answers = answers_of(counted, versions_together=versions_together)
    weights = counted.evaluations["stands_for"].to_numpy(dtype=float)[answers.row]
    group = place[answers.row]
    # Only the cells that occur: most groups use few of the forms.
    cells, cell = np.unique(group * len(answers.asked) + answers.question, return_inverse=True)
    found: dict[Key, list[QuestionFigures]] = {key: [] for key in keys}
    for number, figures in zip(
        cells, _figures(answers.codes, weights, cell, len(cells)), strict=True
    ):
        own, question = divmod(int(number), len(answers.asked))
        found[keys[own]].append(QuestionFigures(answers.asked[question], *figures))
    return found


def _figures(
    codes: Codes, weights: npt.NDArray[np.float64], cell: Places, cells: int
) -> Iterator[tuple[Any, ...]]:
    decided, answered, graded = (is_any_of(codes, each) for each in (DECIDED, ANSWERED, GRADED))
    short, full = is_any_of(codes, FELL_SHORT), is_any_of(codes, EARNED_FULL)
    left, fatal = is_any_of(codes, [Result.NOT_APPLICABLE]), is_any_of(codes, FATAL)
    numbers = (counts(each, cell, cells) for each in (decided, answered, full, short, left, fatal))
    estimates = (
        proportions(hits[among], weights[among], cell[among], cells)
        for hits, among in ((short, graded), (left, decided), (fatal, answered))
    )
    return zip(*numbers, *estimates, strict=True)


def answers_of(counted: Facts, *, versions_together: bool) -> Answers:
    """Return the results of every question of these evaluations, one after the other."""
    asked: dict[SameQuestion, tuple[AskedQuestion, ...]] = {}
    codes, rows, names = [], [], []
    for form in forms_of(counted):
        results = counted.codes(form)
        codes.append(results.codes.ravel())
        rows.append(np.repeat(results.rows, len(results.questions)))
        own = [
            same_question(question, versions_together=versions_together)
            for question in results.questions
        ]
        for name, question in zip(own, results.questions, strict=True):
            asked[name] = (*asked.get(name, ()), question)
        names.append((own, len(results.rows)))
    in_order = sorted(asked, key=lambda name: place_of(asked[name][-1]))
    number = {name: place for place, name in enumerate(in_order)}
    numbers = [np.tile([number[name] for name in own], times) for own, times in names]
    return Answers(
        [asked[name] for name in in_order],
        _joined(numbers, np.dtype(np.intp)),
        _joined(rows, np.dtype(np.intp)),
        _joined(codes, np.dtype(np.uint8)),
    )


def sections_by(facts: Facts, *columns: str) -> dict[Key, list[SectionFigures]]:
    """Return the figures of the sections of each form version, by the groups of these columns.

    In the order of the forms, groups as `questions_by` has them.
    """
    counted = facts.counted
    place, keys = grouped(counted.evaluations, columns)
    found: dict[Key, list[SectionFigures]] = {key: [] for key in keys}
    for form in forms_of(counted):
        results = counted.codes(form)
        groups, own = np.unique(place[results.rows], return_inverse=True)
        of_form = Grouped(counted.evaluations.iloc[results.rows], own, len(groups))
        in_order = sorted(results.questions, key=lambda question: question.number)
        for section_id, section in {q.section_id: q.section for q in in_order}.items():
            inside = np.array([q.section_id == section_id for q in results.questions])
            failed, graded = (results.are(each)[:, inside] for each in (FELL_SHORT, GRADED))
            of_groups = of_form.ratios(failed.sum(axis=1), graded.sum(axis=1))
            for group, defects in zip(groups, of_groups, strict=True):
                found[keys[group]].append(SectionFigures(*form, section_id, section, defects))
    return found


def forms_of(counted: Facts) -> list[tuple[str, str]]:
    """Return the form versions of these evaluations, in order."""
    keys = counted.evaluations[["form_id", "form_version"]].drop_duplicates()
    return sorted(keys.itertuples(index=False, name=None), key=lambda form: (form[0], int(form[1])))


def same_question(question: AskedQuestion, *, versions_together: bool) -> SameQuestion:
    """Return what two questions have in common that are one."""
    told_apart_by = question.text if versions_together else question.form_version
    return question.form_id, question.question_id, told_apart_by


def place_of(question: AskedQuestion) -> tuple[str, int, int]:
    """Return what to sort questions by: form, version, number."""
    return question.form_id, int(question.form_version), question.number


def _joined(parts: Sequence[npt.NDArray[Any]], kind: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
