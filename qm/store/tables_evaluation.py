"""Forms, assignments, drafts and evaluations."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from qm.store.base import Base


class FormVersion(Base, table=True):
    """A published form version; immutable, `source` is the file's text.

    It is for interactions from `effective_from` to `effective_to`, both included, None: open.
    Retired, it is for no new assignment.
    """

    __tablename__ = "form_version"

    form_id: str = Field(primary_key=True, max_length=40)
    version: str = Field(primary_key=True, max_length=10)
    channel: str = Field(max_length=20)
    sha256: str = Field(max_length=64)
    source: str = Field(sa_type=Text)
    published_at: datetime
    published_by: str = Field(max_length=100)
    effective_from: date | None = None
    effective_to: date | None = None
    retired_at: datetime | None = None
    retired_by: str | None = Field(default=None, max_length=100)


class Assignment(Base, table=True):
    """A pick given to an evaluator with the form version that applies.

    `state` is open, done (submitted) or withdrawn (the pick was replaced, or moved to another).
    `kind` is official, or self or peer: agents' own evaluations, which no figure counts.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("pick_id", "evaluator"),
        Index("ix_assignment_evaluator_state", "evaluator", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pick_id: int = Field(foreign_key="pick.id", index=True)
    interaction_id: str = Field(foreign_key="interaction.id", index=True, max_length=100)
    evaluator: str = Field(foreign_key="user_account.username", max_length=100)
    form_id: str = Field(max_length=40)
    form_version: str = Field(max_length=10)
    state: str = Field(default="open", max_length=20)
    kind: str = Field(default="official", max_length=10)
    assigned_at: datetime
    due_at: datetime


class Draft(Base, table=True):
    """What an evaluator has entered so far.

    `saved` counts the saves, so that a second tab cannot overwrite newer work unseen. `notes` are
    the remarks for coaching (`qm.core.coaching.notes`). `active_s` are the seconds of work.
    """

    __tablename__ = "draft"

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    coaching: str = Field(default="", sa_type=Text)
    notes: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    follow_up_on: date | None = None
    active_s: float = 0.0
    saved: int = 0
    updated_at: datetime


class Evaluation(Base, table=True):
    """A submitted evaluation; never changed, a correction is a new revision with a reason.

    `queue` and `started_at` are the interaction's, copied as agent, team and channel are: figures
    of months never look interactions up. `process_percent` and `process_outcome` also count what
    was outside the agent's control; `facts` are the interaction's attributes as the form's
    conditions saw them; `results` what became of each question (`qm.core.quality.results`).
    `kind` is the assignment's; `revised_by` whoever made a correction, None: the evaluator.
    `active_s` are the seconds of work, None where they were not counted.
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("assignment_id", "revision"),
        Index("ix_evaluation_period_agent_id_channel", "period", "agent_id", "channel"),
        Index("ix_evaluation_evaluator_submitted_at", "evaluator", "submitted_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    revision: int = 1
    revision_reason: str | None = Field(default=None, sa_type=Text)
    revised_by: str | None = Field(default=None, max_length=100)
    is_latest: bool = True
    kind: str = Field(default="official", max_length=10)
    interaction_id: str = Field(foreign_key="interaction.id", index=True, max_length=100)
    agent_id: str = Field(foreign_key="agent.id", index=True, max_length=100)
    team_id: str = Field(foreign_key="team.id", index=True, max_length=100)
    channel: str = Field(max_length=20)
    queue: str | None = Field(default=None, max_length=100)
    started_at: datetime | None = None
    period: str = Field(max_length=10)
    purpose: str = Field(max_length=20)
    inclusion_probability: float
    form_id: str = Field(max_length=40)
    form_version: str = Field(max_length=10)
    form_sha256: str = Field(max_length=64)
    evaluator: str = Field(foreign_key="user_account.username", max_length=100)
    percent: float | None = None
    calculated_percent: float | None = None
    no_score: str | None = Field(default=None, max_length=30)
    outcome: str | None = Field(default=None, max_length=10)
    band: str | None = Field(default=None, max_length=40)
    process_percent: float | None = None
    process_outcome: str | None = Field(default=None, max_length=10)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    results: str = Field(default="", sa_type=Text)
    coaching: str = Field(default="", sa_type=Text)
    active_s: float | None = None
    submitted_at: datetime


class AnswerRow(Base, table=True):
    """One question of an evaluation, with the ledger line that scoring gave it.

    Fields of the form's header have a row, too, with an empty `section_id`. `value` is the answer
    as a short text (see `qm.core.forms.answer_values`), None where there is none; `option_id` the
    option of a single choice. `possible_points` is None for what earns no points;
    `weight_percent` and `contribution` are exact fractions as text ("25/3"). `suggested` is what
    the words of the interaction suggested, written like `value`.
    """

    __tablename__ = "answer"

    evaluation_id: int = Field(foreign_key="evaluation.id", primary_key=True)
    question_id: str = Field(primary_key=True, max_length=40)
    section_id: str = Field(max_length=40)
    state: str = Field(max_length=20)
    option_id: str | None = Field(default=None, max_length=40)
    value: str | None = Field(default=None, sa_type=Text)
    suggested: str | None = Field(default=None, sa_type=Text)
    outside_control: bool = False
    reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    earned_points: float | None = None
    possible_points: float | None = None
    weight_percent: str = Field(sa_type=Text)
    contribution: str = Field(sa_type=Text)
    critical: str | None = Field(default=None, max_length=20)
    is_fatal: bool = False
    comment: str = Field(default="", sa_type=Text)
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
