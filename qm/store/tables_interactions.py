"""Interactions, their recordings and transcripts, and the imports that brought them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, LargeBinary, Text, UniqueConstraint
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
        Index("ix_interaction_customer_ref_started_at", "customer_ref", "started_at"),
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
    """The words of an interaction: from a speech model, from a file, or corrected by a person.

    Rows never change. `origin` is whisper (made here), imported (messages of a written channel),
    file (a transcript made elsewhere: `source_format` and `source_file` say what it was) or
    corrected (`based_on_id` is what was corrected, `created_by` by whom). Transcripts of our own
    are unique by audio and settings, so the same audio is never transcribed twice with the same
    settings. `left_out` are the lines that the guards against invented text took out, each with
    start_s, end_s, text and reason.
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
    settings: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    left_out: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    source_format: str | None = Field(default=None, max_length=40)
    source_file: str | None = Field(default=None, max_length=300)
    based_on_id: int | None = Field(default=None, foreign_key="transcript.id", index=True)
    created_at: datetime
    created_by: str | None = Field(default=None, max_length=100)


class SegmentRow(Base, table=True):
    """A segment of a transcript, in order; words are [start_s, end_s, text, probability].

    `confidence` is the mean probability of its words, None where nobody tells one.
    """

    __tablename__ = "segment"

    transcript_id: int = Field(foreign_key="transcript.id", primary_key=True)
    position: int = Field(primary_key=True)
    speaker: str = Field(max_length=20)
    start_s: float | None = None
    end_s: float | None = None
    text: str = Field(sa_type=Text)
    words: list[list[Any]] = Field(default_factory=list, sa_type=JSON)
    confidence: float | None = None


class Recording(Base, table=True):
    """The state of an interaction's words: the file behind them and the transcript made of it.

    `state` is waiting, running, done or failed; a failed one says why in `problem`, a waiting one
    may say what went wrong the last time and is not begun before `next_try_at`, nor while
    `is_held`. A running one is `worker_id`'s, who has worked through `heard_s` seconds of it
    since `began_at`. `file_name` is a file that was found or uploaded after the import; without
    one it is the interaction's own. `transcript_id` is the one in force; earlier ones stay.
    """

    __tablename__ = "recording"

    interaction_id: str = Field(primary_key=True, foreign_key="interaction.id", max_length=100)
    file_name: str | None = Field(default=None, max_length=500)
    file_sha256: str | None = Field(default=None, max_length=64)
    duration_s: float | None = None
    channels: int | None = None
    state: str = Field(default="waiting", index=True, max_length=20)
    problem: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    attempts: int = 0
    next_try_at: datetime | None = None
    is_held: bool = False
    worker_id: str | None = Field(default=None, index=True, max_length=40)
    began_at: datetime | None = None
    heard_s: float | None = None
    transcript_id: int | None = Field(default=None, foreign_key="transcript.id", index=True)
    updated_at: datetime


class Worker(Base, table=True):
    """A process that transcribes; one that was not seen for a while has died.

    `seen_at` is its heartbeat, `ended_at` is set when it ends by itself.
    """

    __tablename__ = "worker"

    id: str = Field(primary_key=True, max_length=40)
    host: str = Field(max_length=200)
    pid: int
    model: str = Field(max_length=200)
    started_at: datetime
    seen_at: datetime = Field(index=True)
    ended_at: datetime | None = None


class TranscriptionPause(Base, table=True):
    """There while nothing new is to be transcribed; the one row says who paused and when."""

    __tablename__ = "transcription_pause"

    id: int = Field(default=1, primary_key=True)
    at: datetime
    by: str = Field(max_length=100)


class PrivacyVersion(Base, table=True):
    """What is masked in transcripts; rows are only added, the newest is in force."""

    __tablename__ = "privacy_version"

    id: int | None = Field(default=None, primary_key=True)
    rules: dict[str, Any] = Field(sa_type=JSON)
    at: datetime
    by: str = Field(max_length=100)


class SearchLine(Base, table=True):
    """What one speaker says in a row as the search finds it: masked, in the form that compares.

    `id` is made of transcript, position and speaker (`qm.store.search_lines`), so the full-text
    index, which knows nothing but ids, tells all three. `position` is the first segment's.
    `rules_sha256` are the masking rules it was made with; lines of older rules are not found,
    and are made again. Rows are never updated: triggers of the index see them come and go.
    """

    __tablename__ = "search_line"

    id: int = Field(
        sa_column=Column(
            BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
        )
    )
    transcript_id: int = Field(foreign_key="transcript.id")
    position: int
    key: str = Field(sa_type=Text)
    rules_sha256: str = Field(max_length=64)
