"""What the figures of coaching are computed from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Executable, func, select, union
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import CoachingNote, CoachingSession, Commitment, Evaluation, SessionTopic


def notes(session: Session, periods: Sequence[str], scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return the notes to evaluations of these months, without those that others replaced.

    note_id, agent_id, team_id, author, kind, state, created_at, due_at, discussed_at.
    """
    query: Executable = (
        select(
            col(CoachingNote.id).label("note_id"),
            col(CoachingNote.agent_id),
            col(CoachingNote.team_id),
            col(CoachingNote.author),
            col(CoachingNote.kind),
            col(CoachingNote.state),
            col(CoachingNote.created_at),
            col(CoachingNote.due_at),
            col(CoachingNote.discussed_at),
        )
        .where(
            col(CoachingNote.period).in_(periods),
            col(CoachingNote.state) != "replaced",
            *scope.rows(CoachingNote),
        )
        .order_by(col(CoachingNote.id))
    )
    return frame_of(session, query)


def talks(
    session: Session, starts_at: datetime, ends_at: datetime, scope: Scope = EVERYONE
) -> pd.DataFrame:
    """Return the talks that were held, or else planned, from `starts_at` to before `ends_at`.

    session_id, agent_id, team_id, created_by, state, planned_at, held_at.
    """
    query: Executable = (
        select(
            col(CoachingSession.id).label("session_id"),
            col(CoachingSession.agent_id),
            col(CoachingSession.team_id),
            col(CoachingSession.created_by),
            col(CoachingSession.state),
            col(CoachingSession.planned_at),
            col(CoachingSession.held_at),
        )
        .where(*_between(starts_at, ends_at), *scope.rows(CoachingSession))
        .order_by(col(CoachingSession.id))
    )
    return frame_of(session, query)


def commitments(
    session: Session, starts_at: datetime, ends_at: datetime, scope: Scope = EVERYONE
) -> pd.DataFrame:
    """Return the commitments made in these talks.

    commitment_id, session_id, agent_id, team_id, state, due_on, closed_at.
    """
    query: Executable = (
        select(
            col(Commitment.id).label("commitment_id"),
            col(Commitment.session_id),
            col(CoachingSession.agent_id),
            col(CoachingSession.team_id),
            col(Commitment.state),
            col(Commitment.due_on),
            col(Commitment.closed_at),
        )
        .join(CoachingSession, col(CoachingSession.id) == col(Commitment.session_id))
        .where(*_between(starts_at, ends_at), *scope.rows(CoachingSession))
        .order_by(col(Commitment.id))
    )
    return frame_of(session, query)


def coached_questions(
    session: Session, starts_at: datetime, ends_at: datetime, scope: Scope = EVERYONE
) -> pd.DataFrame:
    """Return the questions that the talks held from `starts_at` to before `ends_at` were about.

    As their topics, commitments or notes name them, each once per talk: session_id, agent_id,
    team_id, held_at, form_id, question_id.
    """
    asked = union(
        _asked(SessionTopic.session_id, SessionTopic.form_id, SessionTopic.question_id),
        _asked(Commitment.session_id, Commitment.form_id, Commitment.question_id),
        _asked(CoachingNote.session_id, Evaluation.form_id, CoachingNote.question_id).join(
            Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id)
        ),
    ).subquery()
    query: Executable = (
        select(
            asked.c.session_id,
            col(CoachingSession.agent_id),
            col(CoachingSession.team_id),
            col(CoachingSession.held_at),
            asked.c.form_id,
            asked.c.question_id,
        )
        .join(asked, asked.c.session_id == col(CoachingSession.id))
        .where(
            col(CoachingSession.state) == "held",
            *_between(starts_at, ends_at),
            *scope.rows(CoachingSession),
        )
        .order_by(asked.c.session_id, asked.c.form_id, asked.c.question_id)
    )
    return frame_of(session, query)


def _asked(session_id: Any, form_id: Any, question_id: Any) -> Any:
    return select(
        col(session_id).label("session_id"),
        col(form_id).label("form_id"),
        col(question_id).label("question_id"),
    ).where(col(session_id).is_not(None), col(question_id).is_not(None))


def _between(starts_at: datetime, ends_at: datetime) -> list[Any]:
    at = func.coalesce(col(CoachingSession.held_at), col(CoachingSession.planned_at))
    return [at >= starts_at, at < ends_at]
