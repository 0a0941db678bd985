"""Audit log: who did what to what and when, and whether that was ever tampered with."""

import streamlit as st

from qm.store.audit import Wanted
from qm.ui.audit import words
from qm.ui.audit.limits import limits
from qm.ui.audit.listing import show_events
from qm.ui.audit.verifying import verifying
from qm.ui.here import Here, here
from qm.workflow.audit import list_doers


def names_of(page: Here) -> dict[str, str]:
    """Return everybody of whom the log tells, by username, sorted by name."""
    names = {
        doer.username: page.called(doer.name, doer.name_fa)
        if doer.name
        else words.doer(page._, doer.username)
        for doer in list_doers(page.engine, page.actor)
    }
    return dict(sorted(names.items(), key=lambda each: each[1]))


page = here()
page.actor.require("see_audit")
st.title(page._("Audit log"))
verifying(page)
names = names_of(page)
event = st.query_params.get("event", "")
if event.isdecimal() and len(event) < 16:
    st.page_link("screens/audit_log.py", label=page._("All events"))
    show_events(page, Wanted(id=int(event)), names)
else:
    show_events(page, limits(page, names), names)
