"""An agent's published evaluations, as triggers and comparisons look at them."""

from dataclasses import dataclass
from datetime import datetime

QuestionKey = tuple[str, str]
"""A question: the form's id and the question's."""


@dataclass(frozen=True)
class Evaluated:
    """One contact's newest evaluation, published and official.

    `answered` are the questions that were answered in the agent's hands and earn points; of
    these `missed` fell short of full points and `fatal` were fatal. `weight` is the inverse of
    the inclusion probability, None for what no average counts (targeted picks, second scores).
    """

    assignment_id: int
    evaluation_id: int
    form: str
    version: str
    started_at: datetime
    published_at: datetime
    percent: float | None
    weight: float | None
    answered: frozenset[str]
    missed: frozenset[str]
    fatal: frozenset[str]

    def has(self, question: QuestionKey) -> bool:
        """Whether the question was answered in it."""
        return self.form == question[0] and question[1] in self.answered

    def misses(self, question: QuestionKey) -> bool:
        """Whether the question fell short in it."""
        return self.form == question[0] and question[1] in self.missed
