"""Agents' own evaluations: of their own interaction, or asked of a colleague by the lead."""

import streamlit as st

from qm.core.problems import BadInput
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.workflow.life_reading import Life
from qm.workflow.own_comparing import list_own_assignments
from qm.workflow.own_evaluations import begin_own_evaluation, colleagues


def show_own(page: Here, life: Life) -> None:
    """Offer an own evaluation where the rules have it; it counts in no figure."""
    evaluation_id = life.evaluation.id or 0
    if life.may_evaluate_too and _has_it(page, life):
        return
    if life.may_evaluate_too:
        hint = page._("With the same form, for yourself and your lead; it counts in no figure.")
        if st.button(page._("Evaluate it yourself"), help=hint, key="life-own"):
            _begin_self(page, evaluation_id)
    elif life.rules.self_evaluation and page.actor.may("publish_evaluations"):
        _ask_colleague(page, evaluation_id)


def _has_it(page: Here, life: Life) -> bool:
    """Lead to the person's own evaluation where it is begun; whether there is one."""
    own = list_own_assignments(page.engine, page.actor)
    own = own[own["interaction_id"] == life.evaluation.interaction_id]
    for number in own.loc[own["state"] == "open", "assignment_id"]:
        if st.button(page._("Go on with your own evaluation"), key="life-own-open"):
            query = {"assignment": str(int(number))}
            st.switch_page("screens/evaluate.py", query_params=query)
    return not own.empty


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
    if not (people := colleagues(page.engine, page.actor, evaluation_id, now=page.now())):
        return
    names = {user.username: plain(page.called(user.name, user.name_fa)) for user in people}
    with st.popover(_("Ask a colleague")):
        st.caption(_("A colleague evaluates it with the same form; it counts in no figure."))
        chosen = st.selectbox(
            _("Colleague"),
            list(names),
            format_func=names.__getitem__,
            index=None,
            placeholder=_("Choose…"),
            key="life-peer",
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
