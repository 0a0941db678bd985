"""Points and weights as Amazon Connect writes them: whole points, weights that sum to 100."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qm.core.forms.form import Form, Section, Subsection, questions_in
from qm.core.forms.gradables import Fatal
from qm.core.forms.questions import (
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
    ScoredQuestion,
)
from qm.core.scoring.judging import round_half_up
from qm.core.scoring.weights import measure_span, own_factor
from qm.exchange.connect.parts import MOST_PER_QUESTION, MOST_POINTS, Mode

RANGES_MOST = 10
WEIGHT_PLACES = 4


@dataclass
class WrittenAnswer:
    """An option or range on its way out: what is written of it besides its points."""

    content: dict[str, Any]
    points: Fraction
    bonus: bool = False
    fatality: Fatal | None = None
    requires: bool = False


@dataclass
class Scores:
    """What was made of a form's points and weights.

    `points` are those of every question's answers in order, `limits` the least and most of a
    selection; `weights` are percent by question id, or by section id in SECTION_ONLY. `rounded`,
    `scaled`, `negative` and `weights_rounded` name whom that has changed.
    """

    mode: Mode
    points: dict[str, list[int]] = field(default_factory=dict)
    limits: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    weights: dict[str, Decimal] = field(default_factory=dict)
    rounded: list[str] = field(default_factory=list)
    scaled: list[str] = field(default_factory=list)
    negative: list[str] = field(default_factory=list)
    weights_rounded: list[str] = field(default_factory=list)


def mode_of(form: Form) -> Mode:
    """Return the mode that comes closest to the form's method."""
    if form.scoring == "unscored":
        return "UNSCORED"
    if form.method.measure == "points":
        return "POINTS_BASED"
    is_even = form.method.by_section and all(_is_even(section) for section in form.sections)
    return "SECTION_ONLY" if is_even else "QUESTION_ONLY"


def scores_of(form: Form, answers: Mapping[str, Sequence[WrittenAnswer]]) -> Scores:
    """Return the points and weights of the questions whose `answers` can be scored."""
    scores = Scores(mode_of(form))
    questions = [q for q in form.questions() if q.id in answers and isinstance(q, ScoredQuestion)]
    if scores.mode == "POINTS_BASED":
        _count_points(form, questions, answers, scores)
    else:
        for question in questions:
            _count_shares(form, question, answers[question.id], scores)
    if scores.mode == "QUESTION_ONLY":
        factors = {q.id: own_weight(form, q) for q in questions if has_share(form, q)}
        _add_weights(factors, scores)
    elif scores.mode == "SECTION_ONLY":
        _add_weights({s.id: Fraction(s.weight) for s in form.sections}, scores)
        for section in form.sections:
            if section.sections and not _spreads_by_count(section):
                _add_weights({s.id: Fraction(s.weight) for s in section.sections}, scores)
    return scores


def own_weight(form: Form, question: ScoredQuestion) -> Fraction:
    """Return what a question weighs where all are answered, on any scale."""
    if not form.method.by_section:
        return own_factor(form, question)
    weight = Fraction(1)
    inside: list[Section | Subsection] = list(form.part_of(question.id))
    siblings: list[Fraction] = [Fraction(section.weight) for section in form.sections]
    for part in inside:
        weight *= Fraction(part.weight) / (sum(siblings) or 1)
        inner = part.sections if isinstance(part, Section) else ()
        siblings = [Fraction(each.weight) for each in inner if form.scored_inside(each)]
        siblings += [Fraction(q.weight) for q in _scored(part)]
    return weight * Fraction(question.weight) / (sum(siblings) or 1)


def has_share(form: Form, question: ScoredQuestion) -> bool:
    """Whether the question can move the score of a method by shares."""
    _zero, span = measure_span(form, question)
    return span > 0 and bool(question.weight) and own_factor(form, question) > 0


