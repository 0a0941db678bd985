"""A month's newest interactions."""

import pandas as pd
import streamlit as st

from qm.core.forms.form import CHANNELS
from qm.ui import states, wording
from qm.ui.here import Here
from qm.ui.period_picker import period_picker
from qm.ui.tables import table
from qm.workflow.interactions import list_interactions

_SHOWN = 100


def show_interactions(page: Here) -> None:
    """Show a month's newest interactions, of one channel or all."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = period_picker(page)
        channel = st.segmented_control(
            _("Channel"),
            CHANNELS,
            format_func=lambda code: wording.channel(_, code),
            key="interactions-channel",
        )
    listed = list_interactions(
        page.engine,
        page.actor,
        period,
        centre=page.centre,
        channel=channel,
        limit=_SHOWN,
    )
    if listed.empty:
        states.empty(
            _("No interaction of this month was imported."),
            _("Import a file above, or choose another month."),
        )
        return
    rows = [
        {
            _("Interaction"): row["id"],
            _("Channel"): wording.channel(_, row["channel"]),
            _("Agent"): page.called(row["agent_name"], row["agent_name_fa"]),
            _("Team"): page.called(row["team_name"], row["team_name_fa"]),
            _("Queue"): row["queue"] or "",
            _("Start"): page.moment(row["started_at"]),
            _("Length"): page.clock(row["talk_s"]),
            _("Words"): wording.recording_state(_, row["words"]),
        }
        for row in listed.to_dict("records")
    ]
    table(pd.DataFrame(rows), numeric=[_("Length")])
    if len(rows) == _SHOWN:
        st.caption(page.digits(_("The newest {n} are shown.").format(n=_SHOWN)))
