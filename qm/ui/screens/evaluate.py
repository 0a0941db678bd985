"""Evaluate: the interaction on one side, the form on the other, the score in sight."""

import streamlit as st

from qm.core.forms.completeness import lacks
from qm.core.problems import BadInput, NotAllowed
from qm.core.scoring.score import score
from qm.ui import theme
from qm.ui.evaluation.answering import show_in
from qm.ui.evaluation.entry import Entry, entry_of
from qm.ui.evaluation.form_pane import form_pane
from qm.ui.evaluation.interaction_pane import interaction_pane
from qm.ui.evaluation.open_points import open_points
from qm.ui.evaluation.score_pane import score_pane, why_popover
from qm.ui.here import Here, here, show_problems
from qm.ui.sampling.unsuitable import told, unsuitable
from qm.ui.wording import outcome
from qm.workflow.evaluations import (
    Workspace,
    my_queue,
    open_assignment,
    submit_evaluation,
)

PANE_HEIGHT_PX = 560  # makes it scroll; the style sheet fits it to the window


def asked_for() -> int | None:
    """Return the assignment that the address names, or None."""
    text = st.query_params.get("assignment", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def top_line(page: Here, workspace: Workspace, entry: Entry) -> None:
    """Show the place in the queue, the time left and that the work is saved."""
    _ = page._
    queue, _done = my_queue(page.engine, page.actor)
    ids = list(queue["assignment_id"])
    place = ids.index(entry.assignment_id) + 1 if entry.assignment_id in ids else 1
    days = (workspace.context.assignment.due_at - page.now()).days
    due = _("overdue") if days < 0 else _("due in {days} days").format(days=days)
    position = _("{place} of {open}").format(place=place, open=len(ids))
    with st.container(horizontal=True, vertical_alignment="center"):
        theme.row(
            theme.words(_("My queue"), "strong"),
            theme.pill(page.digits(position)),
            theme.pill(page.digits(due), "bad" if days < 0 else "warn" if days < 2 else "plain"),
        )
        done = unsuitable(page, entry.assignment_id)
    if done is not None:
        st.session_state["notice"] = told(page, done)
        st.session_state.pop(f"entry-{entry.assignment_id}", None)
        go_on(page, done.assignment_id)


@st.fragment
def form_and_score(workspace: Workspace, entry: Entry) -> None:
    """The right side; it reruns alone, so that an answer shows its score at once."""
    page, form = here(), workspace.form
    if entry.refused is not None:
        show_problems(page, entry.refused)
    card = score(form, entry.answers, entry.facts)
    pane = f"questions-{entry.assignment_id}"
    with theme.card("form"), st.container(height=PANE_HEIGHT_PX, border=False, key=pane):
        form_pane(page, form, card, entry)
        coaching_feedback(page, entry)
    with theme.card("score"):
        score_pane(page, form, card)
        missing = lacks(form, entry.answers, card)
        open_points(page, form, missing, entry.misfits)
        is_ready = not missing and not entry.misfits and entry.refused is None
        with st.container(horizontal=True, vertical_alignment="center"):
            submitted = st.button(
                page._("Submit and next"),
                type="primary",
                shortcut="Ctrl+Enter",
                disabled=not is_ready,
                key=f"submit-{entry.assignment_id}",
            )
            why_popover(page, form, card, entry.answers)
            if entry.saved_at is not None:
                time = page.digits(f"{entry.saved_at.astimezone(page.centre.zone):%H:%M:%S}")
                theme.row(theme.words(page._("✓ saved {time}").format(time=time), "mute"))
    if submitted:
        submit(page, entry)


def coaching_feedback(page: Here, entry: Entry) -> None:
    """Take the feedback on the whole interaction; it is saved with the draft."""
    key = f"coaching-{entry.assignment_id}"
    show_in(key, entry.coaching)
    st.text_area(
        page._("Coaching feedback for the agent"),
        key=key,
        placeholder=page._("What went well, what to do differently next time…"),
        max_chars=4000,
        on_change=coaching_changed,
        args=(page, entry, key),
    )


def coaching_changed(page: Here, entry: Entry, key: str) -> None:
    """Save the feedback that was written."""
    entry.coaching = st.session_state[key]
    entry.save(page)


def submit(page: Here, entry: Entry) -> None:
    """Submit and go on with the next assignment, or back to the queue."""
    try:
        evaluation = submit_evaluation(
            page.engine, page.actor, entry.assignment_id, saved=entry.saved, now=page.now()
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    scored = page.number(evaluation.percent, entry.form.places)
    st.session_state["notice"] = page._("Submitted: {score} · {outcome}").format(
        score=scored, outcome=outcome(page._, evaluation.outcome)
    )
    del st.session_state[f"entry-{entry.assignment_id}"]
    go_on(page, None)


def go_on(page: Here, assignment_id: int | None) -> None:
    """Open this assignment, else the most urgent one, else the empty queue."""
    if assignment_id is None:
        queue, _done = my_queue(page.engine, page.actor)
        if queue.empty:
            st.switch_page("screens/my_queue.py")
        assignment_id = int(queue["assignment_id"].iloc[0])
    st.query_params["assignment"] = str(assignment_id)
    st.rerun()


page = here()
assignment_id = asked_for()
if assignment_id is None:
    st.switch_page("screens/my_queue.py")
if "notice" in st.session_state:
    st.toast(st.session_state.pop("notice"))
try:
    workspace = open_assignment(page.engine, page.actor, assignment_id)
except BadInput as refusal:
    show_problems(page, refusal)
    st.stop()
except NotAllowed:
    st.error(page._("This evaluation does not exist or is not yours."))
    st.stop()
entry = entry_of(workspace)
top_line(page, workspace, entry)
left, right = st.columns([57, 43])
with left, theme.card("interaction"):
    cited = interaction_pane(
        page,
        workspace.context,
        workspace.form,
        workspace.words,
        entry.answers,
        can_cite=True,
    )
with right:
    form_and_score(workspace, entry)
if cited is not None:
    if entry.target is None:
        st.toast(page._("Choose a question first: answer it or press its “cite”."))
    else:
        entry.cite(page, cited)
        st.rerun()
