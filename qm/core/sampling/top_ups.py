"""A draw that extends earlier ones of the same period: how many more, and reserves made picks.

Earlier picks never change. Interactions that came since are the new frame; what they cannot
supply of an agent's target comes from the reserves that the earlier draws stored.
"""

from functools import cache

import numpy as np
import pandas as pd

from qm.core.sampling.given import PICK_COLUMNS, DrawInput
from qm.core.sampling.population import Bools, Ints

TARGETED = "targeted"


def is_new(given: DrawInput) -> Bools:
    """Return which interactions of the population this draw may pick."""
    if given.earlier is None:
        return np.ones(len(given.population), dtype=bool)
    return given.population["is_new"].to_numpy(dtype=bool)


def targets(given: DrawInput, agent_of: Ints, agents: list[str], is_in_frame: Bools) -> Ints:
    """Return how many picks each agent shall have from this draw.

    `agent_of` are the agents (places in `agents`) of the population, `is_in_frame` says which
    interactions no rule leaves out. A top-up within the period makes up for all that the policy
    wants of the agent's interactions, new and old, less the picks in effect; what has been
    picked before counts as an interaction of the agent, even if it would be left out by now.
    """
    counted: Bools = is_in_frame & is_new(given)
    before: Ints = np.zeros(len(agents), dtype=np.int64)
    if given.earlier is not None and given.policy.carry_over == "within_period":
        in_effect = _in_effect(given.earlier)
        counted = is_in_frame | given.population["interaction_id"].isin(
            in_effect["interaction_id"]
        ).to_numpy(dtype=bool)
        per_agent = in_effect["agent_id"].astype(str).value_counts()
        before = per_agent.reindex(agents, fill_value=0).to_numpy(dtype=np.int64)
    sizes = np.bincount(agent_of[counted], minlength=len(agents)).tolist()
    picks_of = cache(given.policy.picks_of)
    wanted = [
        picks_of(size, is_new=agent in given.new_agents)
        for agent, size in zip(agents, sizes, strict=True)
    ]
    return (np.array(wanted, dtype=np.int64) - before).clip(0)


def _in_effect(earlier: pd.DataFrame) -> pd.DataFrame:
    return earlier[earlier["is_in_effect"].astype(bool) & (earlier["purpose"] != TARGETED)]


def reserves_made_picks(
    given: DrawInput, agents: list[str], missing: Ints, is_in_frame: Bools
) -> pd.DataFrame:
    """Return the stored reserves that become picks because the new part is too small.

    Each agent's `missing` ones, by rank and number, with the zone they were drawn in. Reserves
    that replaced a pick, or were themselves replaced, are spent; those that a rule leaves out by
    now stay out.
    """
    earlier = given.earlier
    if earlier is None or not missing.any():
        return pd.DataFrame(columns=PICK_COLUMNS)
    is_spent = earlier["is_in_effect"].astype(bool)
    if "is_replaced" in earlier:
        is_spent |= earlier["is_replaced"].astype(bool)
    spent = set(earlier.loc[is_spent, "interaction_id"])
    waiting = earlier[earlier["is_reserve"].astype(bool) & ~earlier["interaction_id"].isin(spent)]
    ids = given.population["interaction_id"]
    allowed = ids[ids.isin(waiting["interaction_id"]).to_numpy(dtype=bool) & is_in_frame]
    waiting = waiting[waiting["interaction_id"].isin(allowed)]
    waiting = waiting.sort_values(["agent_id", "rank", "number", "interaction_id"])
    waiting = waiting.drop_duplicates("interaction_id")
    per_agent = pd.Series(missing, index=agents)
    wanted = per_agent.reindex(waiting["agent_id"], fill_value=0).to_numpy()
    taken = waiting[waiting.groupby("agent_id").cumcount() < wanted]
    return taken[PICK_COLUMNS].assign(purpose="random", is_reserve=False)


def continued(picks: pd.DataFrame, earlier: pd.DataFrame | None) -> pd.Series:
    """Return the zones of random picks, counted on from those of the earlier draws.

    So agent, stratum and zone name one zone in all the draws of a period that extend each other.
    """
    if earlier is None or not len(picks):
        return picks["zone"]
    last = earlier.groupby(["agent_id", "stratum"])["zone"].max()
    keys = pd.MultiIndex.from_frame(picks[["agent_id", "stratum"]])
    zones: pd.Series = picks["zone"] + last.reindex(keys).fillna(0).to_numpy(dtype=np.int64)
    return zones
