"""What scoring yields: the score or the reason there is none, and the ledger behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Literal

from qm.core.forms.questions import LENSES, Lens

NoScore = Literal[
    "nothing_answered",
    "all_not_applicable",
    "nothing_asked",
    "outside_control",
    "nothing_weighs",
    "unscored",
]
Outcome = Literal["pass", "fail"]
AdjustmentReason = Literal[
    "start_points", "section_fatal", "lowest_percent", "highest_percent", "critical_gate", "fatal"
]


class State(StrEnum):
    """How a question stands: different things that are never mixed up."""

    ANSWERED = "answered"
    OUTSIDE_CONTROL = "outside_control"
    NOT_APPLICABLE = "not_applicable"
    HIDDEN = "hidden"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one answer gives to the score: a line of the ledger.

    `weight_percent` is the applied weight after N/A, `contribution` what the answer gives; over
    all entries (and the start points) the weights sum to 100 and the contributions to what the
    answers add up to. `possible_points` is None for questions that earn no points.
    """

    section_id: str
    question_id: str
    state: State
    option_ids: tuple[str, ...]
    earned_points: Decimal | None
    possible_points: Decimal | None
    weight_percent: Fraction
    contribution: Fraction
    is_fatal: bool
    critical: Lens | None

    @property
    def option_id(self) -> str | None:
        """The chosen option where exactly one was chosen."""
        return self.option_ids[0] if len(self.option_ids) == 1 else None

    @property
    def lost(self) -> Fraction:
        """The part of the score that this answer cost; negative for a bonus."""
        return self.weight_percent - self.contribution

    @property
    def is_short(self) -> bool:
        """Whether an answer earned less than the possible points."""
        return (
            self.earned_points is not None
            and self.possible_points is not None
            and self.earned_points < self.possible_points
        )


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a rule of the form adds to the score or takes from it: a line of the ledger.

    `section_id` is the section that a fatal answer has failed, None for the whole form.
    """

    reason: AdjustmentReason
    contribution: Fraction
    weight_percent: Fraction = Fraction(0)
    section_id: str | None = None


@dataclass(frozen=True, slots=True)
class SectionResult:
    """A section's applied weight and what was earned of it, both in points of the score.

    A section's numbers include those of its subsections. The points are the plain sums of its
    answered questions, without weights. `percent` is None where nothing in it counts; `failed`
    tells that a fatal answer decided the section, `contribution` is without that.
    """

    section_id: str
    weight_percent: Fraction
    contribution: Fraction
    earned_points: Decimal
    possible_points: Decimal
    failed: bool

    @property
    def percent(self) -> Fraction | None:
        """The section's own score."""
        return 100 * self.contribution / self.weight_percent if self.weight_percent else None


@dataclass(frozen=True, slots=True)
class LensResult:
    """Critical questions of one lens: how many applied and how many fell short of full points.

    `weight_percent` and `contribution` are their part of the score.
    """

    lens: Lens
    applicable: int
    failed: int
    weight_percent: Fraction
    contribution: Fraction

    @property
    def percent(self) -> Fraction | None:
        """The score of the critical questions alone; None where they weigh nothing."""
        return 100 * self.contribution / self.weight_percent if self.weight_percent else None


@dataclass(frozen=True)
class Standing:
    """A score, or the reason there is none, and the outcome.

    `calculated_percent` is what the answers add up to; `percent` also obeys the form's rules for
    fatal answers and critical questions. `exact_percent` is `percent` before rounding. `outcome`
    is None where there is no score, or the form has no pass mark; `band` likewise.
    """

    percent: Decimal | None
    calculated_percent: Decimal | None
    exact_percent: Fraction | None
    no_score: NoScore | None
    outcome: Outcome | None
    band: str | None
    fatal_questions: tuple[str, ...]


@dataclass(frozen=True)
class Scorecard(Standing):
    """What scoring yields: the agent's standing, with the ledger behind it.

    `process` is the standing with the findings that were outside the agent's control: the
    same as the agent's where there are none. While questions are `unanswered` the numbers cover
    the answered ones only and are not final. `states` has every question and header field.
    """

    process: Standing
    states: Mapping[str, State]
    entries: tuple[Entry, ...]
    adjustments: tuple[Adjustment, ...]
    unanswered: tuple[str, ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def ledger(self) -> tuple[Entry | Adjustment, ...]:
        """Every answer and every rule that moved the score.

        The contributions sum exactly to `exact_percent` where there is a score.
        """
        return self.entries + self.adjustments

    @property
    def is_final(self) -> bool:
        """Whether every question that must be answered was."""
        return not self.unanswered

    def entry(self, question_id: str) -> Entry | None:
        """Return the line of a question, or None."""
        return next((e for e in self.entries if e.question_id == question_id), None)

    @cached_property
    def sections(self) -> tuple[SectionResult, ...]:
        """The result of every section, each followed by its subsections."""
        return tuple(self._section(name, inside) for name, inside in self.parts)

    @cached_property
    def lenses(self) -> tuple[LensResult, ...]:
        """The result of every lens of which a critical question was answered."""
        return tuple(self._lenses())

    def _section(self, section_id: str, inside: tuple[str, ...]) -> SectionResult:
        own = [entry for entry in self.entries if entry.section_id in inside]
        counted = [e for e in own if e.earned_points is not None and e.state is State.ANSWERED]
        zero = Decimal(0)
        return SectionResult(
            section_id,
            sum((entry.weight_percent for entry in own), Fraction(0)),
            sum((entry.contribution for entry in own), Fraction(0)),
            sum((e.earned_points or zero for e in counted), zero),
            sum((e.possible_points or zero for e in counted), zero),
            failed=any(a.section_id == section_id for a in self.adjustments),
        )

    def _lenses(self) -> Iterator[LensResult]:
        for lens in LENSES:
            own = [e for e in self.entries if e.critical == lens and e.state is State.ANSWERED]
            if own:
                yield LensResult(
                    lens,
                    len(own),
                    sum(1 for entry in own if entry.is_short),
                    sum((entry.weight_percent for entry in own), Fraction(0)),
                    sum((entry.contribution for entry in own), Fraction(0)),
                )
