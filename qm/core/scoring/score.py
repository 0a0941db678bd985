"""Answers → scorecard. The only place that scores.

All sums are exact fractions; one rounding, half up, after the last sum. What a form's method
means is in `methods`, what its questions weigh in `weights`, what fatal answers and limits make of
the sum in `judging`. Evaluations in which the same questions count share all weights, so these
are worked out once and kept (see `_Plan`).
"""

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeVar

from qm.core.forms.answers import Answer, Answers
from qm.core.forms.conditions import NO_FACTS, Condition, Facts
from qm.core.forms.form import Form
from qm.core.forms.gradables import Grade
from qm.core.forms.questions import Question
from qm.core.scoring.judging import FatalAnswer, Judge, lowest_decides, part_ids
from qm.core.scoring.scorecards import Adjustment, Entry, Scorecard, Standing, State
from qm.core.scoring.visibility import HAS_AN_ANSWER, asking_order, conditions_of, is_asked
from qm.core.scoring.weights import Rate, applied_rates

POINT_PARTS = 10**4  # points have at most four decimals: so many whole parts of a point
_KEPT = 4096  # so many plans, grades and lines are kept at most
_ZERO = Fraction(0)
_NO_ANSWER = Answer()
_K = TypeVar("_K")
_V = TypeVar("_V")


def score(form: Form, answers: Answers, facts: Facts = NO_FACTS) -> Scorecard:
    """Return the scorecard of `answers` on `form`.

    `facts` are the attributes of the interaction that conditions may ask for. Raises ValueError
    for an answer that the form cannot have: to a question, with an option or with N/A that are
    not in it. Answers to hidden questions are kept out of everything; the tag “outside the agent's
    control” does nothing where the form does not know it.
    """
    return scorer_of(form).score(answers, facts)


class Line(NamedTuple):
    """What one answer gives: its entry, that in whole numbers, and what it decides if fatal."""

    entry: Entry
    whole: int
    fatal: tuple[FatalAnswer, ...]


class Plan:
    """What every answer gives while the questions stand in one way.

    Contributions are whole numbers of 1/`denominator` percent, too: those sum fast and exactly.
    """

    def __init__(self, form: Form, states: dict[str, State]) -> None:
        self.states = states
        self.rates = applied_rates(form, states)
        fractions = [self.rates.start]
        for rate in self.rates.of.values():
            fractions += [rate.per_point / POINT_PARTS, rate.per_point * rate.zero_points]
            fractions += [rate.fixed or _ZERO]
        self.denominator = math.lcm(*(fraction.denominator for fraction in fractions))
        self.start = int(self.rates.start * self.denominator)
        # One mapping per question of the form: answer → what it gives.
        self.lines: list[dict[Hashable, Line]] = [{} for _ in form.questions()]


@dataclass(slots=True)
class Asked:
    """A question made ready: what decides whether it is asked, and the grades met so far."""

    question: Question
    id: str
    section_id: str  # empty for a field of the header
    conditions: tuple[Condition, ...]
    is_scored: bool
    may_be_outside: bool
    may_be_left_out: bool
    grades: dict[Hashable, Grade] = field(default_factory=dict)

    def read(self, answer: Answer) -> tuple[State, Hashable]:
        """Return how the question stands with this answer, and the key of its grade.

        Raises ValueError for an answer that the question cannot have.
        """
        if answer.not_applicable:
            if not self.may_be_left_out:
                raise ValueError(f"question “{self.id}” cannot be answered with N/A")
            return State.NOT_APPLICABLE, None
        if not answer.is_given:
            return State.UNANSWERED, None
        key = key_of(answer)
        if key not in self.grades:
            _keep(self.grades, key, self.question.grade(answer))
        is_outside = answer.outside_control and self.is_scored and self.may_be_outside
        return State.OUTSIDE_CONTROL if is_outside else State.ANSWERED, key


