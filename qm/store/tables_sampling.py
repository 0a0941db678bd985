"""Policies, seeds, draws and their picks; rows are only ever added, except to reveal a seed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from qm.store.base import Base


class PolicyVersion(Base, table=True):
    """A policy version as it was when first committed to or drawn with; immutable from then on.

    `content` is the policy's canonical content, `sha256` its hash.
    """

    __tablename__ = "policy_version"

    policy_id: str = Field(primary_key=True, max_length=40)
    version: str = Field(primary_key=True, max_length=10)
    sha256: str = Field(max_length=64)
    content: dict[str, Any] = Field(sa_type=JSON)
    stored_at: datetime
    stored_by: str = Field(max_length=100)


class DrawSeed(Base, table=True):
    """The seed of a period: its hash is committed to first, itself revealed after the draw.

    [`starts_at`, `ends_at`) are the period's bounds. `policy_sha256` is that of the policy that
    was committed to with the seed, None where only the seed was.
    """

    __tablename__ = "draw_seed"

    id: int | None = Field(default=None, primary_key=True)
    period: str = Field(unique=True, max_length=10)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    seed: str = Field(max_length=200)
    seed_sha256: str = Field(max_length=64)
    policy_sha256: str | None = Field(default=None, max_length=64)
    committed_at: datetime
    committed_by: str = Field(max_length=100)
    revealed_at: datetime | None = None
    revealed_by: str | None = Field(default=None, max_length=100)


class Draw(Base, table=True):
    """One execution of a policy on a frame with a seed; everything needed to repeat it.

    The population are the interactions of [`starts_at`, `ends_at`) that imports up to
    `last_import_run_id` brought; `excluded` counts, by reason, those that the frame leaves out.
    `extends_id` names the draw that a top-up goes on from. `new_agents` are those who counted as
    new. `zone_name` and `calendar` are the centre's at that time. Draws from before they could
    be verified have neither bounds nor `last_import_run_id`.
    """

    __tablename__ = "draw"

    id: int | None = Field(default=None, primary_key=True)
    period: str = Field(index=True, max_length=10)
    seed: str = Field(max_length=200)
    seed_id: int | None = Field(default=None, foreign_key="draw_seed.id")
    policy: dict[str, Any] = Field(sa_type=JSON)
    policy_sha256: str = Field(max_length=64)
    frame_sha256: str = Field(max_length=64)
    picks_sha256: str | None = Field(default=None, max_length=64)
    frame_size: int
    excluded: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone_name: str | None = Field(default=None, max_length=60)
    calendar: str | None = Field(default=None, max_length=10)
    last_import_run_id: int | None = None
    extends_id: int | None = Field(default=None, foreign_key="draw.id")
    new_agents: list[str] = Field(default_factory=list, sa_type=JSON)
    at: datetime
    by: str = Field(max_length=100)


class DrawCoverage(Base, table=True):
    """How many of an agent's interactions of a month were in a draw's frame, and picked.

    `month` is a month of the centre's calendar: a week or a quarter may lie in several.
    """

    __tablename__ = "draw_coverage"

    draw_id: int = Field(foreign_key="draw.id", primary_key=True)
    agent_id: str = Field(foreign_key="agent.id", primary_key=True, max_length=100)
    month: str = Field(primary_key=True, max_length=10)
    frame_size: int
    picked: int


class Pick(Base, table=True):
    """One drawn interaction; reserves wait in the order of their rank within their zone.

    `agent_id` owns the interaction under the policy, `team_id` is the team at that time,
    `month` that of the interaction in the centre's calendar. `zone_size` interactions were in
    the zone; the pick stands for its part of them. `quota` is the rule of a targeted pick, which
    has the inclusion probability 0: it stands for nothing but itself. No foreign key guards
    interaction and agent, which the draw has just read: checking them took PostgreSQL many times
    as long as the draw.
    """

    __tablename__ = "pick"
    __table_args__ = (
        UniqueConstraint("draw_id", "interaction_id"),
        Index("ix_pick_month_draw_id", "month", "draw_id"),
        Index("ix_pick_agent_id_month", "agent_id", "month"),
    )

    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(foreign_key="draw.id")
    interaction_id: str = Field(index=True, max_length=100)
    agent_id: str = Field(max_length=100)
    team_id: str = Field(max_length=100)
    month: str = Field(max_length=10)
    stratum: str = Field(max_length=200)
    zone: int
    zone_size: int
    number: float
    inclusion_probability: float
    purpose: str = Field(max_length=20)
    quota: str | None = Field(default=None, max_length=40)
    rank: int
    is_reserve: bool


class Replacement(Base, table=True):
    """A pick that could not be evaluated, and the reserve that took its place.

    `reserve_id` is None where the zone had no reserve left.
    """

    __tablename__ = "replacement"

    id: int | None = Field(default=None, primary_key=True)
    pick_id: int = Field(foreign_key="pick.id", unique=True)
    reserve_id: int | None = Field(default=None, foreign_key="pick.id", unique=True)
    reason: str = Field(max_length=40)
    comment: str = Field(default="", sa_type=Text)
    at: datetime
    by: str = Field(max_length=100)
