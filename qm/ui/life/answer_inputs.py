"""Another answer in the place of one that was given: the form's own inputs, kept in the tab."""

import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    Question,
    ScaleQuestion,
)
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.evaluation.choosing import choice_input, choices_input, scale_input
from qm.ui.evaluation.entering import written_input
from qm.ui.here import Here
from qm.ui.plain import plain
from qm.workflow.evaluations import Reading


def rehearsal_of(key: str, reading: Reading) -> Rehearsal:
    """Return the answers as the person would have them, to begin with as they are."""
    name = f"rehearsal-{key}"
    if name not in st.session_state:
        answers = dict(reading.answers)
        st.session_state[name] = Rehearsal(key, reading.form, answers, reading.facts)
    found: Rehearsal = st.session_state[name]
    return found


def forget(key: str) -> None:
    """Let the answers be those of the evaluation again."""
    st.session_state.pop(f"rehearsal-{key}", None)


def answer_input(page: Here, question: Question, on: Rehearsal) -> None:
    """Offer the question's answers."""
    label = plain(question.text.in_language(page.language))
    if isinstance(question, ChoiceQuestion):
        choice_input(page, question, on, label)
    elif isinstance(question, MultipleChoiceQuestion):
        choices_input(page, question, on, label)
    elif isinstance(question, ScaleQuestion):
        scale_input(page, question, on, label)
    else:
        written_input(page, question, on, label)


def value_alone(answer: Answer) -> Answer:
    """Return an answer without its remarks: the reason of the change takes their place."""
    return answer.model_copy(update={"comment": "", "evidence": (), "reasons": ()})
