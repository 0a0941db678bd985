"""Agents' own evaluations: of their own interaction, or asked of a colleague by the lead."""

import streamlit as st

from qm.core.problems import BadInput
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.workflow.life_reading import Life
from qm.workflow.own_evaluations import begin_own_evaluation, colleagues


def show_own(page: Here, life: Life) -> None:
    """Offer an own evaluation where the rules have it; it counts in no figure."""
    evaluation_id = life.evaluation.id or 0
    if life.may_evaluate_too:
        hint = page._("With the same form, for yourself and your lead; it counts in no figure.")
        if st.button(page._("Evaluate it yourself"), help=hint, key="life-own"):
            _begin_self(page, evaluation_id)
    elif life.rules.self_evaluation and page.actor.may("publish_evaluations"):
        _ask_colleague(page, evaluation_id)


def _begin_self(page: Here, evaluation_id: int) -> None:
    try:
        assignment = begin_own_evaluation(
            page.engine, page.actor, evaluation_id, "self", now=page.now()
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.switch_page("screens/evaluate.py", query_params={"assignment": str(assignment)})


def _ask_colleague(page: Here, evaluation_id: int) -> None:
    _ = page._
    if not (people := colleagues(page.engine, page.actor, evaluation_id)):
        return
    names = {user.username: plain(page.called(user.name, user.name_fa)) for user in people}
    with st.popover(_("Ask a colleague")):
        st.caption(_("A colleague evaluates it with the same form; it counts in no figure."))
        chosen = st.selectbox(
            _("Colleague"), list(names), format_func=names.__getitem__, index=None, key="life-peer"
        )
        if st.button(_("Ask"), disabled=chosen is None, key="life-peer-ask"):
            try:
                begin_own_evaluation(
                    page.engine,
                    page.actor,
                    evaluation_id,
                    "peer",
                    now=page.now(),
                    colleague=chosen,
                )
            except BadInput as refusal:
                show_problems(page, refusal)
            else:
                st.rerun()
