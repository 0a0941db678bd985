"""From one assignment to the next: submitting, the draft, and where to go on."""

import streamlit as st

from qm.core.problems import BadInput
from qm.ui.evaluation.entry import Entry, forget_entry
from qm.ui.here import Here, show_problems
from qm.ui.wording import outcome
from qm.workflow.evaluations import submit_evaluation
from qm.workflow.my_work import next_assignment

BLIND = "blind"
"""The part of the address that says that the evaluator wants not to know whose call it is."""


def wants_blind() -> bool:
    """Whether the evaluator chose to work without the agent's name."""
    return BLIND in st.query_params


def submit(page: Here, entry: Entry) -> None:
    """Submit and go on with the next assignment, or back to the queue."""
    try:
        evaluation = submit_evaluation(
            page.engine,
            page.actor,
            entry.assignment_id,
            saved=entry.saved,
            now=page.now(),
            suggested={name: each.value for name, each in entry.suggestions.items()},
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    scored = page.number(evaluation.percent, entry.form.places)
    st.session_state["notice"] = page._("Submitted: {score} · {outcome}").format(
        score=scored, outcome=outcome(page._, evaluation.outcome)
    )
    forget_entry(entry.assignment_id)
    go_on(page, None)


def home_of(page: Here) -> tuple[str, str]:
    """Return the page that one comes back to, and its name: agents have no queue."""
    if page.actor.may("evaluate"):
        return "screens/my_queue.py", page._("My queue")
    return "screens/evaluation_list.py", page._("Evaluations")


def go_on(page: Here, assignment_id: int | None) -> None:
    """Open this assignment, else the most urgent one, else the empty queue."""
    if assignment_id is None:
        assignment_id = next_assignment(page.engine, page.actor)
    if assignment_id is None:
        st.switch_page(home_of(page)[0])
    st.query_params["assignment"] = str(assignment_id)
    st.rerun()
