"""Which questions cost the most: Pareto's order, with what they come to together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from qm.core.forms.form import Form
from qm.core.quality.facts import AskedQuestion, Facts
from qm.core.quality.questions import SameQuestion, forms_of, place_of, same_question
from qm.core.quality.results import FELL_SHORT
from qm.core.scoring.scorecards import State
from qm.core.scoring.weights import applied_rates

Measure = Literal["points", "interactions"]
Weights = Mapping[tuple[str, str], Mapping[str, float]]
"""By form version and question: what it weighs, in points of the score."""


@dataclass(frozen=True)
class Cost:
    """What a question costs: `percent` of all costs, `cumulative_percent` with those before it.

    `asked` is the question in each form version that it was failed in, `short` how often it fell
    short of full points.
    """

    asked: tuple[AskedQuestion, ...]
    short: int
    cost: float
    percent: float
    cumulative_percent: float


@dataclass(frozen=True)
class Pareto:
    """Questions by what they cost, the dearest first.

    `measure` points: how many points of the score the average interaction loses by the question
    at most, its weight times the share of all interactions in which it fell short (partial points
    are not seen, and what is not applicable makes the others weigh more). Interactions: that
    share alone, in percent.
    """

    measure: Measure
    costs: tuple[Cost, ...]


def pareto(facts: Facts, weights: Weights | None = None) -> Pareto:
    """Return the questions that fell short, by what they cost; equal ones in their form's order.

    By points with the weights of each form version (`weights_of`), by interactions without.
    A question of several versions of a form is one if it has the same id and the very same text
    in them: its costs add up. Otherwise it is another question in each.
    """
    counted = facts.counted
    stands_for = counted.evaluations["stands_for"].to_numpy(dtype=float)
    whole = max(float(stands_for.sum()), 1.0)
    costs: dict[SameQuestion, list[_Part]] = {}
    for form in forms_of(counted):
        results = counted.codes(form)
        short = results.are(FELL_SHORT)
        shares = stands_for[results.rows] @ short / whole
        found = zip(results.questions, short.sum(axis=0), shares, strict=True)
        for asked, count, share in found:
            if count:
                part = _Part(asked, int(count), float(share) * _weight(asked, weights))
                costs.setdefault(same_question(asked, versions_together=True), []).append(part)
    return Pareto("interactions" if weights is None else "points", tuple(_ranked(costs.values())))


def weights_of(form: Form) -> dict[str, float]:
    """Return what each question weighs, in points of the score, when all are asked and apply."""
    rates = applied_rates(form, {question.id: State.ANSWERED for question in form.questions()})
    return {question_id: float(rate.weight_percent) for question_id, rate in rates.of.items()}


class _Part(NamedTuple):
    asked: AskedQuestion
    short: int
    cost: float


def _weight(asked: AskedQuestion, weights: Weights | None) -> float:
    """Return what turns a share of interactions into what is measured."""
    if weights is None:
        return 100.0
    return weights[asked.form_id, asked.form_version].get(asked.question_id, 0.0)


def _ranked(questions: Iterable[Sequence[_Part]]) -> Iterator[Cost]:
    # Rounded to compare, so that the order of a sum's parts cannot decide between equals.
    costs = [(round(sum(part.cost for part in parts), 9), parts) for parts in questions]
    whole, so_far = sum(cost for cost, _parts in costs), 0.0
    for cost, parts in sorted(costs, key=lambda each: (-each[0], place_of(each[1][-1].asked))):
        so_far += cost
        yield Cost(
            tuple(part.asked for part in parts),
            sum(part.short for part in parts),
            cost,
            100 * cost / whole if whole else 0.0,
            100 * so_far / whole if whole else 0.0,
        )
