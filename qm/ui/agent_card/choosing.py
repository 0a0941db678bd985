"""Whose card it is, and of which month."""

import streamlit as st

from qm.core.periods import Period
from qm.ui import states
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.ui.period_picker import period_picker
from qm.workflow.directory import directory
from qm.workflow.evaluations import periods_drawn


def chosen(page: Here) -> tuple[str, Period] | None:
    """Let an agent and a month be chosen; None where there is none, which is said.

    An agent, who has only themselves, is asked for the month alone.
    """
    _ = page._
    drawn = periods_drawn(page.engine)
    agents = {
        agent.id: page.called(agent.name, agent.name_fa)
        for agent in directory(page.engine, page.actor).agents
    }
    if not drawn or not agents:
        states.empty(
            _("Nothing was drawn yet, so there is nothing to show."),
            _("Figures appear when interactions were drawn and evaluated."),
        )
        return None
    if st.query_params.get("agent", next(iter(agents))) not in agents:
        states.not_found(page, _("There is no such agent, or their card is not yours to see."))
        return None
    with st.container(key="sheet-choice", horizontal=True, vertical_alignment="bottom"):
        agent_id = next(iter(agents))
        if len(agents) > 1:
            by_name = dict(sorted(agents.items(), key=lambda each: each[1]))
            agent_id = addressed_choice(page, _("Agent"), by_name, name="agent", width=240)
        period = period_picker(page, known=drawn)
    return agent_id, period
