"""Where evaluations are in their lives, every step they took, and what of them is published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, update
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.core.life.rules import LifeRules
from qm.core.life.states import State, Step, leads
from qm.core.life.timing import due_at, needs_review, window_ends
from qm.core.text import Wording
from qm.store.rules import life_rules
from qm.store.tables import (
    Dispute,
    DisputedQuestion,
    Evaluation,
    EvaluationLife,
    LifeStep,
    User,
)


def is_published() -> ColumnElement[bool]:
    """Return the condition that an `Evaluation` of the query is one that its agent may see.

    True of the revision that was published and of those after it, never of one before it.
    """
    published = exists().where(
        col(EvaluationLife.assignment_id) == col(Evaluation.assignment_id),
        col(EvaluationLife.published_revision) <= col(Evaluation.revision),
    )
    return published.correlate(Evaluation)


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an `Evaluation` of the query is one that the person may read.

    Analysts read their own, leads their team's, agents those of their own interactions that are
    published, and what they evaluated themselves.
    """
    own_work = col(Evaluation.evaluator) == actor.username
    if actor.role == "analyst":
        return own_work
    if actor.role == "lead":
        return col(Evaluation.team_id) == (actor.team_id or "")
    if actor.role == "agent":
        is_about_them = col(Evaluation.agent_id) == (actor.agent_id or "")
        return or_(own_work, and_(is_about_them, is_published()))
    return true()


def is_official() -> ColumnElement[bool]:
    """Return the condition that an `Evaluation` of the query counts in figures."""
    return col(Evaluation.kind) == "official"


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
    from_state = None if step == "submit" else state_of(life)
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


def state_of(life: EvaluationLife) -> State:
    """Return the state of a life."""
    return cast("State", life.state)


def locked_life(session: Session, assignment_id: int) -> EvaluationLife | None:
    """Return the life of an assignment's evaluation, locked against other steps meanwhile."""
    mine = col(EvaluationLife.assignment_id) == assignment_id
    # A write that changes nothing: SQLite knows no other lock.
    same = update(EvaluationLife).where(mine).values(disputes=col(EvaluationLife.disputes))
    session.execute(same, execution_options={"synchronize_session": False})
    return session.get(EvaluationLife, assignment_id, populate_existing=True)


def life_of(session: Session, assignment_id: int) -> EvaluationLife | None:
    """Return the life of an assignment's evaluation, None before it is submitted."""
    return session.get(EvaluationLife, assignment_id)


def expired(session: Session, now: datetime) -> list[tuple[EvaluationLife, Evaluation]]:
    """Return at most 200 acknowledged evaluations whose window is over, locked."""
    query = (
        select(EvaluationLife, Evaluation)
        .join(Evaluation, col(Evaluation.assignment_id) == col(EvaluationLife.assignment_id))
        .where(
            col(EvaluationLife.state) == "acknowledged",
            col(EvaluationLife.due_at) < now,
            col(Evaluation.is_latest).is_(True),
        )
        .order_by(col(EvaluationLife.due_at))
        .limit(200)
        .with_for_update(of=EvaluationLife, skip_locked=True)
    )
    return [(life, evaluation) for life, evaluation in session.execute(query)]


def disputes_of(
    session: Session, assignment_id: int
) -> list[tuple[Dispute, list[DisputedQuestion]]]:
    """Return the disputes of an evaluation with their questions, the first round first."""
    query = select(Dispute).where(col(Dispute.assignment_id) == assignment_id)
    disputes = list(session.scalars(query.order_by(col(Dispute.round))))
    ids = [dispute.id for dispute in disputes]
    asked = select(DisputedQuestion).where(col(DisputedQuestion.dispute_id).in_(ids))
    questions: dict[int, list[DisputedQuestion]] = {}
    for question in session.scalars(asked.order_by(col(DisputedQuestion.question_id))):
        questions.setdefault(question.dispute_id, []).append(question)
    return [(dispute, questions.get(dispute.id or 0, [])) for dispute in disputes]


def questions_of(session: Session, dispute_id: int) -> list[DisputedQuestion]:
    """Return the questions of a dispute."""
    query = select(DisputedQuestion).where(col(DisputedQuestion.dispute_id) == dispute_id)
    return list(session.scalars(query.order_by(col(DisputedQuestion.question_id))))


def open_dispute(session: Session, assignment_id: int) -> Dispute | None:
    """Return the dispute of an evaluation that waits for a decision, None where there is none."""
    query = select(Dispute).where(
        col(Dispute.assignment_id) == assignment_id, col(Dispute.state) == "open"
    )
    return session.scalars(query).first()


def names_of(session: Session, usernames: Iterable[str]) -> dict[str, Wording]:
    """Return the names of these users; whoever is no user is called by the username."""
    query = select(User).where(col(User.username).in_(set(usernames)))
    users = {user.username: user for user in session.scalars(query)}
    return {
        username: Wording(en=user.name or username, fa=user.name_fa or None)
        if (user := users.get(username))
        else Wording(en=username)
        for username in usernames
    }


def return_reason(session: Session, assignment_id: int) -> str | None:
    """Return why an evaluation was sent back last, None where it never was."""
    query = (
        select(col(LifeStep.reason))
        .where(col(LifeStep.assignment_id) == assignment_id, col(LifeStep.step) == "return")
        .order_by(col(LifeStep.id).desc())
        .limit(1)
    )
    return session.scalars(query).first()


def steps_of(session: Session, assignment_id: int) -> list[LifeStep]:
    """Return every step of an evaluation's life, the oldest first."""
    query = (
        select(LifeStep)
        .where(col(LifeStep.assignment_id) == assignment_id)
        .order_by(col(LifeStep.id))
    )
    return list(session.scalars(query))