class Scorer:
    """A form made ready to score many evaluations."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.judge = Judge(form)
        self.scored = {question.id: question for question in form.scored_questions()}
        self.order = [self._asked(question) for question in asking_order(form)]
        self.ids = {asked.id for asked in self.order}
        by_id = {asked.id: asked for asked in self.order}
        self.body = [by_id[question.id] for question in form.questions()]
        self.required = [q.id for q in form.everything_asked() if q.required]
        self.plans: dict[tuple[State, ...], Plan] = {}
        self.parts = tuple(part_ids(form))

    def _asked(self, question: Question) -> Asked:
        parts = self.form.part_of(question.id)
        return Asked(
            question,
            question.id,
            parts[-1].id if parts else "",
            conditions_of(self.form, question),
            question.id in self.scored,
            self.form.outside_control,
            question.allows_not_applicable or any(part.not_applicable for part in parts),
        )

    def score(self, answers: Answers, facts: Facts) -> Scorecard:
        """Return the scorecard of `answers`; see `score`."""
        if not answers.keys() <= self.ids:
            foreign = next(name for name in answers if name not in self.ids)
            raise ValueError(f"{self.form.key} has no question “{foreign}”")
        states, keys = self._read(answers, facts)
        standing, entries, adjustments = self._stand(answers, states, keys)
        process = standing
        if State.OUTSIDE_CONTROL in states.values():
            process, _, _ = self._stand(answers, with_all_findings(states), keys)
        return Scorecard(
            standing.percent,
            standing.calculated_percent,
            standing.exact_percent,
            standing.no_score,
            standing.outcome,
            standing.band,
            standing.fatal_questions,
            process,
            states,
            entries,
            adjustments,
            tuple([name for name in self.required if states[name] is State.UNANSWERED]),
            self.parts,
        )

    def _read(self, answers: Answers, facts: Facts) -> tuple[dict[str, State], dict[str, Hashable]]:
        states: dict[str, State] = {}
        keys: dict[str, Hashable] = {}
        for asked in self.order:
            name = asked.id
            answer = answers.get(name)
            if answer is None:
                state, keys[name] = State.UNANSWERED, None
            else:
                state, keys[name] = asked.read(answer)
            if asked.conditions and not is_asked(asked.conditions, answers, states, facts):
                state = State.HIDDEN
            states[name] = state
        return states, keys

    def plan(self, states: dict[str, State]) -> Plan:
        """Return the plan for questions that stand like this."""
        pattern = tuple(states.values())
        plan = self.plans.get(pattern)
        if plan is None:
            plan = Plan(self.form, states)
            _keep(self.plans, pattern, plan)
        return plan

    def _stand(
        self, answers: Answers, states: dict[str, State], keys: dict[str, Hashable]
    ) -> tuple[Standing, tuple[Entry, ...], tuple[Adjustment, ...]]:
        plan = self.plan(states)
        whole = plan.start
        entries: list[Entry] = []
        fatal: list[FatalAnswer] = []
        for asked, lines in zip(self.body, plan.lines, strict=True):
            key = keys[asked.id]
            line = lines.get(key)
            if line is None:
                line = self._line(plan, asked, answers.get(asked.id, _NO_ANSWER))
                _keep(lines, key, line)
            entries.append(line.entry)
            whole += line.whole
            fatal += line.fatal
        if not plan.rates.of:
            return self.judge.without_score(states, fatal), tuple(entries), ()
        if self.form.method.combine == "lowest":
            entries = lowest_decides(entries)
            total = sum([entry.contribution for entry in entries], _ZERO)
        else:
            total = Fraction(whole, plan.denominator)
        ledger = tuple(entries)
        standing, adjustments = self.judge.judge(ledger, fatal, total, plan.rates.start)
        return standing, ledger, adjustments

    def _line(self, plan: Plan, asked: Asked, answer: Answer) -> Line:
        """Return what an answer gives under `plan`."""
        question, state = self.scored.get(asked.id), plan.states[asked.id]
        has_answer = state in HAS_AN_ANSWER
        grade = question.grade(answer) if question and has_answer else None
        rate = plan.rates.of.get(asked.id)
        contribution = _contribution(rate, grade)
        entry = Entry(
            section_id=asked.section_id,
            question_id=asked.id,
            state=state,
            option_ids=_option_ids(answer) if has_answer else (),
            earned_points=grade.points if grade else None,
            possible_points=question.possible_points if question else None,
            weight_percent=rate.weight_percent if rate else _ZERO,
            contribution=contribution,
            is_fatal=grade is not None and any(part.fatality for part in grade.chosen),
            critical=question.critical if question else None,
        )
        decides = tuple(self.fatal_answers(asked, grade)) if grade else ()
        whole = int(contribution * plan.denominator)
        return Line(entry, whole, decides if state is State.ANSWERED else ())

    def fatal_answers(self, asked: Asked, grade: Grade) -> Iterator[FatalAnswer]:
        """Yield what the fatal options of an answer decide."""
        for part in grade.chosen:
            if fatal := part.fatality:
                section = asked.section_id if fatal.section is None else fatal.section
                fails = section if fatal.scope == "section" else None
                yield FatalAnswer(asked.id, fails, fatal.effect or self.form.fatal)


@lru_cache(maxsize=64)
def scorer_of(form: Form) -> Scorer:
    """Return the scorer of a form; made once per form."""
    return Scorer(form)


def key_of(answer: Answer) -> Hashable:
    """Return what tells an answer's grade from others' at the same question."""
    if answer.option is not None:
        return answer.option
    if answer.options is not None:
        return answer.options
    if answer.number is not None:
        return answer.number
    # What a text or a day says earns nothing, whatever it is.
    return "text" if answer.date is None else "date", None


def with_all_findings(states: dict[str, State]) -> dict[str, State]:
    """Return the states in which findings outside the agent's control count like others."""
    tagged, answered = State.OUTSIDE_CONTROL, State.ANSWERED
    return {name: answered if state is tagged else state for name, state in states.items()}


def _keep(kept: dict[_K, _V], key: _K, value: _V) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


def _option_ids(answer: Answer) -> tuple[str, ...]:
    return (answer.option,) if answer.option is not None else answer.options or ()


def _contribution(rate: Rate | None, grade: Grade | None) -> Fraction:
    if rate is None:
        return _ZERO
    if rate.fixed is not None:
        return rate.fixed
    return rate.contribution(Fraction(grade.points)) if grade else _ZERO
