"""Steps of an evaluation's life: what each brings it to, and the note of who took it, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from qm.core.life.rules import LifeRules
from qm.core.life.states import State, Step, leads
from qm.core.life.timing import due_at, needs_review, window_ends
from qm.store.life import locked_life, state_of
from qm.store.rules import life_rules
from qm.store.tables import Evaluation, EvaluationLife, LifeStep


@dataclass(frozen=True)
class Deed:
    """Who takes a step, when and why, and what else there is to tell of it."""

    actor: str
    at: datetime
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def begin_life(
    session: Session, evaluation: Evaluation, *, actor: str, at: datetime
) -> EvaluationLife:
    """Note that a stored evaluation was submitted, for the first time or again, and return it.

    Where the rules say so it is published at once. An agent's own evaluation is closed at once:
    there is nobody to publish it to.
    """
    rules = life_rules(session)
    life = locked_life(session, evaluation.assignment_id)
    step: Step = "submit" if life is None else "resubmit"
    if life is None:
        life = EvaluationLife(assignment_id=evaluation.assignment_id, state="submitted", since=at)
    deed = Deed(actor, at, evaluation.revision_reason or "")
    if evaluation.kind != "official":
        take_step(session, life, evaluation, step, "closed", rules, deed)
        life.published_revision, life.published_at = evaluation.revision, at
        return life
    take_step(session, life, evaluation, step, "submitted", rules, deed)
    is_reviewed = needs_review(rules, evaluation.assignment_id, evaluation.outcome)
    if rules.publication == "at_once" and not is_reviewed:
        publish(session, life, evaluation, rules, Deed(actor, at, detail={"by_rule": True}))
    return life


def publish(
    session: Session, life: EvaluationLife, evaluation: Evaluation, rules: LifeRules, deed: Deed
) -> None:
    """Let the agent see the evaluation from now on."""
    life.published_revision, life.published_at = evaluation.revision, deed.at
    take_step(session, life, evaluation, "publish", "published", rules, deed)


def take_step(
    session: Session,
    life: EvaluationLife,
    evaluation: Evaluation,
    step: Step,
    to_state: State,
    rules: LifeRules,
    deed: Deed,
) -> None:
    """Bring the life into `to_state` and note who did it, when and why.

    Raises ValueError for a step that does not lead there: whoever calls has to have checked.
    """
    from_state = None if step == "submit" else state_of(life, deed.at)
    if not leads(step, from_state, to_state):
        raise ValueError(f"{step} does not lead from {from_state} to {to_state}")
    life.state, life.since = to_state, deed.at
    life.due_at = due_at(to_state, rules, deed.at)
    if to_state == "acknowledged" and life.published_at is not None:
        life.due_at = window_ends(rules, life.published_at)
    session.add(life)
    session.add(
        LifeStep(
            assignment_id=evaluation.assignment_id,
            evaluation_id=evaluation.id or 0,
            step=step,
            from_state=from_state,
            to_state=to_state,
            actor=deed.actor,
            at=deed.at,
            reason=deed.reason,
            detail=dict(deed.detail),
        )
    )
