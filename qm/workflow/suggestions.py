"""How often people take what the words of interactions suggest, by rule."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.phrases.rules import PhraseRules, Rule
from qm.store.engine import transaction
from qm.store.tables import AnswerRow, Evaluation


@dataclass(frozen=True)
class Acceptance:
    """What became of a rule's suggestions: `accepted` of `shown` were what the person answered."""

    rule: Rule
    accepted: int
    shown: int

    @property
    def percent(self) -> float | None:
        """The accepted share; None before anything was suggested."""
        return 100 * self.accepted / self.shown if self.shown else None


def acceptance(engine: Engine, actor: Actor, rules: PhraseRules) -> list[Acceptance]:
    """Return how often the suggestions of each rule were taken, in the rules' order.

    Counted are first revisions, which are the evaluator's own. What was suggested before a rule
    changed counts for the rule that suggests to the question now.
    """
    actor.require("see_forms")
    is_taken = col(AnswerRow.value) == col(AnswerRow.suggested)
    query = (
        select(
            col(Evaluation.form_id),
            col(AnswerRow.question_id),
            func.count().filter(is_taken),
            func.count(),
        )
        .join(Evaluation, col(Evaluation.id) == col(AnswerRow.evaluation_id))
        .where(col(AnswerRow.suggested).is_not(None), col(Evaluation.revision) == 1)
        .group_by(col(Evaluation.form_id), col(AnswerRow.question_id))
    )
    with transaction(engine) as session:
        counted = {(row[0], row[1]): (row[2], row[3]) for row in session.execute(query)}
    found = []
    for rule in rules.rules:
        counts = [counted.get((wish.form, wish.question), (0, 0)) for wish in rule.suggests]
        if counts:
            accepted, shown = (sum(each) for each in zip(*counts, strict=True))
            found.append(Acceptance(rule, accepted, shown))
    return found
