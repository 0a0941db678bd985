"""Interactions, their recordings and transcripts, and the imports that brought them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from qm.store.base import Base


class ImportRun(Base, table=True):
    """One import of one file."""

    __tablename__ = "import_run"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=300)
    file_sha256: str = Field(max_length=64)
    at: datetime
    by: str = Field(max_length=100)
    rows_new: int
    rows_known: int
    rows_rejected: int


class Interaction(Base, table=True):
    """One contact on one channel, as the source system exported it.

    `row_sha256` is the hash of the imported row: an unchanged row is known, a changed one is
    refused. `team_id` is the agent's team at that time. `participants` are all its agents in
    order, [agent id, seconds, team id], where the source named them; `agent_id` is whom it gave
    the interaction to.
    """

    __tablename__ = "interaction"
    __table_args__ = (
        Index("ix_interaction_started_at_agent_id_channel", "started_at", "agent_id", "channel"),
    )

    id: str = Field(primary_key=True, max_length=100)
    channel: str = Field(max_length=20)
    agent_id: str = Field(foreign_key="agent.id", index=True, max_length=100)
    team_id: str = Field(foreign_key="team.id", index=True, max_length=100)
    queue: str | None = Field(default=None, max_length=100)
    direction: str | None = Field(default=None, max_length=20)
    started_at: datetime
    talk_s: float | None = None
    hold_s: float | None = None
    wrap_s: float | None = None
    language: str | None = Field(default=None, max_length=10)
    customer_ref: str | None = Field(default=None, max_length=200)
    outcome: str | None = Field(default=None, max_length=200)
    recording_file: str | None = Field(default=None, max_length=500)
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    participants: list[list[Any]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True))
    )
    row_sha256: str = Field(max_length=64)
    import_run_id: int = Field(foreign_key="import_run.id", index=True)


class InteractionBlock(Base, table=True):
    """Interactions of one import, packed column by column: what draws of millions read.

    A copy of what never changes; `content` is an Arrow file, its columns are those of
    `qm.store.interaction_blocks`. Everything in it can be packed again from the interactions.
    """

    __tablename__ = "interaction_block"
    __table_args__ = (Index("ix_interaction_block_first_at_last_at", "first_at", "last_at"),)

    id: int | None = Field(default=None, primary_key=True)
    import_run_id: int = Field(foreign_key="import_run.id", index=True)
    first_at: datetime
    last_at: datetime
    rows: int
    content: bytes = Field(sa_type=LargeBinary)


class Transcript(Base, table=True):
    """The words of an interaction: made by a speech model, or the text of a written channel.

    Machine transcripts are unique by audio and settings, so the same audio is never transcribed
    twice; `origin` is "whisper" or "imported".
    """

    __tablename__ = "transcript"
    __table_args__ = (UniqueConstraint("audio_sha256", "settings_sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(max_length=20)
    audio_sha256: str | None = Field(default=None, max_length=64)
    settings_sha256: str | None = Field(default=None, max_length=64)
    model: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=10)
    duration_s: float | None = None
    processing_s: float | None = None
    created_at: datetime


class SegmentRow(Base, table=True):
    """A segment of a transcript, in order; words are [start_s, end_s, text, probability]."""

    __tablename__ = "segment"

    transcript_id: int = Field(foreign_key="transcript.id", primary_key=True)
    position: int = Field(primary_key=True)
    speaker: str = Field(max_length=20)
    start_s: float | None = None
    end_s: float | None = None
    text: str = Field(sa_type=Text)
    words: list[list[Any]] = Field(default_factory=list, sa_type=JSON)


class Recording(Base, table=True):
    """The state of an interaction's words: the file behind them and the transcript made of it.

    `state` is waiting, running, done or failed; a failed one says why in `problem`.
    """

    __tablename__ = "recording"

    interaction_id: str = Field(primary_key=True, foreign_key="interaction.id", max_length=100)
    file_sha256: str | None = Field(default=None, max_length=64)
    duration_s: float | None = None
    channels: int | None = None
    state: str = Field(default="waiting", index=True, max_length=20)
    problem: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    attempts: int = 0
    transcript_id: int | None = Field(default=None, foreign_key="transcript.id")
    updated_at: datetime
