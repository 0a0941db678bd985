"""What a person may do with an evaluation now: one button each, with what it needs to be told."""

from collections.abc import Callable

import streamlit as st

from qm.core.problems import BadInput, NotAllowed
from qm.ui.here import Here, show_problems
from qm.ui.life.correcting import show_correcting
from qm.ui.life.deciding import show_deciding
from qm.ui.life.disputing import show_disputing
from qm.ui.life.own import show_own
from qm.workflow.evaluation_life import (
    acknowledge,
    close_evaluation,
    publish_evaluations,
    return_evaluation,
)
from qm.workflow.life_reading import Life

MOST_LETTERS = 4000


def show_actions(page: Here, life: Life) -> None:
    """Offer the steps that are open to the person."""
    with st.container(horizontal=True, key="life-actions"):
        if "publish" in life.may:
            _publish(page, life)
        if "acknowledge" in life.may:
            _acknowledge(page, life)
        if "return" in life.may:
            _return(page, life)
        if "close" in life.may:
            _close(page, life)
        if "resubmit" in life.may and st.button(page._("Mend it"), type="primary"):
            query = {"assignment": str(life.evaluation.assignment_id)}
            st.switch_page("screens/evaluate.py", query_params=query)
    show_own(page, life)
    if "dispute" in life.may:
        show_disputing(page, life)
    if life.open_objection is not None and life.may & {"uphold", "change", "pass_on"}:
        show_deciding(page, life, life.open_objection)
    if "correct" in life.may:
        show_correcting(page, life)


def done(page: Here, action: Callable[[], object]) -> bool:
    """Do it, or show why it is refused; whether it was done."""
    try:
        action()
    except BadInput as refusal:
        show_problems(page, refusal)
        return False
    except NotAllowed:
        st.error(page._("This step of the evaluation is not yours to take."))
        return False
    return True


def _publish(page: Here, life: Life) -> None:
    if st.button(page._("Publish"), type="primary", key="life-publish"):
        ids = [life.evaluation.id or 0]
        told = publish_evaluations(page.engine, page.actor, ids, now=page.now())
        if told.problems:
            show_problems(page, told.problems)
        else:
            st.rerun()


def _acknowledge(page: Here, life: Life) -> None:
    _ = page._
    with st.popover(_("Acknowledge"), type="primary"):
        st.caption(_("You say that you have read it, not that you agree."))
        comment = _text(page, _("What you want to say to it (optional)"), "acknowledge")
        if st.button(_("I have read it"), type="primary", key="life-acknowledge"):
            _do(
                page,
                lambda: acknowledge(
                    page.engine, page.actor, life.evaluation.id or 0, comment, now=page.now()
                ),
            )


def _return(page: Here, life: Life) -> None:
    _ = page._
    with st.popover(_("Send back")):
        st.caption(_("The evaluator gets it back with your comment; the agent sees nothing of it."))
        comment = _text(page, _("What is to be mended"), "return")
        if st.button(_("Send back"), key="life-return"):
            _do(
                page,
                lambda: return_evaluation(
                    page.engine, page.actor, life.evaluation.id or 0, comment, now=page.now()
                ),
            )


def _close(page: Here, life: Life) -> None:
    _ = page._
    with st.popover(_("Close")):
        st.caption(_("For an evaluation that its agent cannot acknowledge any more."))
        reason = _text(page, _("Why"), "close")
        if st.button(_("Close"), key="life-close"):
            _do(
                page,
                lambda: close_evaluation(
                    page.engine, page.actor, life.evaluation.id or 0, reason, now=page.now()
                ),
            )


def _text(page: Here, label: str, name: str) -> str:
    key = f"life-text-{name}-{page.language}"
    return st.text_area(label, key=key, max_chars=MOST_LETTERS, height=100)


def _do(page: Here, action: Callable[[], object]) -> None:
    if done(page, action):
        st.rerun()
