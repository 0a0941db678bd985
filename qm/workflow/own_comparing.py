"""Agents' own evaluations: which they have to make, and each beside the official one."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.personal_data.masking import masked
from qm.core.problems import NotAllowed
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard, State
from qm.core.text import Wording
from qm.store import own_evaluations as store
from qm.store.engine import transaction
from qm.store.evaluations import answers_of as rows_of
from qm.store.evaluations import find_readable
from qm.store.life import names_of
from qm.store.privacy import rules_in_force
from qm.store.tables import Evaluation
from qm.workflow.evaluation_rows import answers_of, masked_answers
from qm.workflow.published_forms import load_form


@dataclass(frozen=True)
class Side:
    """One of the two: who evaluated, the score and the answers; what was written is masked."""

    evaluation: Evaluation
    name: Wording
    answers: dict[str, Answer]
    card: Scorecard
    coaching: str

    def value(self, question_id: str) -> tuple[State, object]:
        """Return what was answered, comments and evidence apart."""
        answer = self.answers.get(question_id, Answer())
        given = answer.model_copy(update={"comment": "", "evidence": (), "reasons": ()})
        return self.card.states[question_id], given


@dataclass(frozen=True)
class Beside:
    """An evaluation and another one of the same interaction, one official and one not.

    `official` is a lead's yardstick, `own` the agent's or a colleague's. `asked` are the
    questions that at least one of them was asked, in the form's order.
    """

    form: Form
    official: Side
    own: Side

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions that are not hidden in both."""
        sides = (self.official, self.own)
        return tuple(
            question.id
            for question in self.form.questions()
            if any(side.card.states[question.id] is not State.HIDDEN for side in sides)
        )

    @property
    def different(self) -> frozenset[str]:
        """The questions that were answered differently."""
        return frozenset(
            name for name in self.asked if self.official.value(name) != self.own.value(name)
        )

    @property
    def delta(self) -> float | None:
        """The own score minus the official one; None where one of them has none."""
        own, official = self.own.evaluation.percent, self.official.evaluation.percent
        return None if own is None or official is None else own - official


def list_own_assignments(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return the person's own self- and peer evaluations, to be made and made, by due date.

    See `qm.store.own_evaluations.own_assignments`.
    """
    with transaction(engine) as session:
        return store.own_assignments(session, actor.username)


def beside(engine: Engine, actor: Actor, evaluation_id: int) -> tuple[Beside, ...]:
    """Return an evaluation beside each of its counterparts that the person may read, too.

    Beside an official one stand the agent's and colleagues', beside one of those the official.
    Nothing where there is none. Raises `NotAllowed` where the person may not read the evaluation.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        evaluation = find_readable(session, actor, evaluation_id)
        if evaluation is None:
            raise NotAllowed(f"evaluation {evaluation_id} is not yours to read")
        others = store.others_of_interaction(session, actor, evaluation)
        if not others:
            return ()
        form = load_form(session, evaluation.form_id, evaluation.form_version)
        names = names_of(session, {each.evaluator for each in (evaluation, *others)})
        this = _side(session, form, evaluation, names)
        sides = [_side(session, form, each, names) for each in others]
        if evaluation.kind == "official":
            return tuple(Beside(form, this, own) for own in sides)
        return tuple(Beside(form, official, this) for official in sides)


def _side(session: Session, form: Form, evaluation: Evaluation, names: dict[str, Wording]) -> Side:
    rules = rules_in_force(session)
    answers = answers_of(form, rows_of(session, evaluation.id or 0))
    return Side(
        evaluation=evaluation,
        name=names[evaluation.evaluator],
        answers=masked_answers(answers, rules),
        card=score(form, answers, evaluation.facts),
        coaching=masked(evaluation.coaching, rules),
    )
