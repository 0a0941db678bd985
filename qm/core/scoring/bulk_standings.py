"""Sums, limits and rounding of many evaluations in which all questions stand alike."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from qm.core.scoring.judging import FatalAnswer, why_no_score
from qm.core.scoring.score import POINT_PARTS, Asked, Scorer
from qm.core.scoring.scorecards import State
from qm.core.scoring.weights import measure_span

_COMPARED = 10**6  # bands are compared after rounding to six places
_SAFE = 2**62
_Integers = npt.NDArray[Any]  # int64, or Python's own integers where those would not fit
_Flags = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Column:
    """The answers of all evaluations to one question; -1 is no answer, otherwise a reading."""

    asked: Asked
    codes: npt.NDArray[np.int64]
    states: npt.NDArray[np.int8]
    earned: _Integers
    fatal: list[tuple[FatalAnswer, ...]]
    texts: list[str]


class Standings:
    """The standings of evaluations in which all questions stand alike."""

    def __init__(
        self,
        scorer: Scorer,
        columns: Mapping[str, Column],
        rows: npt.NDArray[np.int64],
        states: dict[str, State],
    ) -> None:
        self.scorer, self.form, self.judge = scorer, scorer.form, scorer.judge
        self.columns, self.rows, self.states = columns, rows, states
        self.plan = scorer.plan(states)
        self.counted = [columns[name] for name in self.plan.rates.of]
        self.fatal = list(self._fatal_answers())
        self.is_fatal = self._any(answer for answer, _ in self.fatal)
        self.fails_form = self._any(a for a, _ in self.fatal if a.section_id is None)
        if self.plan.rates.of:
            self._score()

    def write(self, found: dict[str, Any]) -> None:
        """Write the agent's standings into the columns of a result."""
        found["is_fatal"][self.rows] = self.is_fatal
        found["outcome"][self.rows] = self._outcome()
        if not self.plan.rates.of:
            found["no_score"][self.rows] = why_no_score(self.form, self.states)
            return
        found["percent"][self.rows] = self._rounded(self.exact)
        found["calculated_percent"][self.rows] = self._rounded(self.calculated)
        found["band"][self.rows] = self._band()

    def write_process(self, found: dict[str, Any]) -> None:
        """Write the process's standings into the columns of a result."""
        found["process_outcome"][self.rows] = self._outcome()
        if self.plan.rates.of:
            found["process_percent"][self.rows] = self._rounded(self.exact)

    def _score(self) -> None:
        """Work out the scores in whole numbers of 1/`unit` percent."""
        linear = self._measures if self.form.method.combine == "lowest" else self._contributions
        self.unit, start, lines = linear()
        bound = abs(start) + sum(
            abs(slope) * int(np.abs(column.earned).max()) + abs(fixed)
            for column, (slope, fixed) in zip(self.counted, lines, strict=True)
        )
        # Rounding doubles a sum and multiplies it; beyond 64 bits Python's integers take over.
        is_small = 2 * _COMPARED * max(bound, 100 * self.unit) < _SAFE
        self.dtype: Any = np.int64 if is_small else object
        given = [
            column.earned.astype(self.dtype)[column.codes[self.rows]] * slope + fixed
            for column, (slope, fixed) in zip(self.counted, lines, strict=True)
        ]
        total = self._total(start, given)
        self.calculated = self._limited(total)
        self.exact = self._limited(total - self._lost_in_sections(total, given))
        to_zero = self._any(a for a, _ in self.fatal if a.section_id is None and a.effect == "zero")
        zeroed = to_zero | self._gated()
        self.exact[zeroed] = np.minimum(self.exact, 0)[zeroed]

    def _contributions(self) -> tuple[int, int, list[tuple[int, int]]]:
        """Return the unit, the start points' part, and per question slope and constant."""
        unit, lines = self.plan.denominator * POINT_PARTS, []
        for rate in self.plan.rates.of.values():
            fixed = -rate.per_point * rate.zero_points if rate.fixed is None else rate.fixed
            lines.append((int(rate.per_point * unit / POINT_PARTS), int(fixed * unit)))
        return unit, int(self.plan.rates.start * unit), lines

    def _measures(self) -> tuple[int, int, list[tuple[int, int]]]:
        """Return the same for the percent that each answer measures, were it alone."""
        pairs = []
        for rate in self.plan.rates.of.values():
            weight = rate.weight_percent / 100 or Fraction(1)
            fixed = -rate.per_point * rate.zero_points if rate.fixed is None else rate.fixed
            pairs.append((rate.per_point / POINT_PARTS / weight, fixed / weight))
        unit = math.lcm(*(part.denominator for pair in pairs for part in pair)) * POINT_PARTS
        return unit, 0, [(int(slope * unit), int(fixed * unit)) for slope, fixed in pairs]

    def _total(self, start: int, given: list[_Integers]) -> _Integers:
        if self.form.method.combine == "lowest":
            weights = [rate.weight_percent for rate in self.plan.rates.of.values()]
            weighing = [part for part, weight in zip(given, weights, strict=True) if weight]
            lowest: _Integers = np.minimum.reduce(weighing)
            return lowest
        total: _Integers = np.full(len(self.rows), start, dtype=self.dtype)
        for part in given:
            total = total + part
        return total

    def _lost_in_sections(self, total: _Integers, given: list[_Integers]) -> _Integers:
        """Return what failed sections take; what an outer one lost is not lost again."""
        lost: _Integers = np.zeros(len(self.rows), dtype=self.dtype)
        if all(answer.section_id is None for answer, _ in self.fatal):
            return lost
        by_part: dict[str, Any] = {}
        for column, part in zip(self.counted, given, strict=True):
            home = column.asked.section_id
            by_part[home] = by_part.get(home, 0) + part
        zeroed = {part.id: self._any(()) for part in self.form.parts()}
        answered = {
            asked.section_id
            for asked in self.scorer.body
            if asked.is_scored and self.states[asked.id] is State.ANSWERED
        }
        for section_id, inside in self.judge.parts:
            fails = self._any(
                a for a, _ in self.fatal if a.section_id == section_id and a.effect == "zero"
            )
            earned = np.zeros(len(self.rows), dtype=self.dtype)
            for name in inside:
                newly = fails & ~zeroed[name]
                zeroed[name] = zeroed[name] | fails
                if self.form.method.combine == "lowest":
                    if name in answered:
                        lost[newly] = np.maximum(total, 0)[newly]
                elif name in by_part:
                    earned[newly] += by_part[name][newly]
            lost = lost + np.maximum(earned, 0)
        return lost

    def _limited(self, total: _Integers) -> _Integers:
        lowest, highest = int(self.judge.lowest * self.unit), int(self.judge.highest * self.unit)
        limited: _Integers = np.minimum(np.maximum(total, lowest), highest)
        return limited.astype(self.dtype)

    def _gated(self) -> _Flags:
        """Return where a critical question fell below the gate."""
        gated = self._any(())
        if self.judge.gate is None:
            return gated
        for name, question in self.scorer.scored.items():
            if question.critical is None or self.states[name] is not State.ANSWERED:
                continue
            zero, span = measure_span(self.form, question)
            if span > 0:
                passing = (zero + Fraction(self.judge.gate) * span / 100) * POINT_PARTS
                column = self.columns[name]
                gated |= (column.earned < math.ceil(passing))[column.codes[self.rows]]
        return gated

    def _fatal_answers(self) -> Iterator[tuple[FatalAnswer, _Flags]]:
        """Yield every fatal answer that was given, with the rows that gave it."""
        for name, column in self.columns.items():
            if self.states[name] is State.ANSWERED and any(column.fatal):
                for answer in sorted(set().union(*column.fatal), key=str):
                    known = np.array([answer in fatal for fatal in column.fatal])
                    yield answer, known[column.codes[self.rows]]

    def _any(self, answers: Iterable[FatalAnswer]) -> _Flags:
        """Return the rows in which one of these fatal answers was given."""
        wanted = set(answers)
        flags = np.zeros(len(self.rows), dtype=bool)
        for answer, rows in self.fatal:
            if answer in wanted:
                flags |= rows
        return flags

    def _half_up(self, exact: _Integers, factor: int) -> _Integers:
        """Return exact percentages times `factor`, rounded half up (away from zero)."""
        whole: _Integers = (2 * factor * np.abs(exact) + self.unit) // (2 * self.unit)
        return np.where(exact < 0, -whole, whole)

    def _rounded(self, exact: _Integers) -> _Integers:
        scale = 10**self.form.places
        rounded: _Integers = self._half_up(exact, scale).astype(float) / scale
        return rounded.astype(object)

    def _outcome(self) -> Any:
        outcome = np.full(len(self.rows), None, dtype=object)
        if self.plan.rates.of and self.form.pass_percent is not None:
            mark = int(self.form.pass_percent * _COMPARED)
            passes = self._half_up(self.exact, _COMPARED) >= mark
            outcome = np.where(passes.astype(bool), "pass", "fail").astype(object)
        outcome[self.fails_form] = "fail"
        return outcome

    def _band(self) -> Any:
        bands = sorted(self.form.bands, key=lambda band: band.from_percent)
        names = np.array([None, *(band.id for band in bands)], dtype=object)
        marks = [int(band.from_percent * _COMPARED) for band in bands]
        compared = self._half_up(self.exact, _COMPARED)
        return names[np.searchsorted(marks, compared, side="right")]
