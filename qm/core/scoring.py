"""Answers → scorecard. The only place that scores.

The score is Σ W·p / Σ W over the questions that apply, as a percentage: p is earned/possible
points, W the question's share of its section times the section's weight. N/A and hidden
questions leave; a section without applicable questions leaves with its weight, so that the
remaining weights grow in proportion (the published method of Amazon Connect's weighted forms,
"Scoring and weights", adminguide: 40/20/20/20 with 10, 5, 5, 0 of 10 gives 60 %, and 75 % with
the fourth N/A). All sums are exact fractions; one rounding, half up, after the last sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from qm.core.answers import Answer, Answers
from qm.core.form import LENSES, Form, Lens, Question, Section

NoScore = Literal["nothing_answered", "all_not_applicable"]
Outcome = Literal["pass", "fail"]


class State(StrEnum):
    """How a question stands: four different things that are never mixed up."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    HIDDEN = "hidden"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    `weight_percent` is the applied weight after N/A, `contribution` the part of the score that
    this answer gives; over all entries they sum exactly to 100 and to the calculated score.
    """

    section_id: str
    question_id: str
    state: State
    option_id: str | None
    earned_points: Decimal | None
    possible_points: Decimal
    weight_percent: Fraction
    contribution: Fraction
    is_fatal: bool

    @property
    def lost(self) -> Fraction:
        """The part of the score that this answer cost."""
        return self.weight_percent - self.contribution


@dataclass(frozen=True)
class SectionResult:
    """A section's applied weight and what was earned of it, both in points of the score."""

    section_id: str
    weight_percent: Fraction
    contribution: Fraction


@dataclass(frozen=True)
class LensResult:
    """Critical questions of one lens: how many applied and how many fell short of full points."""

    lens: Lens
    applicable: int
    failed: int


@dataclass(frozen=True)
class Scorecard:
    """What scoring yields.

    `calculated_percent` is what the answers add up to; `percent` also obeys the form's rule for
    fatal answers. Both are None where no score can be formed, and `no_score` says why. While
    questions are `unanswered` the numbers cover the answered ones only and are not final.
    """

    percent: Decimal | None
    calculated_percent: Decimal | None
    exact_percent: Fraction | None
    no_score: NoScore | None
    outcome: Outcome | None
    fatal_questions: tuple[str, ...]
    sections: tuple[SectionResult, ...]
    lenses: tuple[LensResult, ...]
    ledger: tuple[Entry, ...]
    unanswered: tuple[str, ...]

    @property
    def is_final(self) -> bool:
        """Whether every visible question was answered."""
        return not self.unanswered


def score(form: Form, answers: Answers) -> Scorecard:
    """Return the scorecard of `answers` on `form`.

    Raises ValueError for an answer to a question or with an option that the form does not have,
    and for N/A where the form does not allow it.
    """
    _refuse_foreign(form, answers)
    states = _states(form, answers)
    ledger = tuple(_ledger(form, answers, states))
    counted = [entry for entry in ledger if entry.state is State.ANSWERED]
    unanswered = tuple(e.question_id for e in ledger if e.state is State.UNANSWERED)
    exact = sum((e.contribution for e in counted), Fraction(0)) if _weighs(counted) else None
    calculated = None if exact is None else round_half_up(exact, form.places)
    fatal = tuple(entry.question_id for entry in ledger if entry.is_fatal)
    percent = Decimal(0) if fatal and form.fatal == "zero" else calculated
    return Scorecard(
        percent=percent if calculated is not None else None,
        calculated_percent=calculated,
        exact_percent=exact,
        no_score=_why_no_score(exact, unanswered),
        outcome=_outcome(form, exact, bool(fatal)),
        fatal_questions=fatal,
        sections=tuple(_section_results(form, ledger)),
        lenses=tuple(_lens_results(form, ledger)),
        ledger=ledger,
        unanswered=unanswered,
    )


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Return `value` rounded half up (away from zero) to `places` decimals, exactly."""
    scaled = value * 10**places
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def is_visible(question: Question, answers: Answers, states: dict[str, State]) -> bool:
    """Whether the question's condition holds; one that depends on a hidden question does not."""
    if question.when is None:
        return True
    asked = answers.get(question.when.question)
    return (
        states.get(question.when.question) is State.ANSWERED
        and asked is not None
        and asked.option in question.when.answered
    )


