"""Coaching: notes, talks with their topics and commitments, and what triggers propose."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from qm.store.base import Base


class CoachingSession(Base, table=True):
    """A coaching talk with an agent: planned, held or cancelled.

    `participants` are usernames. `answer` is what the agent said to it.
    """

    __tablename__ = "coaching_session"

    id: int | None = Field(default=None, primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", index=True, max_length=100)
    team_id: str = Field(foreign_key="team.id", index=True, max_length=100)
    state: str = Field(default="planned", max_length=20)
    planned_at: datetime
    held_at: datetime | None = None
    participants: list[str] = Field(default_factory=list, sa_type=JSON)
    summary: str = Field(default="", sa_type=Text)
    answer: str = Field(default="", sa_type=Text)
    answered_at: datetime | None = None
    follow_up_on: date | None = None
    created_by: str = Field(max_length=100)
    created_at: datetime


class SessionTopic(Base, table=True):
    """What a coaching talk is about: an evaluation, or a question of a form."""

    __tablename__ = "session_topic"

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="coaching_session.id", index=True)
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id")
    form_id: str | None = Field(default=None, max_length=40)
    question_id: str | None = Field(default=None, max_length=40)


class Commitment(Base, table=True):
    """What an agent and a lead agreed on, about a question or in general.

    `state` is open, kept, broken or dropped; `outcome` says how one knows.
    """

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_agent_id_state", "agent_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="coaching_session.id", index=True)
    agent_id: str = Field(foreign_key="agent.id", max_length=100)
    text: str = Field(sa_type=Text)
    form_id: str | None = Field(default=None, max_length=40)
    question_id: str | None = Field(default=None, max_length=40)
    due_on: date | None = None
    state: str = Field(default="open", max_length=20)
    closed_at: datetime | None = None
    closed_by: str | None = Field(default=None, max_length=100)
    outcome: str = Field(default="", sa_type=Text)


class CoachingNote(Base, table=True):
    """Feedback of an evaluation to its agent: on the whole, a section, a question or a moment.

    `kind` is note, strength or opportunity. `state` is one of `qm.core.coaching.note_life`:
    review (a lead looks at it first), returned (to its author), shared (the agent sees it),
    acknowledged, discussed, or replaced by what its author wrote instead, whose `replaces_id` is
    this one; `due_at` is when the next step should be done. Seconds count from the start of the
    recording.
    """

    __tablename__ = "coaching_note"
    __table_args__ = (Index("ix_coaching_note_team_id_state", "team_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    agent_id: str = Field(foreign_key="agent.id", index=True, max_length=100)
    team_id: str = Field(foreign_key="team.id", max_length=100)
    period: str = Field(index=True, max_length=10)
    kind: str = Field(default="note", max_length=20)
    section_id: str | None = Field(default=None, max_length=40)
    question_id: str | None = Field(default=None, max_length=40)
    start_s: float | None = None
    end_s: float | None = None
    quote: str = Field(default="", sa_type=Text)
    text: str = Field(sa_type=Text)
    follow_up_on: date | None = None
    author: str = Field(max_length=100)
    created_at: datetime
    state: str = Field(default="shared", max_length=20)
    due_at: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = Field(default=None, max_length=100)
    review_comment: str = Field(default="", sa_type=Text)
    acknowledged_at: datetime | None = None
    answer: str = Field(default="", sa_type=Text)
    discussed_at: datetime | None = None
    discussed_by: str | None = Field(default=None, max_length=100)
    lead_comment: str = Field(default="", sa_type=Text)
    replaces_id: int | None = None
    session_id: int | None = Field(default=None, foreign_key="coaching_session.id")


class CoachingProposal(Base, table=True):
    """What a trigger proposes to talk about; a lead takes it up or dismisses it with a reason.

    `key` makes a trigger propose the same thing once. `detail` has the figures that it saw and
    the evaluations behind them. `state` is open, taken or dismissed.
    """

    __tablename__ = "coaching_proposal"
    __table_args__ = (UniqueConstraint("trigger", "agent_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    trigger: str = Field(max_length=40)
    agent_id: str = Field(foreign_key="agent.id", max_length=100)
    team_id: str = Field(foreign_key="team.id", index=True, max_length=100)
    key: str = Field(max_length=200)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime
    state: str = Field(default="open", max_length=20)
    decided_at: datetime | None = None
    decided_by: str | None = Field(default=None, max_length=100)
    reason: str = Field(default="", sa_type=Text)
    session_id: int | None = Field(default=None, foreign_key="coaching_session.id")
