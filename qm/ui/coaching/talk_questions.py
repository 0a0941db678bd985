"""The questions that a talk is to be about, beside its evaluations and notes."""

import streamlit as st

from qm.ui.here import Here
from qm.workflow.coaching_talks import Topic
from qm.workflow.coaching_topics import MissedQuestion, missed_questions


def questions_choice(page: Here, agent_id: str) -> list[Topic]:
    """Let a lead choose questions, those that the agent misses most often first.

    Misses before and after the talk are compared for each of them.
    """
    found = missed_questions(page.engine, page.actor, agent_id, now=page.now())
    names = {(each.form_id, each.question_id): _said(page, each) for each in found}
    chosen = st.multiselect(
        page._("Questions to talk about"),
        list(names),
        format_func=names.__getitem__,
        placeholder=page._("Choose…"),
        help=page._("Once the talk was held, its page compares their misses before and after."),
        key=f"plan-questions-{agent_id}-{page.language}",
    )
    return [Topic(form_id=form_id, question_id=question_id) for form_id, question_id in chosen]


def _said(page: Here, question: MissedQuestion) -> str:
    return page._("{question} · missed in {missed} of {answered}").format(
        question=question.text.in_language(page.language),
        missed=page.number(question.missed, 0),
        answered=page.number(question.answered, 0),
    )
