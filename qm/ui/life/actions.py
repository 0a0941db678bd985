"""What a person may do with an evaluation now: one button each, with what it needs to be told."""

from collections.abc import Callable

import streamlit as st

from qm.core.problems import BadInput, NotAllowed
from qm.core.text import MOST_LETTERS
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


def show_actions(page: Here, life: Life) -> None:
    """Offer the steps that are open to the person."""
    with st.container(horizontal=True, key="life-actions"):
        is_published = "publish" in life.may and st.button(
            page._("Publish"), type="primary", key="life-publish"
        )
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
    if is_published:
        _publish(page, life)
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
    ids = [life.evaluation.id or 0]
    told = publish_evaluations(page.engine, page.actor, ids, now=page.now())
    if told.problems:
        show_problems(page, told.problems)
    else:
        st.rerun()


def _acknowledge(page: Here, life: Life) -> None:
    _ = page._
    _told(
        page,
        life,
        acknowledge,
        _("Acknowledge"),
        key="life-acknowledge",
        caption=_("You say that you have read it, not that you agree."),
        asked=_("What you want to say to it (optional)"),
        does=_("I have read it"),
    )


def _return(page: Here, life: Life) -> None:
    _ = page._
    if page.actor.username == life.evaluation.evaluator:
        _take_back(page, life)
        return
    _told(
        page,
        life,
        return_evaluation,
        _("Send back"),
        key="life-return",
        caption=_("The evaluator gets it back with your comment; the agent sees nothing of it."),
        asked=_("What is to be mended"),
    )


def _take_back(page: Here, life: Life) -> None:
    _ = page._
    _told(
        page,
        life,
        return_evaluation,
        _("Take it back"),
        key="life-take-back",
        caption=_("Nobody has published it yet: it is open to you again, with your answers."),
        asked=_("Why you take it back"),
    )


def _close(page: Here, life: Life) -> None:
    _ = page._
    _told(
        page,
        life,
        close_evaluation,
        _("Close"),
        key="life-close",
        caption=_("For an evaluation that its agent cannot acknowledge any more."),
        asked=_("Why"),
    )


def _told(
    page: Here,
    life: Life,
    step: Callable[..., None],
    name: str,
    *,
    key: str,
    caption: str,
    asked: str,
    does: str = "",
) -> None:
    """Offer a step that takes a text: what it means, what is to be told, and the button."""
    with st.popover(name, type="primary" if step is acknowledge else "secondary"):
        st.caption(caption)
        text = st.text_area(
            asked, key=f"{key}-text-{page.language}", max_chars=MOST_LETTERS, height=100
        )
        if st.button(does or name, type="primary", key=key):
            evaluation_id = life.evaluation.id or 0
            _do(page, lambda: step(page.engine, page.actor, evaluation_id, text, now=page.now()))


def _do(page: Here, action: Callable[[], object]) -> None:
    if done(page, action):
        st.rerun()
