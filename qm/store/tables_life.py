"""The life of an evaluation after it is submitted: its state, every step, and disputes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from qm.store.base import Base


class RulesVersion(Base, table=True):
    """Rules that the centre set, by `kind` ("life", "coaching"); rows are only added, the newest
    of a kind is in force."""

    __tablename__ = "rules_version"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(index=True, max_length=20)
    rules: dict[str, Any] = Field(sa_type=JSON)
    at: datetime
    by: str = Field(max_length=100)


class EvaluationLife(Base, table=True):
    """Where a submitted evaluation is in its life; one row per assignment, whatever its revisions.

    `state` is one of `qm.core.life.states`, since `since`; `due_at` is when the next step should
    be done (acknowledged: when it closes by itself), None where nothing is waited for. The agent
    sees `published_revision` and those after it. `published_at` is when the agent was given what
    stands now: the dispute window counts from it. `disputes` counts the rounds that were begun.
    """

    __tablename__ = "evaluation_life"
    __table_args__ = (Index("ix_evaluation_life_state_due_at", "state", "due_at"),)

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    state: str = Field(max_length=20)
    since: datetime
    due_at: datetime | None = None
    published_revision: int | None = None
    published_at: datetime | None = None
    acknowledged_at: datetime | None = None
    disputes: int = 0


class LifeStep(Base, table=True):
    """One step: who did what, when and why, with which revision; rows are only ever added."""

    __tablename__ = "life_step"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id")
    step: str = Field(max_length=20)
    from_state: str | None = Field(default=None, max_length=20)
    to_state: str = Field(max_length=20)
    actor: str = Field(max_length=100)
    at: datetime
    reason: str = Field(default="", sa_type=Text)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Dispute(Base, table=True):
    """An agent's objection to a published evaluation, until it is decided.

    `stage` is the place (from 0) of the approver it waits for in the rules' list; `state` is
    open, upheld (the evaluation stands) or changed (`new_evaluation_id` is the revision).
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("assignment_id", "round"),
        Index("ix_dispute_state_due_at", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    evaluation_id: int = Field(foreign_key="evaluation.id")
    agent_id: str = Field(foreign_key="agent.id", index=True, max_length=100)
    team_id: str = Field(foreign_key="team.id", index=True, max_length=100)
    round: int
    stage: int = 0
    state: str = Field(default="open", max_length=20)
    raised_by: str = Field(max_length=100)
    raised_at: datetime
    due_at: datetime
    decided_by: str | None = Field(default=None, max_length=100)
    decided_at: datetime | None = None
    comment: str = Field(default="", sa_type=Text)
    new_evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id")


class DisputedQuestion(Base, table=True):
    """A question that is disputed, with the agent's reason, and what became of it.

    `decision` is upheld or changed, None while it is open.
    """

    __tablename__ = "disputed_question"

    dispute_id: int = Field(foreign_key="dispute.id", primary_key=True)
    question_id: str = Field(primary_key=True, max_length=40)
    reason: str = Field(sa_type=Text)
    decision: str | None = Field(default=None, max_length=20)
    decision_reason: str = Field(default="", sa_type=Text)
