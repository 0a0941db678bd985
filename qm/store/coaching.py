"""Coaching notes with the evaluations they come from, and whom they wait for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, case, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.core.coaching.note_life import NOTE_STATES, SEEN_BY_AGENT, NoteState
from qm.store.frames import frame_of
from qm.store.life import is_published
from qm.store.tables import Agent, CoachingNote, Evaluation, EvaluationLife, Interaction, Team, User


@dataclass(frozen=True)
class Readable:
    """Which notes: of a team, by an author, or those that an agent sees; everything if empty.

    Of several limits each holds.
    """

    team_id: str | None = None
    author: str | None = None
    agent_id: str | None = None


IN_FORCE: tuple[NoteState, ...] = tuple(state for state in NOTE_STATES if state != "replaced")


def notes(
    session: Session,
    readable: Readable,
    *,
    states: Collection[NoteState] = IN_FORCE,
    about: str | None = None,
    evaluation_id: int | None = None,
    note_id: int | None = None,
) -> pd.DataFrame:
    """Return the coaching notes with their agent, evaluation and author, newest first.

    Those in these states, about an agent and of an evaluation in its newest revision where one is
    asked for.
    `evaluation_id`, `percent` and `outcome` are those of the newest revision; `is_published`
    tells whether the agent sees the evaluation.
    """
    latest: Any = aliased(Evaluation)
    wanted: list[Any] = [*_limits(readable), col(CoachingNote.state).in_(states)]
    if about is not None:
        wanted.append(col(CoachingNote.agent_id) == about)
    if evaluation_id is not None:
        wanted.append(latest.id == evaluation_id)
    if note_id is not None:
        wanted.append(col(CoachingNote.id) == note_id)
    query: Executable = (
        select(*_own_columns(), *_columns_beside(latest))
        .join(Agent, col(Agent.id) == col(CoachingNote.agent_id))
        .join(Team, col(Team.id) == col(CoachingNote.team_id))
        .join(Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id))
        .join(
            latest,
            (latest.assignment_id == col(Evaluation.assignment_id)) & latest.is_latest.is_(True),
        )
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .outerjoin(
            EvaluationLife, col(EvaluationLife.assignment_id) == col(Evaluation.assignment_id)
        )
        .outerjoin(User, col(User.username) == col(CoachingNote.author))
        .where(*wanted)
        .order_by(col(CoachingNote.created_at).desc(), col(CoachingNote.id).desc())
    )
    table = frame_of(session, query)
    table["is_published"] = table["is_published"].astype(bool)
    return table


def _own_columns() -> list[Any]:
    names = [
        "agent_id",
        "team_id",
        "period",
        "kind",
        "section_id",
        "question_id",
        "start_s",
        "end_s",
        "quote",
        "text",
        "follow_up_on",
        "author",
        "created_at",
        "state",
        "due_at",
        "reviewed_at",
        "reviewed_by",
        "review_comment",
        "acknowledged_at",
        "answer",
        "discussed_at",
        "discussed_by",
        "lead_comment",
        "replaces_id",
        "session_id",
    ]
    own = [col(getattr(CoachingNote, name)) for name in names]
    return [col(CoachingNote.id).label("note_id"), *own]


def _columns_beside(latest: Any) -> list[Any]:
    return [
        latest.id.label("evaluation_id"),
        latest.percent,
        latest.outcome,
        col(Evaluation.interaction_id),
        col(Evaluation.channel),
        col(Evaluation.form_id),
        col(Evaluation.form_version),
        case((is_published(), 1), else_=0).label("is_published"),
        col(EvaluationLife.published_at),
        col(Interaction.started_at),
        col(User.name).label("author_name"),
        col(User.name_fa).label("author_name_fa"),
        col(Agent.name).label("agent_name"),
        col(Agent.name_fa).label("agent_name_fa"),
        col(Team.name).label("team_name"),
        col(Team.name_fa).label("team_name_fa"),
    ]


def _limits(readable: Readable) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if readable.team_id is not None:
        limits.append(col(CoachingNote.team_id) == readable.team_id)
    if readable.author is not None:
        limits.append(col(CoachingNote.author) == readable.author)
    if readable.agent_id is not None:
        limits += [col(CoachingNote.agent_id) == readable.agent_id, *_shown_to_agent()]
    return limits


def _shown_to_agent() -> list[ColumnElement[bool]]:
    return [col(CoachingNote.state).in_(SEEN_BY_AGENT), is_published()]


def is_of_published(session: Session, note: CoachingNote) -> bool:
    """Whether the evaluation that a note comes from is published."""
    query = select(col(Evaluation.id)).where(
        col(Evaluation.id) == note.evaluation_id, is_published()
    )
    return session.scalars(query).first() is not None


def notes_of_assignment(session: Session, assignment_id: int) -> list[CoachingNote]:
    """Return the notes in force of an assignment's evaluation, whichever revision, in order."""
    query = (
        select(CoachingNote)
        .join(Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id))
        .where(
            col(Evaluation.assignment_id) == assignment_id, col(CoachingNote.state) != "replaced"
        )
        .order_by(col(CoachingNote.id))
    )
    return list(session.scalars(query))


def set_replaced(session: Session, assignment_id: int) -> None:
    """Note that a new submission replaces the notes of those before it."""
    of_assignment = select(col(Evaluation.id)).where(col(Evaluation.assignment_id) == assignment_id)
    session.execute(
        update(CoachingNote)
        .where(col(CoachingNote.evaluation_id).in_(of_assignment))
        .values(state="replaced", due_at=None)
    )


def set_due(session: Session, assignment_id: int, due_at: datetime | None) -> None:
    """Note until when the agent should acknowledge the shared notes of what was published."""
    of_assignment = select(col(Evaluation.id)).where(col(Evaluation.assignment_id) == assignment_id)
    session.execute(
        update(CoachingNote)
        .where(
            col(CoachingNote.evaluation_id).in_(of_assignment),
            col(CoachingNote.state) == "shared",
        )
        .values(due_at=due_at)
    )


def notes_of_talk(
    session: Session, session_id: int, *, shown_to_agent: bool = False
) -> list[CoachingNote]:
    """Return the notes that a talk is about, or those of them that its agent sees."""
    query = (
        select(CoachingNote)
        .join(Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id))
        .where(col(CoachingNote.session_id) == session_id)
        .order_by(col(CoachingNote.id))
    )
    if shown_to_agent:
        query = query.where(*_shown_to_agent())
    return list(session.scalars(query))


def notes_by_id(session: Session, note_ids: Sequence[int]) -> list[CoachingNote]:
    """Return the notes with these ids, those that exist."""
    query = select(CoachingNote).where(col(CoachingNote.id).in_(list(note_ids)))
    return list(session.scalars(query))
