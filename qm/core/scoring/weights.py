"""Applied weights: what each question weighs, given which of them count and which left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import prod

from qm.core.forms.form import Form, Section, Subsection, questions_in
from qm.core.forms.questions import ScoredQuestion
from qm.core.scoring.scorecards import State

States = Mapping[str, State]


class _Share(Enum):
    KEPT = "kept"  # counts
    FIXED = "fixed"  # counts, and takes nothing of what the others leave
    EQUAL = "equal"  # left; what it weighed goes to the others in equal parts
    GONE = "gone"  # left; what it weighed goes to the others in proportion


_COUNTS = {_Share.KEPT, _Share.FIXED}


@dataclass(frozen=True, slots=True)
class Rate:
    """How an answer's points become percent of the score: `per_point · (points - zero_points)`.

    `weight_percent` is what the best answer gives. A question whose N/A counts gives `fixed`.
    """

    weight_percent: Fraction
    per_point: Fraction
    zero_points: Fraction
    fixed: Fraction | None = None

    def contribution(self, points: Fraction) -> Fraction:
        """Return the percent of the score that these points give."""
        return self.per_point * (points - self.zero_points) if self.fixed is None else self.fixed


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate of every question that counts, and what the start points give.

    All weights sum to 100; there are no rates where no answer can move the score.
    """

    of: Mapping[str, Rate]
    start: Fraction = Fraction(0)


def applied_rates(form: Form, states: States) -> Rates:
    """Return the rates that hold while the questions stand like this."""
    weights, unit, start = (
        _by_section(form, states) if form.method.by_section else _flat(form, states)
    )
    rates = {q.id: _rate(form, q, states[q.id], weights[q.id], unit) for q in _kept(form, states)}
    # N/A that counts and start points alone say nothing about the interaction.
    return Rates(rates, start) if any(rate.per_point for rate in rates.values()) else Rates({})


def measure_span(form: Form, question: ScoredQuestion) -> tuple[Fraction, Fraction]:
    """Return the points that measure 0 % and the distance from there to those of 100 %."""
    best = Fraction(question.possible_points)
    if form.method.measure == "position":
        least = Fraction(question.least_points)
        return least, best - least
    return Fraction(0), best


def own_factor(form: Form, question: ScoredQuestion) -> Fraction:
    """Return a question's weight times those of the sections it stands in."""
    return prod(
        (Fraction(part.weight) for part in form.part_of(question.id)),
        start=Fraction(question.weight),
    )


def spread(amount: Fraction, children: Sequence[tuple[Fraction, _Share]]) -> list[Fraction]:
    """Divide `amount` among weighted children; those that left get nothing."""
    whole, extra = _whole(children)
    if not whole:
        return [Fraction(0)] * len(children)
    return [
        amount * (w + (extra if share is _Share.KEPT else 0)) / whole
        if share in _COUNTS and w
        else Fraction(0)
        for w, share in children
    ]


def _whole(children: Sequence[tuple[Fraction, _Share]]) -> tuple[Fraction, Fraction]:
    """Return what all that counts weighs, and what each of it takes of those that left."""
    counting = sum((w for w, share in children if share in _COUNTS), Fraction(0))
    equal = sum((w for w, share in children if share is _Share.EQUAL), Fraction(0))
    takers = sum(1 for w, share in children if share is _Share.KEPT and w)
    return (counting + equal, equal / takers) if takers else (counting, Fraction(0))


def _rate(
    form: Form, question: ScoredQuestion, state: State, weight: Fraction, unit: Fraction
) -> Rate:
    if state is State.NOT_APPLICABLE:
        fixed = weight if _policy(form, question) == "full-marks" else Fraction(0)
        return Rate(weight, Fraction(0), Fraction(0), fixed)
    zero, span = measure_span(form, question)
    if weight:
        return Rate(weight, weight / span, zero)
    # Without points to earn (a bonus, a deduction) a question weighs nothing, yet moves the score.
    per_point = (
        own_factor(form, question) * unit if form.method.measure == "points" else Fraction(0)
    )
    return Rate(weight, per_point, zero)


def _flat(form: Form, states: States) -> tuple[dict[str, Fraction], Fraction, Fraction]:
    """Return every question's percent, the percent of one unit of weight, and the start's."""
    by_points = form.method.measure == "points"
    questions = list(form.scored_questions())
    children = []
    for question in questions:
        weight = own_factor(form, question)
        if by_points:
            weight *= max(Fraction(question.possible_points), Fraction(0))
        children.append((weight, _share(form, question, states[question.id])))
    start = Fraction(form.start_points) if by_points else Fraction(0)
    children.append((start, _Share.FIXED))
    percents = spread(Fraction(100), children)
    whole, _ = _whole(children)
    unit = 100 / whole if whole else Fraction(0)
    return {q.id: p for q, p in zip(questions, percents, strict=False)}, unit, percents[-1]


def _by_section(form: Form, states: States) -> tuple[dict[str, Fraction], Fraction, Fraction]:
    weights: dict[str, Fraction] = {}
    _descend(form, form.sections, (), Fraction(100), states, weights)
    return weights, Fraction(any(weights.values())), Fraction(0)


def _descend(
    form: Form,
    parts: Sequence[Section | Subsection],
    questions: Sequence[ScoredQuestion],
    amount: Fraction,
    states: States,
    weights: dict[str, Fraction],
) -> None:
    """Divide `amount` among these sections and questions, and on inside the sections."""
    children = [(Fraction(part.weight), _share_of_part(form, part, states)) for part in parts] + [
        (Fraction(q.weight), _share(form, q, states[q.id])) for q in questions
    ]
    percents = spread(amount, children)
    for question, percent in zip(questions, percents[len(parts) :], strict=True):
        weights[question.id] = percent
    for part, percent in zip(parts, percents, strict=False):
        inner = part.sections if isinstance(part, Section) else ()
        _descend(form, inner, list(_scored_in(part)), percent, states, weights)


def _scored_in(part: Section | Subsection) -> Iterator[ScoredQuestion]:
    for question in questions_in(part):
        if question.is_scored:
            yield question  # type: ignore[misc]


def _share_of_part(form: Form, part: Section | Subsection, states: States) -> _Share:
    """A section counts while something of weight in it does."""
    inner = part.sections if isinstance(part, Section) else ()
    shares = {_share(form, q, states[q.id]) for q in _scored_in(part) if q.weight}
    shares |= {
        _share_of_part(form, subsection, states) for subsection in inner if subsection.weight
    }
    if _Share.KEPT in shares:
        return _Share.KEPT
    return _Share.EQUAL if _Share.EQUAL in shares else _Share.GONE


def _share(form: Form, question: ScoredQuestion, state: State) -> _Share:
    if state is State.ANSWERED:
        return _Share.KEPT
    if state is not State.NOT_APPLICABLE:
        return _Share.GONE
    policy = _policy(form, question)
    if policy == "redistribute":
        return _Share.GONE
    return _Share.EQUAL if policy == "split-equally" else _Share.KEPT


def _policy(form: Form, question: ScoredQuestion) -> str:
    own = question.not_applicable
    return own if isinstance(own, str) else form.not_applicable


def _kept(form: Form, states: States) -> Iterator[ScoredQuestion]:
    for question in form.scored_questions():
        if _share(form, question, states[question.id]) is _Share.KEPT:
            yield question
