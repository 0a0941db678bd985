"""Where evaluations are in their lives, every step they took, and what of them is published."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, true
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.core.life.states import State
from qm.core.life.timing import state_at
from qm.core.text import Wording
from qm.store.locking import locked
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


def life_state(now: datetime) -> ColumnElement[str]:
    """Return the state at `now` of an `EvaluationLife` of the query; see `timing.state_at`."""
    state = col(EvaluationLife.state)
    is_over = and_(state == "acknowledged", col(EvaluationLife.due_at) < now)
    return case((is_over, "closed"), else_=state).label("state")


def is_official() -> ColumnElement[bool]:
    """Return the condition that an `Evaluation` of the query counts in figures."""
    return col(Evaluation.kind) == "official"


def state_of(life: EvaluationLife, now: datetime) -> State:
    """Return the state of a life at `now`."""
    return state_at(cast("State", life.state), life.due_at, now)


def locked_life(session: Session, assignment_id: int) -> EvaluationLife | None:
    """Return the life of an assignment's evaluation, locked against other steps meanwhile."""
    return locked(session, EvaluationLife, assignment_id)


def life_of(session: Session, assignment_id: int) -> EvaluationLife | None:
    """Return the life of an assignment's evaluation, None before it is submitted."""
    return session.get(EvaluationLife, assignment_id)


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


def is_reachable(session: Session, agent_id: str) -> bool:
    """Whether an agent has an account with which to read and to answer."""
    theirs = select(col(User.username)).where(col(User.agent_id) == agent_id, col(User.is_active))
    return session.scalars(theirs.limit(1)).first() is not None


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
