"""From the sum of the answers to the score: limits, fatal answers, the critical gate, bands.

“Zero” is a penalty: what lies below zero already stays where it is.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from qm.core.forms.form import Form
from qm.core.forms.gradables import FatalEffect
from qm.core.scoring.scorecards import Adjustment, Entry, NoScore, Outcome, Standing, State
from qm.core.scoring.weights import measure_span

_ZERO = Fraction(0)
_HUNDRED = Fraction(100)


class FatalAnswer(NamedTuple):
    """A fatal answer that was given; it fails a section, or with None the whole form."""

    question_id: str
    section_id: str | None
    effect: FatalEffect


class Judge:
    """The rules of a form that turn a sum into a score, made ready for many evaluations."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.lowest = Fraction(form.lowest_percent)
        self.highest = Fraction(form.highest_percent)
        gate = form.critical_gate_percent
        self.gate = form.method.gate_percent if gate is None else gate
        self.parts = tuple(part_ids(form))

    def judge(
        self,
        entries: tuple[Entry, ...],
        fatal: Sequence[FatalAnswer],
        total: Fraction,
        start: Fraction,
    ) -> tuple[Standing, tuple[Adjustment, ...]]:
        """Return what `total`, all answers with the start points, comes to, and what moved it."""
        adjustments = [Adjustment("start_points", start, weight_percent=start)] if start else []
        adjustments += self._failed_sections(entries, fatal, total) if fatal else []
        lost = [a.contribution for a in adjustments if a.reason == "section_fatal"]
        exact = sum(lost, total)
        if limit := self._limit(exact):
            adjustments.append(limit)
            exact += limit.contribution
        fails_form = [answer for answer in fatal if answer.section_id is None]
        if any(answer.effect == "zero" for answer in fails_form):
            adjustments.append(Adjustment("fatal", -max(exact, _ZERO)))
            exact = min(exact, _ZERO)
        elif self.gate is not None and self._is_gated(entries):
            adjustments.append(Adjustment("critical_gate", -max(exact, _ZERO)))
            exact = min(exact, _ZERO)
        percent = round_half_up(exact, self.form.places)
        calculated = self._calculated(total) if adjustments else percent
        standing = Standing(
            percent,
            calculated,
            exact,
            None,
            outcome_of(self.form, exact, is_fatal=bool(fails_form)),
            band_of(self.form, exact),
            tuple(dict.fromkeys([answer.question_id for answer in fatal])),
        )
        return standing, tuple(adjustments)

    def without_score(self, states: Mapping[str, State], fatal: Sequence[FatalAnswer]) -> Standing:
        """Return the standing where no score can be formed, with the reason."""
        is_fatal = any(answer.section_id is None for answer in fatal)
        questions = tuple(dict.fromkeys(answer.question_id for answer in fatal))
        outcome = outcome_of(self.form, None, is_fatal=is_fatal)
        reason = why_no_score(self.form, states)
        return Standing(None, None, None, reason, outcome, None, questions)

    def _calculated(self, total: Fraction) -> Decimal:
        limit = self._limit(total)
        return round_half_up(total + (limit.contribution if limit else _ZERO), self.form.places)

    def _failed_sections(
        self, entries: tuple[Entry, ...], fatal: Sequence[FatalAnswer], total: Fraction
    ) -> Iterator[Adjustment]:
        """Yield what every failed section loses; what an outer one lost is not lost again."""
        zeroed: set[str] = set()
        # "zero" sorts behind "keep": the harsher of two answers decides a section.
        effects = dict(sorted((a.section_id, a.effect) for a in fatal if a.section_id))
        for section_id, inside in self.parts:
            if section_id not in effects:
                continue
            loss = _ZERO
            own = [e for e in entries if e.section_id in inside and e.section_id not in zeroed]
            if effects[section_id] == "zero":
                zeroed.update(inside)
                loss = -max(sum((entry.contribution for entry in own), _ZERO), _ZERO)
                if self.form.method.combine == "lowest" and _has_answers(own):
                    # A section without points is the lowest grade there is.
                    loss, total = -max(total, _ZERO), _ZERO
            yield Adjustment("section_fatal", loss, section_id=section_id)

    def _limit(self, exact: Fraction) -> Adjustment | None:
        if exact < self.lowest:
            return Adjustment("lowest_percent", self.lowest - exact)
        if exact > self.highest:
            return Adjustment("highest_percent", self.highest - exact)
        return None

    def _is_gated(self, entries: tuple[Entry, ...]) -> bool:
        gate = Fraction(self.gate or 0)
        for entry in entries:
            if entry.critical is None or entry.state is not State.ANSWERED:
                continue
            question = self.form.question(entry.question_id)
            zero, span = measure_span(self.form, question)  # type: ignore[arg-type]
            earned = Fraction(entry.earned_points or 0)
            if span > 0 and 100 * (earned - zero) < gate * span:
                return True
        return False


def _has_answers(entries: Sequence[Entry]) -> bool:
    return any(
        entry.state is State.ANSWERED and entry.earned_points is not None for entry in entries
    )


def lowest_decides(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries as the worst answer decides: it alone weighs, or all that are as bad."""
    counted = [entry for entry in entries if entry.weight_percent]
    worst = min(entry.contribution / entry.weight_percent for entry in counted)
    deciding = {
        entry.question_id for entry in counted if entry.contribution == worst * entry.weight_percent
    }
    weight = _HUNDRED / len(deciding)
    return [
        dataclasses.replace(entry, weight_percent=weight, contribution=weight * worst)
        if entry.question_id in deciding
        else dataclasses.replace(entry, weight_percent=_ZERO, contribution=_ZERO)
        for entry in entries
    ]


def part_ids(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every section's id with the ids of the parts that count as it, then its parts'."""
    for section in form.sections:
        yield section.id, (section.id, *(inner.id for inner in section.sections))
        for inner in section.sections:
            yield inner.id, (inner.id,)


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Return `value` rounded half up (away from zero) to `places` decimals, exactly."""
    top, bottom = abs(value.numerator) * 10**places, value.denominator
    whole = (2 * top + bottom) // (2 * bottom)
    return Decimal(whole if value.numerator >= 0 else -whole).scaleb(-places)


def outcome_of(form: Form, exact: Fraction | None, *, is_fatal: bool) -> Outcome | None:
    """Return what a score comes to; None without a score or a pass mark."""
    if is_fatal:
        return "fail"
    if exact is None or form.pass_percent is None:
        return None
    # Six places first, so that a sum like .1+.2+.7 of decimals cannot miss its band by a hair.
    return "pass" if round_half_up(exact, 6) >= form.pass_percent else "fail"


def band_of(form: Form, exact: Fraction | None) -> str | None:
    """Return the id of the band a score lies in; None without a score or below every band."""
    if exact is None or not form.bands:
        return None
    compared = round_half_up(exact, 6)
    reached = [band for band in form.bands if band.from_percent <= compared]
    return max(reached, key=lambda band: band.from_percent).id if reached else None


def why_no_score(form: Form, states: Mapping[str, State]) -> NoScore:
    """Return why no score can be formed while the questions stand like this."""
    met = {states[question.id] for question in form.scored_questions()}
    if not met:
        return "unscored"
    if State.ANSWERED in met:
        return "nothing_weighs"
    if State.UNANSWERED in met:
        return "nothing_answered"
    if met == {State.HIDDEN}:
        return "nothing_asked"
    return "outside_control" if State.OUTSIDE_CONTROL in met else "all_not_applicable"
