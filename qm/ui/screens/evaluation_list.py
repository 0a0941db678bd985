"""Evaluations: those the person may read, and one of them with all it rests on."""

import pandas as pd
import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.problems import NotAllowed
from qm.core.scoring.scorecards import State
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import answer_in_words, called
from qm.ui.evaluation.interaction_pane import interaction_pane
from qm.ui.evaluation.ledger import ledger
from qm.ui.evaluation.score_pane import score_pane
from qm.ui.here import Here, here
from qm.ui.sampling.why import why
from qm.workflow.evaluations import Reading, list_evaluations, read_evaluation
from qm.workflow.transcripts import Words, read_unmasked


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
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("All evaluations"), type="tertiary"):
            st.query_params.clear()
            st.session_state.pop("evaluation-list", None)
            st.rerun()
        why(page, reading.context.draw.id or 0, reading.context.interaction.id)
    left, right = st.columns([57, 43])
    with left, theme.card("interaction"):
        words = shown_words(page, reading)
        interaction_pane(
            page, reading.context, reading.form, words, reading.answers, can_cite=False
        )
    with right:
        with theme.card("score"):
            score_pane(page, reading.form, reading.scorecard)
        facts(page, reading)
        with theme.card("feedback"):
            theme.row(theme.words(_("Coaching feedback"), "strong"))
            st.text(wording.masked(_, reading.coaching) or _("No feedback was written."))
            comments(page, reading)
            form = f"{reading.form.key} · sha256 {reading.evaluation.form_sha256[:12]}"
            st.caption(_("Form {form}").format(form=form))
        with theme.card("answers"):
            ledger(page, reading.form, reading.scorecard, reading.answers)


def shown_words(page: Here, reading: Reading) -> Words:
    """Return the masked words; those who may see personal data can have them as they were said.

    Nothing remembers that: they are masked again when the page is loaded anew.
    """
    _ = page._
    if not reading.words.masked or not page.actor.may("see_personal_data"):
        return reading.words
    interaction_id = reading.context.interaction.id
    hidden = page.listed(
        f"{wording.personal_data(_, kind)}: {page.number(count, 0)}"
        for kind, count in reading.words.masked.items()
    )
    wanted = st.toggle(
        _("Show what is masked"),
        key=f"unmask-{interaction_id}-{page.language}",
        help=_("It is logged who looked, when and at which interaction."),
    )
    st.caption(hidden)
    if not wanted:
        return reading.words
    return read_unmasked(page.engine, page.actor, interaction_id, now=page.now())


def facts(page: Here, reading: Reading) -> None:
    """Show what was recorded in the header of the form."""
    states = reading.scorecard.states
    fields = [field for field in reading.form.header if states[field.id] is not State.HIDDEN]
    if not fields:
        return
    with theme.card("facts"):
        theme.row(theme.words(page._("Facts"), "strong"))
        for field in fields:
            answer = reading.answers.get(field.id, Answer())
            said = answer_in_words(page, field, answer, states[field.id])
            text = field.text.in_language(page.language)
            theme.row(theme.words(text, "mute"), theme.words(said))


def comments(page: Here, reading: Reading) -> None:
    """Show what belongs to single answers: comment, root causes and evidence."""
    for question in reading.form.everything_asked():
        answer = reading.answers.get(question.id)
        if answer is None or not (answer.comment or answer.evidence or answer.reasons):
            continue
        if reading.scorecard.states[question.id] is State.HIDDEN:
            continue
        number = called(page, reading.form, question.id)
        text = question.text.in_language(page.language)
        is_numbered = bool(reading.form.part_of(question.id))
        theme.row(theme.words(f"{number} {text}" if is_numbered else text, "strong"))
        if answer.comment:
            st.text(wording.masked(page._, answer.comment))
        for reason in getattr(question, "reasons", ()):
            if reason.id in answer.reasons:
                theme.row(theme.pill(reason.label.in_language(page.language), "bad"))
        for item in answer.evidence:
            time = f"{page.clock(item.start_s)} " if item.start_s is not None else ""
            quoted = page._("“{quote}”").format(quote=wording.masked(page._, item.quote))
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
