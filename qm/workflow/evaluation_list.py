"""The evaluations that a person may read, listed a part at a time."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.store import evaluation_list as store
from qm.store.blind import untold
from qm.store.engine import transaction
from qm.store.evaluation_list import EVERY, Wanted
from qm.store.tables import Agent
from qm.workflow.blind import without_agents


@dataclass(frozen=True)
class Choices:
    """The agents and channels of some evaluations: what a list of them can be limited to."""

    agents: tuple[Agent, ...]
    channels: tuple[str, ...]


def list_evaluations(
    engine: Engine,
    actor: Actor,
    wanted: Wanted = EVERY,
    *,
    now: datetime,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """Return the evaluations that are wanted and that the person may read, newest first.

    Analysts see their own, leads their team's, agents what is published of their own. `state`
    is that of each at `now`. Who works blind is told no agent of what came back to them.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        table = store.listed(session, actor, wanted, now, limit=limit, offset=offset)
        return without_agents(table, untold(session, actor, set(table["interaction_id"])))


def count_evaluations(
    engine: Engine, actor: Actor, wanted: Wanted = EVERY, *, now: datetime
) -> int:
    """Return how many evaluations `list_evaluations` has."""
    actor.require("see_quality")
    with transaction(engine) as session:
        return store.count_listed(session, actor, wanted, now)


def evaluation_choices(
    engine: Engine, actor: Actor, wanted: Wanted = EVERY, *, now: datetime
) -> Choices:
    """Return the agents and channels of what `list_evaluations` has."""
    actor.require("see_quality")
    with transaction(engine) as session:
        return Choices(
            tuple(store.agents_listed(session, actor, wanted, now)),
            tuple(store.channels_listed(session, actor, wanted, now)),
        )
