"""Frame, policy and seed → picks, the same on any machine.

Every interaction has a permanent random number made from the seed and its id alone, so adding,
removing or reordering interactions never changes the number of another. Per agent the smallest
numbers are picked: simple random sampling without replacement with known inclusion probability
(Ohlsson, "Coordination of samples using permanent random numbers", 1995).
"""

import hashlib
import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

FRAME_COLUMNS = ["interaction_id", "agent_id"]


class Policy(BaseModel):
    """How much is drawn: `percent` of each agent's interactions in the period, within bounds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}$")]
    percent: Annotated[Decimal, Field(gt=0, le=100)]
    min_per_agent: Annotated[int, Field(ge=0)] = 0
    max_per_agent: Annotated[int, Field(ge=1)] | None = None
    reserves_per_agent: Annotated[int, Field(ge=0, le=50)] = 2
    due_days: Annotated[int, Field(ge=1, le=90)] = 7

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "Policy":
        if self.max_per_agent is not None and self.max_per_agent < self.min_per_agent:
            raise ValueError("max_per_agent is below min_per_agent")
        return self

    def sha256(self) -> str:
        """Return the hash of the policy's canonical JSON."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def picks_of(self, interactions: int) -> int:
        """Return how many of an agent's `interactions` are picked.

        min(N, max, max(min, ⌈percent·N⌉)), computed exactly: 5 % of 40 is 2, not 3.
        """
        share = math.ceil(Fraction(self.percent) * interactions / 100)
        wanted = max(self.min_per_agent, share)
        if self.max_per_agent is not None:
            wanted = min(wanted, self.max_per_agent)
        return min(wanted, interactions)


class DrawResult(NamedTuple):
    """A draw's outcome.

    `picks` has a row per pick and reserve: interaction_id, agent_id, stratum, zone, number (the
    permanent random number), inclusion_probability, purpose, rank (from 1 within the stratum)
    and is_reserve. `coverage` has a row per agent: agent_id, frame_size, picked.
    """

    picks: pd.DataFrame
    coverage: pd.DataFrame
    frame_sha256: str


def permanent_number(seed: str, interaction_id: str) -> float:
    """Return the permanent random number of an interaction, in (0, 1).

    ((first 8 bytes of SHA-256(seed ‖ 0x1F ‖ id), big-endian) >> 11 + ½) / 2⁵³
    """
    digest = hashlib.sha256(f"{seed}\x1f{interaction_id}".encode()).digest()
    return ((int.from_bytes(digest[:8], "big") >> 11) + 0.5) / 2**53


def frame_sha256(frame: pd.DataFrame) -> str:
    """Return the hash of the frame, whatever the order of its rows.

    SHA-256 over the lines `interaction_id ‖ 0x1F ‖ agent_id ‖ 0x0A`, sorted as bytes.
    """
    lines = (frame["interaction_id"] + "\x1f" + frame["agent_id"] + "\n").tolist()
    return hashlib.sha256(b"".join(sorted(line.encode() for line in lines))).hexdigest()


def draw(frame: pd.DataFrame, policy: Policy, seed: str) -> DrawResult:
    """Return the picks and reserves that `policy` and `seed` choose from `frame`.

    `frame` has the columns interaction_id and agent_id, one row per interaction that may be
    picked; an empty frame gives an empty draw. Each agent is a stratum, drawn as one zone.
    """
    numbered = frame[FRAME_COLUMNS].copy()
    numbered["number"] = np.array(
        [permanent_number(seed, interaction_id) for interaction_id in frame["interaction_id"]],
        dtype=float,
    )
    numbered = numbered.sort_values(["agent_id", "number", "interaction_id"], ignore_index=True)
    by_agent = numbered.groupby("agent_id", sort=False)
    numbered["rank"] = by_agent.cumcount() + 1
    numbered["frame_size"] = by_agent["interaction_id"].transform("size")
    numbered["picked"] = numbered["frame_size"].map(policy.picks_of).astype(int)
    coverage = numbered.drop_duplicates("agent_id")[
        ["agent_id", "frame_size", "picked"]
    ].reset_index(drop=True)
    kept = numbered[numbered["rank"] <= numbered["picked"] + policy.reserves_per_agent]
    picks = kept.assign(
        stratum=kept["agent_id"],
        zone=1,
        inclusion_probability=kept["picked"] / kept["frame_size"],
        purpose="random",
        is_reserve=kept["rank"] > kept["picked"],
    ).drop(columns=["frame_size", "picked"])
    return DrawResult(picks.reset_index(drop=True), coverage, frame_sha256(frame))
