"""Audit log: who did what to what and when, and whether that was ever tampered with."""

import streamlit as st

from qm.store.audit import Wanted
from qm.ui.addressed import asked_number
from qm.ui.audit.limits import limits
from qm.ui.audit.listing import show_events
from qm.ui.audit.verifying import verifying
from qm.ui.here import Here, here
from qm.ui.names import doer
from qm.workflow.audit import list_doers


def names_of(page: Here) -> dict[str, str]:
    """Return everybody of whom the log tells, by username, sorted by name."""
    names = {
        each.username: page.called(each.name, each.name_fa)
        if each.name
        else doer(page._, each.username)
        for each in list_doers(page.engine, page.actor)
    }
    return dict(sorted(names.items(), key=lambda each: each[1]))


page = here()
page.actor.require("see_audit")
st.title(page._("Audit log"))
verifying(page)
names = names_of(page)
if (event_id := asked_number("event")) is not None:
    st.page_link("screens/audit_log.py", label=page._("All events"))
    show_events(page, Wanted(id=event_id), names)
else:
    show_events(page, limits(page, names), names)