def _states(form: Form, answers: Answers) -> dict[str, State]:
    states: dict[str, State] = {}
    for question in form.questions():
        answer = answers.get(question.id, Answer())
        if not is_visible(question, answers, states):
            states[question.id] = State.HIDDEN
        elif answer.not_applicable:
            states[question.id] = State.NOT_APPLICABLE
        elif answer.option is None:
            states[question.id] = State.UNANSWERED
        else:
            states[question.id] = State.ANSWERED
    return states


def _ledger(form: Form, answers: Answers, states: dict[str, State]) -> Iterator[Entry]:
    applied = _applied_weights(form, states)
    for section in form.sections:
        for question in section.questions:
            yield _entry(section, question, answers, states[question.id], applied)


def _applied_weights(form: Form, states: dict[str, State]) -> dict[str, Fraction]:
    """Percent of the score that each answered question weighs; 100 in all, or empty."""
    weights: dict[str, Fraction] = {}
    for section in form.sections:
        counted = [q for q in section.questions if states[q.id] is State.ANSWERED]
        inside = sum((Fraction(q.weight) for q in counted), Fraction(0))
        for question in counted if inside else ():
            weights[question.id] = Fraction(section.weight) * Fraction(question.weight) / inside
    total = sum(weights.values(), Fraction(0))
    return {name: 100 * weight / total for name, weight in weights.items()} if total else {}


def _entry(
    section: Section,
    question: Question,
    answers: Answers,
    state: State,
    applied: dict[str, Fraction],
) -> Entry:
    chosen = question.option(answers[question.id].option or "") if state is State.ANSWERED else None
    weight = applied.get(question.id, Fraction(0))
    part = Fraction(chosen.points) / Fraction(question.possible_points) if chosen else Fraction(0)
    return Entry(
        section_id=section.id,
        question_id=question.id,
        state=state,
        option_id=chosen.id if chosen else None,
        earned_points=chosen.points if chosen else None,
        possible_points=question.possible_points,
        weight_percent=weight,
        contribution=weight * part,
        is_fatal=chosen is not None and chosen.fatal,
    )


def _weighs(counted: list[Entry]) -> bool:
    return any(entry.weight_percent for entry in counted)


def _why_no_score(exact: Fraction | None, unanswered: tuple[str, ...]) -> NoScore | None:
    if exact is not None:
        return None
    return "nothing_answered" if unanswered else "all_not_applicable"


def _outcome(form: Form, exact: Fraction | None, is_fatal: bool) -> Outcome | None:
    if is_fatal:
        return "fail"
    if exact is None:
        return None
    # Six places first, so that a sum like .1+.2+.7 of decimals cannot miss its band by a hair.
    return "pass" if round_half_up(exact, 6) >= form.pass_percent else "fail"


def _section_results(form: Form, ledger: tuple[Entry, ...]) -> Iterator[SectionResult]:
    for section in form.sections:
        own = [entry for entry in ledger if entry.section_id == section.id]
        yield SectionResult(
            section.id,
            sum((entry.weight_percent for entry in own), Fraction(0)),
            sum((entry.contribution for entry in own), Fraction(0)),
        )


def _lens_results(form: Form, ledger: tuple[Entry, ...]) -> Iterator[LensResult]:
    lens_of = {question.id: question.critical for question in form.questions()}
    for lens in LENSES:
        own = [e for e in ledger if lens_of[e.question_id] == lens and e.state is State.ANSWERED]
        if own:
            failed = sum(1 for e in own if (e.earned_points or 0) < e.possible_points)
            yield LensResult(lens, len(own), failed)


def _refuse_foreign(form: Form, answers: Answers) -> None:
    for question_id, answer in answers.items():
        question = form.question(question_id)
        if question is None:
            raise ValueError(f"{form.key} has no question “{question_id}”")
        if answer.option is not None and question.option(answer.option) is None:
            raise ValueError(f"question “{question_id}” has no option “{answer.option}”")
        if answer.not_applicable and not question.not_applicable:
            raise ValueError(f"question “{question_id}” cannot be answered with N/A")
