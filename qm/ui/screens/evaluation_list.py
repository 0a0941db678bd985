"""Evaluations: those the person may read, and one of them with all it rests on."""

import pandas as pd
import streamlit as st

from qm.core.problems import NotAllowed
from qm.ui import theme, wording
from qm.ui.evaluation.interaction_pane import interaction_pane
from qm.ui.evaluation.score_pane import ledger, score_pane
from qm.ui.here import Here, here
from qm.workflow.evaluations import Reading, list_evaluations, read_evaluation


def show_list(page: Here) -> None:
    """Show the evaluations; a click on a row opens it."""
    _ = page._
    table = list_evaluations(page.engine, page.actor)
    if table.empty:
        st.info(_("There are no evaluations yet."))
        return
    columns = {
        _("Agent"): [
            page.called(name, fa)
            for name, fa in zip(table["agent_name"], table["agent_name_fa"], strict=True)
        ],
        _("Month"): [page.month(text) for text in table["period"]],
        _("Channel"): [wording.channel(_, code) for code in table["channel"]],
        _("Interaction"): table["interaction_id"],
        _("Score"): [page.number(value) for value in table["percent"]],
        _("Outcome"): [wording.outcome(_, code) for code in table["outcome"]],
        _("Evaluator"): [
            page.called(name, fa)
            for name, fa in zip(table["evaluator_name"], table["evaluator_name_fa"], strict=True)
        ],
        _("Submitted"): [page.moment(moment) for moment in table["submitted_at"]],
    }
    shown = pd.DataFrame(columns)
    if page.language == "fa":  # the grid itself always runs left to right
        shown = shown[shown.columns[::-1]]
    event = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="evaluation-list",
        height=620,
    )
    rows = event["selection"]["rows"]
    if rows:
        st.query_params["evaluation"] = str(table["evaluation_id"].iloc[rows[0]])
        st.rerun()


def show_evaluation(page: Here, reading: Reading) -> None:
    """Show one evaluation: the interaction, the score, the answers and the feedback."""
    _ = page._
    if st.button(_("All evaluations"), type="tertiary"):
        st.query_params.clear()
        st.session_state.pop("evaluation-list", None)
        st.rerun()
    left, right = st.columns([57, 43])
    with left, theme.card("interaction"):
        interaction_pane(
            page, reading.context, reading.form, reading.segments, reading.answers, can_cite=False
        )
    with right:
        with theme.card("score"):
            score_pane(page, reading.form, reading.scorecard)
        with theme.card("feedback"):
            theme.row(theme.words(_("Coaching feedback"), "strong"))
            st.text(reading.evaluation.coaching or _("No feedback was written."))
            comments(page, reading)
            form = f"{reading.form.key} · sha256 {reading.evaluation.form_sha256[:12]}"
            st.caption(_("Form {form}").format(form=form))
        with theme.card("answers"):
            ledger(page, reading.form, reading.scorecard)


def comments(page: Here, reading: Reading) -> None:
    """Show the comments and the evidence of single questions."""
    for question in reading.form.questions():
        answer = reading.answers.get(question.id)
        if answer is None or not (answer.comment or answer.evidence):
            continue
        number = page.digits(str(reading.form.number_of(question.id)))
        theme.row(theme.words(f"{number} {question.text.in_language(page.language)}", "strong"))
        if answer.comment:
            st.text(answer.comment)
        for item in answer.evidence:
            time = f"{page.clock(item.start_s)} " if item.start_s is not None else ""
            quoted = page._("“{quote}”").format(quote=item.quote)
            theme.row(theme.pill(f"▸ {time}{quoted}", "accent"))


page = here()
st.title(page._("Evaluations"))
wanted = st.query_params.get("evaluation", "")
if wanted.isdecimal() and len(wanted) < 19:
    try:
        show_evaluation(page, read_evaluation(page.engine, page.actor, int(wanted)))
    except NotAllowed:
        st.error(page._("This evaluation does not exist or is not yours to read."))
else:
    show_list(page)
