"""Evaluating blind: what would tell the evaluator whose interaction it is."""

from dataclasses import replace

from qm.store.evaluations import Context
from qm.store.tables import Agent


def without_agent(context: Context) -> Context:
    """Return the context with nobody's name in it; what is said in the recording stays.

    The team stays: the form's conditions and the evaluator's work depend on it.
    """
    nobody = Agent(id="", name="–", name_fa="–", team_id=context.team.id)
    return replace(context, agent=nobody)
