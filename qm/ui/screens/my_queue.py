"""My queue: the analyst's open assignments, the most urgent first."""

import streamlit as st

from qm.ui import theme, wording
from qm.ui.here import here
from qm.ui.sampling.unsuitable import told, unsuitable
from qm.workflow.evaluations import my_queue

page = here()
_ = page._
queue, done = my_queue(page.engine, page.actor)

st.title(_("My queue"))
if "notice" in st.session_state:
    st.toast(st.session_state.pop("notice"))
theme.row(
    theme.pill(page.digits(_("{open} open").format(open=len(queue))), "accent"),
    theme.pill(page.digits(_("{done} submitted").format(done=done)), "good"),
)
if queue.empty:
    st.info(_("Nothing waits for you. New picks appear here when they are assigned to you."))

now = page.now()
for place, row in enumerate(queue.to_dict("records")):
    with theme.card(f"assignment-{row['assignment_id']}"):
        left, middle, right = st.columns([10, 2, 2], vertical_alignment="center")
        title = _("{channel} {id} · {agent} · {queue}").format(
            channel=wording.channel(_, row["channel"]),
            id=row["interaction_id"],
            agent=page.called(row["agent_name"], row["agent_name_fa"]),
            queue=row["queue"] or "–",
        )
        days = (row["due_at"] - now).days
        late = row["due_at"] < now
        due = _("overdue") if late else _("due in {days} days").format(days=days)
        with left:
            theme.row(
                theme.words(title, "strong"),
                theme.words(page.moment(row["started_at"]), "mute"),
                theme.words(page.clock(row["talk_s"]), "mute"),
                theme.pill(page.digits(due), "bad" if late else "warn" if days < 2 else "plain"),
                theme.pill(_("draft"), "accent") if row["saved"] else "",
                theme.pill(wording.recording_state(_, row["recording_state"]), "plain")
                if row["recording_state"] != "done"
                else "",
            )
        with middle:
            replaced = unsuitable(page, row["assignment_id"])
        if replaced is not None:
            st.session_state["notice"] = told(page, replaced)
            st.rerun()
        with right:
            if st.button(
                _("Continue") if row["saved"] else _("Evaluate"),
                key=f"open-{row['assignment_id']}",
                type="primary" if place == 0 else "secondary",
                width="stretch",
            ):
                st.switch_page(
                    "screens/evaluate.py", query_params={"assignment": str(row["assignment_id"])}
                )
