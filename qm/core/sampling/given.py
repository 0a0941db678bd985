"""What a draw depends on and what it yields."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from qm.core.sampling.policy import Policy

PICK_COLUMNS = [
    "interaction_id",
    "agent_id",
    "team_id",
    "month",
    "stratum",
    "zone",
    "zone_size",
    "number",
    "inclusion_probability",
    "purpose",
    "quota",
    "rank",
    "is_reserve",
]


@dataclass(frozen=True)
class DrawInput:
    """Everything that a draw depends on: the same input gives the same picks on any machine.

    `population` has a row per interaction of the period, in any order: interaction_id, agent_id
    (who owns it under the policy), team_id, channel, queue, direction, language, outcome,
    started_at (aware), talk_s, hold_s, wrap_s (NaN: unknown), recorded, evaluated, drawn (bool),
    `number` (NaN: made from the seed), in a top-up `is_new`, and what else the policy names:
    contacts_7d, `says:<quota>` per quota with phrases, the centre's own attributes.
    `zone` is the centre's time zone; `months` are those of its calendar that the period touches,
    each with its UTC start, in order. `earlier` are the picks and reserves (`PICK_COLUMNS`,
    is_in_effect, and is_replaced where any was) of the draws that this one extends.
    """

    population: pd.DataFrame
    policy: Policy
    seed: str
    zone: ZoneInfo
    months: tuple[tuple[str, datetime], ...]
    new_agents: frozenset[str] = frozenset()
    earlier: pd.DataFrame | None = None


class DrawResult(NamedTuple):
    """A draw's outcome.

    `picks` has the `PICK_COLUMNS`, a row per pick and reserve. Purpose is random, double_scored
    (random picks that two analysts score) or targeted (probability 0, zone 0, no stratum). The
    rank counts from 1 within the zone, reserves after the picks; that of a targeted pick is its
    order in its quota. `coverage` has agent_id, month, frame_size, picked (targeted not counted).
    `excluded` counts by reason; together with `frame_size` they are the population (of a top-up:
    the part that is new).
    """

    picks: pd.DataFrame
    coverage: pd.DataFrame
    excluded: dict[str, int]
    frame_size: int
    frame_sha256: str
    picks_sha256: str
