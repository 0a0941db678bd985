"""How much waits for somebody: a few counts, each over an index."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.core.life.rules import LifeRules
from qm.core.life.timing import needs_review
from qm.store.life import is_published
from qm.store.sampled_picks import Scope
from qm.store.tables import (
    Assignment,
    CoachingNote,
    CoachingProposal,
    CoachingSession,
    Commitment,
    Dispute,
    Evaluation,
    EvaluationLife,
)

_Where = ColumnElement[bool]


@dataclass(frozen=True)
class Count:
    """How many, how many of them overdue, and when the first is or was due."""

    number: int
    overdue: int = 0
    first_due: datetime | date | None = None


def assignments(session: Session, username: str, now: datetime, *, is_returned: bool) -> Count:
    """Count an evaluator's open assignments: those that came back, or the others."""
    returned = select(col(EvaluationLife.assignment_id)).where(
        col(EvaluationLife.assignment_id) == col(Assignment.id),
        col(EvaluationLife.state) == "returned",
    )
    own = (col(Assignment.evaluator) == username, col(Assignment.state) == "open")
    which = returned.exists() if is_returned else ~returned.exists()
    return _count(session, col(Assignment.due_at), now, *own, which)


def to_publish(
    session: Session,
    rules: LifeRules,
    scope: Scope,
    now: datetime,
    *,
    is_qa_lead: bool,
    not_by: str,
) -> Count:
    """Count the submitted evaluations of others that a lead, or the QA lead, is to publish.

    The rules say whose each of them is; only where they ask for reviews is that looked up one by
    one.
    """
    where = (*_of(Evaluation, scope), col(Evaluation.evaluator) != not_by)
    if not rules.review_share_percent and not rules.review_fatal:
        is_theirs = (rules.publication == "by_qa_lead") == is_qa_lead
        return _lives(session, "submitted", now, *where) if is_theirs else Count(0)
    query = _in_state(
        select(col(Evaluation.assignment_id), col(Evaluation.outcome), col(EvaluationLife.due_at)),
        "submitted",
    ).where(*where)
    dues = [
        due
        for assignment, outcome, due in session.execute(query)
        if is_qa_lead
        == (rules.publication == "by_qa_lead" or needs_review(rules, assignment, outcome))
    ]
    known = [due for due in dues if due is not None]
    return Count(len(dues), sum(due < now for due in known), min(known, default=None))


def to_acknowledge(session: Session, scope: Scope, now: datetime) -> Count:
    """Count the published evaluations that their agent has not acknowledged yet."""
    return _lives(session, "published", now, *_of(Evaluation, scope))


def disputes(
    session: Session, scope: Scope, now: datetime, *, stage: int, is_last: bool, not_by: str
) -> Count:
    """Count the open disputes at this stage, or beyond the last, about evaluations of others."""
    own = aliased(Evaluation)
    by_oneself = select(col(own.id)).where(
        col(own.assignment_id) == col(Dispute.assignment_id),
        or_(col(own.evaluator) == not_by, col(own.revised_by) == not_by),
    )
    is_here = col(Dispute.stage) >= stage if is_last else col(Dispute.stage) == stage
    where = (col(Dispute.state) == "open", is_here, ~by_oneself.exists(), *_of(Dispute, scope))
    return _count(session, col(Dispute.due_at), now, *where)


def disputes_decided(session: Session, agent_id: str, since: datetime) -> Count:
    """Count the disputes of an agent that were decided since then."""
    where = (col(Dispute.agent_id) == agent_id, col(Dispute.decided_at) >= since)
    return _counted(session, select(func.count()).select_from(Dispute).where(*where))


def notes(session: Session, state: str, scope: Scope, now: datetime) -> Count:
    """Count the coaching notes of a scope in this state; an agent's only of what is published."""
    where = [col(CoachingNote.state) == state, *_of(CoachingNote, scope)]
    if scope.agent_id is not None:
        published = select(col(Evaluation.id)).where(
            col(Evaluation.id) == col(CoachingNote.evaluation_id), is_published()
        )
        where.append(published.exists())
    return _count(session, col(CoachingNote.due_at), now, *where)


def notes_returned(session: Session, author: str, now: datetime) -> Count:
    """Count the coaching notes that came back to their author."""
    where = (col(CoachingNote.state) == "returned", col(CoachingNote.author) == author)
    return _count(session, col(CoachingNote.due_at), now, *where)


def talks(session: Session, scope: Scope, now: datetime, until: datetime) -> Count:
    """Count the coaching talks that are planned until then."""
    soon = (col(CoachingSession.state) == "planned", col(CoachingSession.planned_at) <= until)
    where = (*soon, *_of(CoachingSession, scope))
    return _count(session, col(CoachingSession.planned_at), now, *where)


def commitments(session: Session, scope: Scope, today: date, until: date) -> Count:
    """Count the open commitments that are due until then."""
    query = _counting(col(Commitment.due_on), today).select_from(Commitment)
    if scope.team_id is not None:
        query = query.join(CoachingSession, col(CoachingSession.id) == col(Commitment.session_id))
        query = query.where(col(CoachingSession.team_id) == scope.team_id)
    if scope.agent_id is not None:
        query = query.where(col(Commitment.agent_id) == scope.agent_id)
    return _counted(
        session, query.where(col(Commitment.state) == "open", col(Commitment.due_on) <= until)
    )


def proposals(session: Session, scope: Scope) -> Count:
    """Count what triggers proposed and nobody decided on."""
    where = (col(CoachingProposal.state) == "open", *_of(CoachingProposal, scope))
    return _counted(session, select(func.count()).select_from(CoachingProposal).where(*where))


def steps_overdue(session: Session, now: datetime) -> Count:
    """Count the steps of evaluations' lives that should have been done, disputes included."""
    waiting = col(EvaluationLife.state).in_(("submitted", "returned", "disputed"))
    late = (waiting, col(EvaluationLife.due_at) < now)
    return _count(session, col(EvaluationLife.due_at), now, *late)


def _of(table: Any, scope: Scope) -> list[_Where]:
    where: list[_Where] = []
    if scope.team_id is not None:
        where.append(col(table.team_id) == scope.team_id)
    if scope.agent_id is not None:
        where.append(col(table.agent_id) == scope.agent_id)
    return where


def _in_state(query: Any, state: str) -> Any:
    """Let a query count lives in a state, each with the latest revision of its evaluation."""
    query = query.select_from(EvaluationLife).join(
        Evaluation, col(Evaluation.assignment_id) == col(EvaluationLife.assignment_id)
    )
    return query.where(col(EvaluationLife.state) == state, col(Evaluation.is_latest).is_(True))


def _lives(session: Session, state: str, now: datetime, *where: _Where) -> Count:
    query = _in_state(_counting(col(EvaluationLife.due_at), now), state)
    return _counted(session, query.where(*where))


def _counting(due: Any, now: datetime | date) -> Any:
    return select(func.count(), func.sum(case((due < now, 1), else_=0)), func.min(due))


def _count(session: Session, due: Any, now: datetime, *where: _Where) -> Count:
    return _counted(session, _counting(due, now).where(*where))


def _counted(session: Session, query: Any) -> Count:
    number, *rest = session.execute(query).one()
    return Count(number, rest[0] or 0, rest[1]) if rest else Count(number)
