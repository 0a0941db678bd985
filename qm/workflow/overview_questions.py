"""The part of the overview that tells which questions cost the most points."""

from dataclasses import dataclass

from sqlmodel import Session

from qm.core.estimates import Estimate
from qm.core.quality.facts import AskedQuestion, Facts
from qm.core.quality.pareto import Cost, pareto, weights_of
from qm.core.quality.questions import same_question
from qm.core.quality.shortfalls import short_shares
from qm.workflow.published_forms import load_form

MOST_QUESTIONS = 10


@dataclass(frozen=True)
class QuestionCost:
    """A question that fell short: what it costs, and how often it did where it applied.

    `versions` are the form versions that this very question is asked in; () where that are all
    of the month that ask any question of its id.
    """

    cost: Cost
    share: Estimate
    versions: tuple[str, ...]

    @property
    def asked(self) -> AskedQuestion:
        """The question as the newest of its form versions asks it."""
        return self.cost.asked[-1]

    @property
    def form(self) -> str:
        """The newest of its form versions, such as `inbound-call@1`."""
        return f"{self.asked.form_id}@{self.asked.form_version}"


def question_costs(session: Session, facts: Facts) -> tuple[QuestionCost, ...]:
    """Return the questions that cost the most points of the score, the dearest first."""
    weights = {form: weights_of(load_form(session, *form)) for form in facts.questions}
    costs = pareto(facts, weights).costs[:MOST_QUESTIONS]
    alike = [_alike(facts, cost.asked[-1]) for cost in costs]
    shares = short_shares(facts, [same for same, _ in alike])
    return tuple(
        QuestionCost(cost, share, () if is_all else tuple(each.form_version for each in same))
        for cost, share, (same, is_all) in zip(costs, shares, alike, strict=True)
    )


def _alike(facts: Facts, question: AskedQuestion) -> tuple[list[AskedQuestion], bool]:
    """Return the question in each form version that asks the same, and whether that are all."""
    of_id = [
        each
        for form in sorted(facts.questions, key=lambda form: int(form[1]))
        for each in facts.questions[form]
        if (each.form_id, each.question_id) == (question.form_id, question.question_id)
    ]
    wanted = same_question(question, versions_together=True)
    same = [each for each in of_id if same_question(each, versions_together=True) == wanted]
    return same, len(same) == len(of_id)
