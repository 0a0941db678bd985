"""Suggested answers: from the words of the interaction, shown apart until somebody confirms."""

import streamlit as st

from qm.core.forms.form import Form
from qm.core.forms.questions import Question
from qm.core.phrases.suggesting import Suggestion, suggestions
from qm.core.scoring.scorecards import State
from qm.store.tables import Interaction
from qm.ui import theme
from qm.ui.evaluation.answer_words import answer_in_words
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.evaluation.phrases import findings_in
from qm.ui.here import Here
from qm.workflow.transcripts import Words


def suggested_in(
    page: Here, form: Form, interaction: Interaction, words: Words
) -> dict[str, Suggestion]:
    """Return what the rules of phrases suggest for an interaction, by question."""
    return suggestions(form, findings_in(page, interaction, words))


def suggestion_line(page: Here, question: Question, on: Rehearsal, state: State) -> None:
    """Offer the suggested answer of a question that is open; taking it counts, seeing it not."""
    suggestion = on.suggestions.get(question.id)
    if suggestion is None or state is not State.UNANSWERED:
        return
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        key=on.widget("suggestion", question.id),
    ):
        theme.row(theme.pill(_said(page, question, suggestion), "plain"))
        st.button(
            page._("Accept"),
            key=on.widget("accept", question.id),
            type="tertiary",
            help=page._("Suggested from the words; it counts once you accept it."),
            on_click=on.accept,
            args=(page, question.id),
        )


def _said(page: Here, question: Question, suggestion: Suggestion) -> str:
    _ = page._
    state = State.NOT_APPLICABLE if suggestion.answer.not_applicable else State.ANSWERED
    answer = answer_in_words(page, question, suggestion.answer, state)
    name = suggestion.rule.name.in_language(page.language)
    if not suggestion.is_heard:
        return _("{answer}? “{rule}” was not heard").format(answer=answer, rule=name)
    if suggestion.start_s is None:
        return _("{answer}? “{rule}” was said").format(answer=answer, rule=name)
    said = _("{answer}? “{rule}” at {time}")
    return said.format(answer=answer, rule=name, time=page.clock(suggestion.start_s))
