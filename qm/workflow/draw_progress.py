"""How far a period's draws have come: planned, achieved, left out, replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.store import draw_progress as store
from qm.store.engine import transaction
from qm.workflow.replacement_rates import ReplacementRate, list_replacements, replacement_rates


@dataclass(frozen=True)
class LeftOut:
    """How many interactions a draw's frame leaves out, by the reasons of its policy."""

    draw_id: int
    at: datetime
    policy: Mapping[str, Any]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class DrawProgress:
    """What became of a period's draws.

    `agents` is what `qm.store.draw_progress.progress` describes, with `missing`: random picks
    that are still to be evaluated.
    """

    agents: pd.DataFrame
    left_out: tuple[LeftOut, ...]
    rates: tuple[ReplacementRate, ...]
    replacements: pd.DataFrame


def draw_progress(engine: Engine, actor: Actor, period: str) -> DrawProgress:
    """Return per agent what was planned and achieved, what was left out, and what was replaced."""
    actor.require("see_sampling")
    with transaction(engine) as session:
        agents = store.progress(session, period)
        draws = store.draws_of(session, period)
    agents["missing"] = agents["planned"] - agents["evaluated"] - agents["lost"]
    return DrawProgress(
        agents,
        tuple(LeftOut(draw.id or 0, draw.at, draw.policy, draw.excluded) for draw in draws),
        tuple(replacement_rates(engine, actor, period)),
        list_replacements(engine, actor, period),
    )
