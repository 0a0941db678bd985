"""My queue: the analyst's assignments by state, the most urgent first."""

import streamlit as st

from qm.ui import states
from qm.ui.evaluation.flow import wants_blind
from qm.ui.evaluation.queue import open_card, open_evaluation, progress_line, submitted_card
from qm.ui.here import here
from qm.workflow.my_work import my_submitted, my_work

AT_ONCE = 25

page = here()
_ = page._
work = my_work(page.engine, page.actor, hides_agent=wants_blind())

st.title(_("My queue"))
if "notice" in st.session_state:
    st.toast(st.session_state.pop("notice"))
progress_line(page, work)
counts = {state: work.count(state) for state in ("pending", "draft", "returned")}
labels = {
    "open": _("To do ({count})").format(count=len(work.open)),
    "pending": _("Not begun ({count})").format(count=counts["pending"]),
    "draft": _("Drafts ({count})").format(count=counts["draft"]),
    "returned": _("Returned ({count})").format(count=counts["returned"]),
    "submitted": _("Submitted ({count})").format(count=work.submitted),
}
asked = st.query_params.get("state")
with st.container(horizontal=True, vertical_alignment="center"):
    chosen = st.segmented_control(
        _("State"),
        list(labels),
        default=asked if asked in labels else "open",
        required=True,
        format_func=lambda state: page.digits(labels[state]),
        key="queue-state",
        label_visibility="collapsed",
    )
    if len(work.open) and st.button(
        _("Next one"), type="primary", key="next", shortcut="Ctrl+Enter"
    ):
        open_evaluation(int(work.open["assignment_id"].iloc[0]))

if chosen == "submitted":
    shown = my_submitted(page.engine, page.actor, hides_agent=wants_blind())
else:
    shown = work.open if chosen == "open" else work.open[work.open["state"] == chosen]
rows = shown.to_dict("records")
if not rows:
    text = _("Nothing waits for you. New picks appear here when they are assigned to you.")
    states.empty(text if chosen == "open" else _("Nothing is in this state."))
most = st.session_state.get("queue-most", AT_ONCE)
for place, row in enumerate(rows[:most]):
    if chosen == "submitted":
        submitted_card(page, row)
    else:
        open_card(page, row, work, is_first=place == 0)
if len(rows) > most:
    more = _("Show all ({count})").format(count=len(rows))
    if st.button(page.digits(more), type="tertiary"):
        st.session_state["queue-most"] = len(rows)
        st.rerun()
elif chosen == "submitted" and work.submitted > len(rows):
    st.caption(page.digits(_("The newest {n} are shown.").format(n=len(rows))))
    st.page_link("screens/evaluation_list.py", label=_("Evaluations"))
