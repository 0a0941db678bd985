"""An agent's questions beside those of other agents: what is done clearly better, what is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from qm.core.estimates import Estimate
from qm.core.estimates.differences import share_difference
from qm.core.quality.questions import QuestionFigures, same_question

LEAST_ANSWERS = 5
"""Of fewer answers, the agent's or the others', nothing is called clear."""


@dataclass(frozen=True)
class Compared:
    """How often a question fell short of full points, beside the same question of others.

    `others` is their share short of full points, None where none of them was asked. `low` and
    `high` are the 95 % interval of the difference, own share − theirs, in percentage points; None
    where one side has fewer than five answers.
    """

    own: QuestionFigures
    others: Estimate | None
    low: float | None = None
    high: float | None = None

    @property
    def is_strength(self) -> bool:
        """Whether full points are clearly more frequent than among the others."""
        return self.high is not None and self.high < 0

    @property
    def is_weakness(self) -> bool:
        """Whether full points are clearly rarer than among the others."""
        return self.low is not None and self.low > 0


def compared(
    own: Sequence[QuestionFigures], others: Sequence[QuestionFigures]
) -> tuple[Compared, ...]:
    """Return the questions that earn points, beside the same ones of others, in their order.

    A question is the same with the same id and text, in whatever version of the form. Shares are
    weighted by the draw; the difference has Newcombe's interval on their effective n, so of forty
    questions alike one is called clearly better by chance, and one clearly worse.
    """
    theirs = {_same(figures): figures.short_share for figures in others}
    return tuple(
        _compared(figures, theirs.get(_same(figures)))
        for figures in own
        if figures.short_share.value is not None
    )


def strengths(questions: Sequence[Compared]) -> tuple[Compared, ...]:
    """Return the questions that are clearly better than the others', the clearest first."""
    found = [each for each in questions if each.is_strength]
    return tuple(sorted(found, key=lambda each: each.high or 0.0))


def to_work_on(questions: Sequence[Compared]) -> tuple[Compared, ...]:
    """Return the questions short of full points: the clearly worse ones first, then by how often.

    Strengths are left out, even where they fell short once.
    """
    found = [each for each in questions if each.own.short and not each.is_strength]
    return tuple(
        sorted(found, key=lambda each: (not each.is_weakness, -each.own.short, each.own.answered))
    )


def _same(figures: QuestionFigures) -> object:
    return same_question(figures.newest, versions_together=True)


def _compared(own: QuestionFigures, others: Estimate | None) -> Compared:
    if others is None or others.value is None:
        return Compared(own, None)
    if min(own.short_share.n, others.n) < LEAST_ANSWERS:
        return Compared(own, others)
    low, high = share_difference(*_parts(others), *_parts(own.short_share))
    return Compared(own, others, 100 * low, 100 * high)


def _parts(share: Estimate) -> tuple[float, float]:
    return (share.value or 0.0) / 100, share.effective_n or share.n
