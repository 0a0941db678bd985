"""What a person sees of an evaluation's life: steps, revisions, disputes, and what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.form import Form
from qm.core.life.deciding import may_dispute_again, steps_open
from qm.core.life.rules import LifeRules
from qm.core.life.states import PUBLISHED, State, Step
from qm.core.life.timing import is_overdue, window_ends
from qm.core.problems import NotAllowed
from qm.core.text import Wording
from qm.store import evaluations as store
from qm.store import life as lives
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import Dispute, DisputedQuestion, Evaluation, LifeStep
from qm.workflow.evaluation_life import BY_RULE
from qm.workflow.life_assigning import Given, given_to
from qm.workflow.life_matters import Case, load_case
from qm.workflow.published_forms import load_form
from qm.workflow.revisions import Revision, revisions_of


@dataclass(frozen=True)
class Objection:
    """A dispute with its questions; `approver` is the role it waits for, None when decided."""

    dispute: Dispute
    questions: tuple[DisputedQuestion, ...]
    approver: str | None


@dataclass(frozen=True)
class Life:
    """Where an evaluation is in its life, as far as the person may see it.

    `evaluation` is its latest revision. Agents see neither steps nor revisions from before it was
    published. `due_at` is when the next step should be taken; `disputable_until` when the agent's
    window ends, None where nothing is left to dispute. `may` are the steps the person may take
    now. `names` are those of everybody in it, by username.
    """

    evaluation: Evaluation
    form: Form
    state: State
    due_at: datetime | None
    is_overdue: bool
    disputable_until: datetime | None
    needs_review: bool
    steps: tuple[LifeStep, ...]
    revisions: tuple[Revision, ...]
    objections: tuple[Objection, ...]
    names: dict[str, Wording]
    may: frozenset[Step]
    may_evaluate_too: bool
    rules: LifeRules
    given: Given | None = None

    @property
    def open_objection(self) -> Objection | None:
        """The dispute that waits for a decision."""
        return next((each for each in self.objections if each.approver is not None), None)


def read_life(engine: Engine, actor: Actor, evaluation_id: int, *, now: datetime) -> Life:
    """Return the life of an evaluation for somebody who may read it, else raise `NotAllowed`.

    Any revision's id leads to it.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        found = store.find_readable(session, actor, evaluation_id)
        if found is None:
            raise NotAllowed(f"evaluation {evaluation_id} is not yours to read")
        latest = store.latest_of(session, found.assignment_id) or found
        case = load_case(session, latest, now=now)
        form = load_form(session, latest.form_id, latest.form_version)
        steps, revisions = _visible(session, actor, case)
        objections = _objections(session, case)
        given = given_to(session, actor, latest)
        return Life(
            evaluation=latest,
            form=form,
            state=case.matter.state,
            due_at=case.life.due_at,
            is_overdue=is_overdue(case.matter.state, case.life.due_at, now),
            disputable_until=_disputable_until(case, now),
            needs_review=case.matter.needs_review,
            steps=tuple(steps),
            revisions=revisions_of(session, revisions, form, rules_in_force(session)),
            objections=objections,
            names=lives.names_of(session, _people(steps, revisions, objections, given)),
            may=steps_open(actor, case.matter, case.rules, now),
            may_evaluate_too=may_evaluate_too(actor, case),
            rules=case.rules,
            given=given,
        )


def may_evaluate_too(actor: Actor, case: Case) -> bool:
    """Whether this is the agent of the evaluation, who may evaluate the interaction as well."""
    return (
        case.rules.self_evaluation
        and actor.may("answer_evaluations")
        and case.evaluation.kind == "official"
        and case.matter.state in PUBLISHED
        and actor.agent_id == case.evaluation.agent_id
    )


def _visible(session: Session, actor: Actor, case: Case) -> tuple[list[LifeStep], list[Evaluation]]:
    life = case.life
    steps = [*lives.steps_of(session, life.assignment_id), *_closed_by_time(case)]
    revisions = store.revisions_of(session, life.assignment_id)
    if actor.role != "agent" or life.published_revision is None:
        return steps, revisions
    first = life.published_revision
    first_ids = {each.id for each in revisions if each.revision < first}
    seen = [step for step in steps if step.evaluation_id not in first_ids]
    return (
        [step for step in seen if step.step not in {"submit", "return", "resubmit"}],
        [each for each in revisions if each.revision >= first],
    )


def _closed_by_time(case: Case) -> list[LifeStep]:
    """Return the step that nobody took: the dispute window of what was acknowledged is over."""
    if case.matter.state == case.life.state or case.life.due_at is None:
        return []
    return [
        LifeStep(
            assignment_id=case.life.assignment_id,
            evaluation_id=case.evaluation.id or 0,
            step="close",
            from_state=case.life.state,
            to_state=case.matter.state,
            actor=BY_RULE,
            at=case.life.due_at,
            detail={"by_rule": True},
        )
    ]


def _objections(session: Session, case: Case) -> tuple[Objection, ...]:
    found = lives.disputes_of(session, case.evaluation.assignment_id)
    return tuple(
        Objection(
            dispute,
            tuple(questions),
            case.rules.approver(dispute.stage) if dispute.state == "open" else None,
        )
        for dispute, questions in found
    )


def _disputable_until(case: Case, now: datetime) -> datetime | None:
    if case.matter.state not in {"published", "acknowledged"} or case.life.published_at is None:
        return None
    if not may_dispute_again(case.rules, case.life.disputes):
        return None
    end = window_ends(case.rules, case.life.published_at)
    return end if now <= end else None


def _people(
    steps: Sequence[LifeStep],
    revisions: Sequence[Evaluation],
    objections: Sequence[Objection],
    given: Given | None,
) -> set[str]:
    people = {step.actor for step in steps}
    people |= {name for name in (given.evaluator, given.by) if name} if given else set()
    people |= {each.revised_by or each.evaluator for each in revisions}
    people |= {each.dispute.raised_by for each in objections}
    return people | {each.dispute.decided_by for each in objections if each.dispute.decided_by}
