"""Evaluating blind: what would tell the evaluator whose interaction it is."""

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from qm.store.evaluations import Context
from qm.store.tables import Agent


def without_agent(context: Context) -> Context:
    """Return the context with nobody's name in it; what is said in the recording stays.

    The team stays: the form's conditions and the evaluator's work depend on it.
    """
    return replace(context, agent=nobody(context.team.id))


def without_agents(table: pd.DataFrame, interaction_ids: Collection[str]) -> pd.DataFrame:
    """Return the table with nobody's name in the rows of these interactions."""
    hidden = table["interaction_id"].isin(interaction_ids)
    nameless = {"agent_id": "", "agent_name": "–", "agent_name_fa": "–"}
    columns = {name: table[name].mask(hidden, text) for name, text in nameless.items()}
    return table.assign(**columns)


def nobody(team_id: str) -> Agent:
    """Return who stands in the place of an agent whose name is not told."""
    return Agent(id="", name="–", name_fa="–", team_id=team_id)
