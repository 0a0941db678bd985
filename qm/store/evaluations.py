"""Assignments with their drafts, submitted evaluations and their answers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.life import readable_by
from qm.store.replacements import origin_of
from qm.store.tables import (
    Agent,
    AnswerRow,
    Assignment,
    Draw,
    Evaluation,
    Interaction,
    Pick,
    Recording,
    Team,
    User,
)

_ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Context:
    """The rows around one assignment; agent and team are those that the pick stands for.

    `purpose` is the pick's, for a substitute that of the pick it replaced.
    """

    assignment: Assignment
    pick: Pick
    draw: Draw
    interaction: Interaction
    agent: Agent
    team: Team
    recording: Recording | None
    purpose: str


# Made once: every save of a draft asks it, and making it takes longer than asking.
_CONTEXT = (
    select(Assignment, Pick, Draw, Interaction, Agent, Team, Recording)
    .join(Pick, col(Pick.id) == col(Assignment.pick_id))
    .join(Draw, col(Draw.id) == col(Pick.draw_id))
    .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
    .join(Agent, col(Agent.id) == col(Pick.agent_id))
    .join(Team, col(Team.id) == col(Pick.team_id))
    .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
    .where(col(Assignment.id) == bindparam("assignment_id"))
)


def context(session: Session, assignment_id: int) -> Context | None:
    """Return an assignment with the rows around it, or None."""
    row = session.execute(_CONTEXT, {"assignment_id": assignment_id}).first()
    if row is None:
        return None
    rows: list[Any] = [*row, origin_of(session, row[1]).purpose]
    return Context(*rows)


def has_evaluated(session: Session, assignment: Assignment) -> bool:
    """Whether the evaluator scored this interaction with this form in another assignment."""
    query = select(col(Evaluation.id)).where(
        col(Evaluation.interaction_id) == assignment.interaction_id,
        col(Evaluation.form_id) == assignment.form_id,
        col(Evaluation.evaluator) == assignment.evaluator,
        col(Evaluation.assignment_id) != assignment.id,
    )
    return session.scalars(query.limit(1)).first() is not None


def set_done(session: Session, assignment_id: int) -> bool:
    """Note an open assignment as done; False where it is open no more."""
    query = (
        update(Assignment)
        .where(col(Assignment.id) == assignment_id, col(Assignment.state) == "open")
        .values(state="done")
        .returning(col(Assignment.id))
    )
    return session.execute(query).first() is not None


def add_evaluation(
    session: Session, evaluation: Evaluation, answers: list[AnswerRow]
) -> Evaluation:
    """Store an evaluation with its answers, as the latest revision of its assignment's."""
    before = latest_of(session, evaluation.assignment_id)
    if before is not None:
        evaluation.revision = before.revision + 1
        before.is_latest = False
        session.add(before)
    session.add(evaluation)
    session.flush()
    rows = [
        answer.model_dump(exclude={"evaluation_id"}) | {"evaluation_id": evaluation.id}
        for answer in answers
    ]
    if rows:  # into the table: of a class, rows without and with an option are inserted apart
        session.execute(insert(_ANSWER), rows)
    return evaluation


def answers_of(session: Session, evaluation_id: int) -> list[AnswerRow]:
    """Return the answers of an evaluation."""
    query = select(AnswerRow).where(col(AnswerRow.evaluation_id) == evaluation_id)
    return list(session.scalars(query))


def latest_of(session: Session, assignment_id: int) -> Evaluation | None:
    """Return the latest revision of an assignment's evaluation, None before it is submitted."""
    query = select(Evaluation).where(
        col(Evaluation.assignment_id) == assignment_id, col(Evaluation.is_latest).is_(True)
    )
    return session.scalars(query).first()


def revisions_of(session: Session, assignment_id: int) -> list[Evaluation]:
    """Return every revision of an assignment's evaluation, the first one first."""
    query = select(Evaluation).where(col(Evaluation.assignment_id) == assignment_id)
    return list(session.scalars(query.order_by(col(Evaluation.revision))))


def evaluators_of_interaction(session: Session, interaction_id: str) -> set[str]:
    """Return everybody who has or had an assignment of this interaction, in whatever state."""
    query = select(col(Assignment.evaluator)).where(
        col(Assignment.interaction_id) == interaction_id
    )
    return set(session.scalars(query))


def open_own(session: Session, evaluation: Evaluation, username: str) -> int | None:
    """Return somebody's own evaluation of this interaction that is begun; the assignment's id."""
    query = select(col(Assignment.id)).where(
        col(Assignment.interaction_id) == evaluation.interaction_id,
        col(Assignment.evaluator) == username,
        col(Assignment.kind) == "self",
        col(Assignment.state) == "open",
    )
    return session.scalars(query).first()


def agents_in_team(session: Session, team_id: str) -> list[User]:
    """Return the active users who are agents of a team now, by username."""
    query = (
        select(User)
        .join(Agent, col(Agent.id) == col(User.agent_id))
        .where(col(Agent.team_id) == team_id, col(User.is_active))
        .order_by(col(User.username))
    )
    return list(session.scalars(query))


def find_readable(session: Session, actor: Actor, evaluation_id: int) -> Evaluation | None:
    """Return an evaluation that the person may read, None where there is no such one."""
    query = select(Evaluation).where(col(Evaluation.id) == evaluation_id, readable_by(actor))
    return session.scalars(query).first()


def months_with_picks(session: Session) -> list[str]:
    """Return the months of which something was drawn, the newest first."""
    query = select(col(Pick.month)).distinct().order_by(col(Pick.month).desc())
    return list(session.scalars(query))