def to_hundred(weights: Sequence[Fraction]) -> list[Decimal]:
    """Return the weights in percent with four decimals; they sum to exactly 100.

    What rounding down leaves goes to those that lost most by it, the first of equals first.
    """
    total = sum(weights, Fraction(0))
    if not total:
        return [Decimal(0) for _ in weights]
    units = 100 * 10**WEIGHT_PLACES
    exact = [units * weight / total for weight in weights]
    whole = [math.floor(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: units - sum(whole)]:
        whole[place] += 1
    return [Decimal(each).scaleb(-WEIGHT_PLACES) for each in whole]


def _scored(part: Section | Subsection) -> list[ScoredQuestion]:
    return [q for q in questions_in(part) if q.is_scored and isinstance(q, ScoredQuestion)]


def _counted(part: Section | Subsection) -> list[ScoredQuestion]:
    return [q for q in _scored(part) if q.weight and q.possible_points > 0]


def _is_even(section: Section) -> bool:
    """Whether a section spreads its weight evenly over its questions, as SECTION_ONLY does."""
    if any(len({q.weight for q in _counted(part)}) > 1 for part in (section, *section.sections)):
        return False
    return not section.sections or _spreads_by_count(section) or not _counted(section)


def _spreads_by_count(section: Section) -> bool:
    """Whether subsections weigh as much as the number of their questions says."""
    own = _counted(section)
    one = own[0].weight if own else Decimal(1)
    return all(
        not part.weight or part.weight == one * len(_counted(part)) for part in section.sections
    )


def _add_weights(factors: Mapping[str, Fraction], scores: Scores) -> None:
    percents = to_hundred(list(factors.values()))
    total = sum(factors.values(), Fraction(0))
    for (name, factor), percent in zip(factors.items(), percents, strict=True):
        scores.weights[name] = percent
        if total and Fraction(percent) != 100 * factor / total:
            scores.weights_rounded.append(name)


def _count_shares(
    form: Form, question: ScoredQuestion, answers: Sequence[WrittenAnswer], scores: Scores
) -> None:
    """Bring the points of a question to the scale from 0 to 10."""
    zero, span = measure_span(form, question)
    factor = MOST_PER_QUESTION / span if span > 0 else Fraction(0)
    is_selection = isinstance(question, MultipleChoiceQuestion)
    exact = [(a.points - (0 if is_selection else zero)) * factor for a in answers]
    _take(question, exact, MOST_PER_QUESTION, scores)
    if factor not in {0, 1}:
        scores.scaled.append(question.id)


def _take(question: Question, exact: Sequence[Fraction], most: int, scores: Scores) -> None:
    points = [min(max(int(round_half_up(each, 0)), 0), most) for each in exact]
    scores.points[question.id] = points
    if any(each < 0 for each in exact):
        scores.negative.append(question.id)
    if any(each >= 0 and each != kept for each, kept in zip(exact, points, strict=True)):
        scores.rounded.append(question.id)


def _count_points(
    form: Form,
    questions: Sequence[ScoredQuestion],
    answers: Mapping[str, Sequence[WrittenAnswer]],
    scores: Scores,
) -> None:
    """Multiply weights into points, and all points by what makes them whole and at most 100."""
    exact: dict[str, list[Fraction]] = {}
    limits: dict[str, list[Fraction | None]] = {}
    for question in questions:
        # One that is left out keeps its points: they do not count.
        factor = own_factor(form, question) or Fraction(1)
        exact[question.id] = [factor * answer.points for answer in answers[question.id]]
        if isinstance(question, MultipleChoiceQuestion):
            bounds = (question.least, question.most)
            limits[question.id] = [None if b is None else factor * Fraction(b) for b in bounds]
    counted = [value for question in questions for value in exact[question.id]]
    counted += [bound for bounds in limits.values() for bound in bounds if bound is not None]
    multiplier = _multiplier(counted)
    for question in questions:
        values = [value * multiplier for value in exact[question.id]]
        _take(question, values, MOST_POINTS, scores)
        if multiplier != 1:
            scores.scaled.append(question.id)
        if question.id in limits:
            least, most = (_within(bound, multiplier) for bound in limits[question.id])
            scores.limits[question.id] = (least, most)


def _within(bound: Fraction | None, multiplier: Fraction) -> int | None:
    if bound is None:
        return None
    return min(max(int(round_half_up(bound * multiplier, 0)), 0), MOST_POINTS)


def _multiplier(values: Sequence[Fraction]) -> Fraction:
    """Return what makes all points whole and none of them more than 100."""
    positive = [value for value in values if value > 0]
    if not positive:
        return Fraction(1)
    if all(value.denominator == 1 for value in positive) and max(positive) <= MOST_POINTS:
        return Fraction(1)
    shared = math.lcm(*(value.denominator for value in positive))
    smallest = Fraction(shared, math.gcd(*(int(value * shared) for value in positive)))
    if max(positive) * smallest <= MOST_POINTS:
        return smallest
    return MOST_POINTS / max(positive)


def whole_ranges(question: NumberQuestion) -> list[tuple[int, int, int]]:
    """Return the ranges of whole numbers, each with its place; those without any are left out."""
    bounds = [
        (math.ceil(part.at_least), math.floor(part.at_most), place)
        for place, part in enumerate(question.ranges)
    ]
    return [bound for bound in bounds if bound[0] <= bound[1]]


def scale_id(number: int) -> str:
    """Return the RefId of a scale's option."""
    return str(number) if number >= 0 else f"minus-{-number}"


def scale_numbers(question: ScaleQuestion) -> range:
    """Return the numbers of a scale."""
    return range(question.lowest, question.highest + 1)
