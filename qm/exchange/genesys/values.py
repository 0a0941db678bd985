"""What answers are worth in Genesys Cloud, where a value is a whole number."""

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from qm.core.forms.form import Form, Section
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
    ScoredQuestion,
)
from qm.core.scoring.scorecards import State
from qm.core.scoring.weights import applied_rates, measure_span

_MOST_VALUE = 2**31 - 1


class _Line(NamedTuple):
    """A value is `per_point · (points - zero)`, times what makes all of them whole numbers."""

    per_point: Fraction
    zero: Fraction = Fraction(0)


class Values:
    """The values of a form's answers: in one proportion to what they give to the score.

    A group keeps its section's weight; the weights of questions and subsections are in the
    values, because Genesys weighs a question by its highest value. `factor` is what makes points
    whole numbers; `is_rounded` tells that a factor which does would exceed 32 bits. `from_worst`
    tells that the worst answer of a question is worth nothing.
    """

    def __init__(self, form: Form) -> None:
        self.follows_method = form.method.measure == "points" or _can_divide(form)
        by_points = form.method.measure == "points" or not self.follows_method
        self.from_worst = form.method.measure == "position" and not by_points
        self._lines = _by_weight(form) if by_points else _by_rate(form)
        self._points = {question.id: list(points_of(question)) for question in form.questions()}
        raw = [self._exact(name, points) for name, all_ in self._points.items() for points in all_]
        self.factor = Fraction(math.lcm(*(value.denominator for value in raw)))
        if not by_points:
            common = math.gcd(*(int(value * self.factor) for value in raw))
            self.factor /= common or 1
        most = max((abs(value) for value in raw), default=Fraction(0)) * self.factor
        self.is_rounded = most > _MOST_VALUE
        if self.is_rounded:
            self.factor *= Fraction(_MOST_VALUE) / most

    def value(self, question_id: str, points: Decimal) -> int:
        """Return the value of an answer with these points."""
        return round(self._exact(question_id, points) * self.factor)

    def can_earn(self, question_id: str) -> bool:
        """Whether an answer of the question is worth more than nothing."""
        return any(self._exact(question_id, points) > 0 for points in self._points[question_id])

    def _exact(self, question_id: str, points: Decimal) -> Fraction:
        line = self._lines[question_id]
        return line.per_point * (Fraction(points) - line.zero)


def points_of(question: Question) -> Iterator[Decimal]:
    """Yield the points that single answers of a question earn; none where it earns no points."""
    if isinstance(question, ScaleQuestion):
        yield from map(Decimal, range(question.lowest, question.highest + 1))
    elif isinstance(question, ChoiceQuestion | MultipleChoiceQuestion | NumberQuestion):
        yield from (part.points for part in question.gradables)


def _by_weight(form: Form) -> dict[str, _Line]:
    lines = {}
    for question in _weighable(form):
        weight = Fraction(question.weight)
        for part in form.part_of(question.id):
            if not isinstance(part, Section):
                weight *= Fraction(part.weight)
        lines[question.id] = _Line(weight)
    return lines


def _by_rate(form: Form) -> dict[str, _Line]:
    """Take the rates that hold while every question is answered."""
    rates = applied_rates(form, {q.id: State.ANSWERED for q in form.everything_asked()}).of
    lines = {}
    for question in _weighable(form):
        rate = rates.get(question.id)
        section_weight = Fraction(form.part_of(question.id)[0].weight)
        if rate is None or not section_weight:
            lines[question.id] = _Line(Fraction(1))
        else:
            # The options of a multiple choice are worth something one by one.
            is_sum = isinstance(question, MultipleChoiceQuestion)
            zero = Fraction(0) if is_sum else rate.zero_points
            lines[question.id] = _Line(rate.per_point / section_weight, zero)
    return lines


def _can_divide(form: Form) -> bool:
    return all(measure_span(form, question)[1] > 0 for question in form.scored_questions())


def _weighable(form: Form) -> Iterator[ScoredQuestion]:
    """Yield the questions that have a weight; in an unscored form, too."""
    for question in form.questions():
        if question.is_scored:
            yield question  # type: ignore[misc]
