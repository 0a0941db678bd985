"""How much waits for somebody: a few counts, each over an index."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.store.life import is_published
from qm.store.scopes import Scope
from qm.store.tables import (
    Agent,
    Assignment,
    CoachingNote,
    CoachingProposal,
    CoachingSession,
    Commitment,
    Dispute,
    Evaluation,
    EvaluationLife,
    User,
)

_Where = ColumnElement[bool]


@dataclass(frozen=True)
class Count:
    """How many, how many of them overdue, and when the first is or was due."""

    number: int
    overdue: int = 0
    first_due: datetime | date | None = None


def assignments(session: Session, username: str, now: datetime) -> tuple[Count, Count]:
    """Count an evaluator's open assignments: those that came back, and the others."""
    due, state = col(Assignment.due_at), col(EvaluationLife.state)
    query = (
        select(
            *(
                each.filter(which)
                for which in (state == "returned", state.is_distinct_from("returned"))
                for each in (func.count(), func.sum(_late(due, now)), func.min(due))
            )
        )
        .select_from(Assignment)
        .outerjoin(EvaluationLife, col(EvaluationLife.assignment_id) == col(Assignment.id))
        .where(col(Assignment.evaluator) == username, col(Assignment.state) == "open")
    )
    found = session.execute(query).one()
    return Count(found[0], found[1] or 0, found[2]), Count(found[3], found[4] or 0, found[5])


def submitted(session: Session, scope: Scope, now: datetime, *, not_by: str) -> Count:
    """Count the evaluations of others that are submitted and not published."""
    return _lives(session, "submitted", now, *_of_others(scope, not_by))


def each_submitted(
    session: Session, scope: Scope, *, not_by: str
) -> list[tuple[int, str | None, datetime | None]]:
    """Return assignment, outcome and due date of each evaluation that `submitted` counts."""
    columns = (col(Evaluation.assignment_id), col(Evaluation.outcome), col(EvaluationLife.due_at))
    query = _in_state(select(*columns), "submitted").where(*_of_others(scope, not_by))
    return [tuple(row) for row in session.execute(query)]


def _of_others(scope: Scope, username: str) -> list[_Where]:
    return [*scope.rows(Evaluation), col(Evaluation.evaluator) != username]


def to_acknowledge(session: Session, scope: Scope, now: datetime) -> Count:
    """Count the published evaluations that their agent has not acknowledged yet."""
    return _lives(session, "published", now, *scope.rows(Evaluation))


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
    where = (col(Dispute.state) == "open", is_here, ~by_oneself.exists(), *scope.rows(Dispute))
    return _count(session, col(Dispute.due_at), now, *where)


def own_evaluations(session: Session, username: str, now: datetime) -> Count:
    """Count the self- and peer evaluations that somebody has still to make."""
    where = (
        col(Assignment.evaluator) == username,
        col(Assignment.state) == "open",
        col(Assignment.kind) != "official",
    )
    return _count(session, col(Assignment.due_at), now, *where)


def late_assignments(session: Session, now: datetime) -> Count:
    """Count everybody's open assignments that should have been submitted."""
    where = (
        col(Assignment.state) == "open",
        col(Assignment.kind) == "official",
        col(Assignment.due_at) < now,
    )
    # By person: the index of assignments begins with whose they are, and most are long done.
    query = _counting(col(Assignment.due_at), now).select_from(Assignment)
    query = query.join(User, col(User.username) == col(Assignment.evaluator))
    return _counted(session, query.where(*where))


def changed_by_disputes(session: Session, evaluator: str, since: datetime) -> Count:
    """Count the disputes that changed an evaluation of this evaluator's since then."""
    theirs = select(col(Assignment.id)).where(
        col(Assignment.id) == col(Dispute.assignment_id), col(Assignment.evaluator) == evaluator
    )
    where = (col(Dispute.state) == "changed", col(Dispute.decided_at) >= since, theirs.exists())
    return _counted(session, select(func.count()).select_from(Dispute).where(*where))


def disputes_decided(session: Session, agent_id: str, since: datetime) -> Count:
    """Count the disputes of an agent that were decided since then."""
    where = (col(Dispute.agent_id) == agent_id, col(Dispute.decided_at) >= since)
    return _counted(session, select(func.count()).select_from(Dispute).where(*where))


def notes(session: Session, state: str, scope: Scope, now: datetime) -> Count:
    """Count the coaching notes of a scope in this state; an agent's only of what is published."""
    where = [col(CoachingNote.state) == state, *scope.rows(CoachingNote)]
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
    where = (*soon, *scope.rows(CoachingSession))
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


def proposals(session: Session, team_id: str) -> Count:
    """Count what triggers proposed for agents who are in a team now and nobody decided on."""
    query = (
        select(func.count())
        .select_from(CoachingProposal)
        .join(Agent, col(Agent.id) == col(CoachingProposal.agent_id))
    )
    return _counted(
        session,
        query.where(col(CoachingProposal.state) == "open", col(Agent.team_id) == team_id),
    )


def steps_overdue(session: Session, now: datetime) -> Count:
    """Count the steps of evaluations' lives that should have been done, disputes included."""
    waiting = col(EvaluationLife.state).in_(("submitted", "returned", "disputed"))
    late = (waiting, col(EvaluationLife.due_at) < now)
    return _count(session, col(EvaluationLife.due_at), now, *late)


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
    return select(func.count(), func.sum(_late(due, now)), func.min(due))


def _late(due: Any, now: datetime | date) -> Any:
    return case((due < now, 1), else_=0)


def _count(session: Session, due: Any, now: datetime, *where: _Where) -> Count:
    return _counted(session, _counting(due, now).where(*where))


def _counted(session: Session, query: Any) -> Count:
    number, *rest = session.execute(query).one()
    return Count(number, rest[0] or 0, rest[1]) if rest else Count(number)
