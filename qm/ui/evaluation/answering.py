"""Answers as somebody gives them in this browser tab."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.forms.completeness import required_of, starting_answers
from qm.core.forms.conditions import Facts
from qm.core.forms.form import Form
from qm.core.forms.questions import Question
from qm.core.phrases.suggesting import Suggestion
from qm.core.scoring.scorecards import Scorecard, State
from qm.ui.cut_off import fields_anew
from qm.ui.here import Here


@dataclass
class Rehearsal:
    """A form that is filled in to try it out; the answers live as long as the tab.

    `key` begins the keys of all widgets. `target` is the question that is being worked on.
    `misfits` are texts that were entered for a question and are no answer. `facts` are the
    attributes of the interaction that conditions ask for, `suggestions` what its words suggest.
    """

    can_cite: ClassVar[bool] = False
    interaction_id: str | None = field(default=None, kw_only=True)
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict, kw_only=True)

    key: str
    form: Form
    answers: dict[str, Answer] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    target: str | None = None
    misfits: dict[str, str] = field(default_factory=dict)

    def answer(self, question_id: str) -> Answer:
        """Return the answer so far; an empty one where there is none."""
        return self.answers.get(question_id, Answer())

    def give(self, page: Here, question: Question, value: Answer) -> None:
        """Put the value of an answer, N/A or nothing in place of the old one, and save.

        Comment and evidence stay; root causes and the tag only where points are lost.
        """
        self.target = question.id
        self.misfits.pop(question.id, None)
        old = self.answer(question.id)
        kept: dict[str, object] = {"comment": old.comment, "evidence": old.evidence}
        is_short = falls_short(self.form, question, value)
        if is_short or "reason" in required_of(question, value):
            kept["reasons"] = old.reasons
        if is_short:
            kept["outside_control"] = old.outside_control
        self.answers[question.id] = value.model_copy(update=kept)
        self.save(page)

    def refuse(self, page: Here, question: Question, entered: str) -> None:
        """Remember what was entered and is no answer; the question is open again."""
        self.give(page, question, Answer())
        self.misfits[question.id] = entered

    def leave_out(self, page: Here, questions: Iterable[Question], *, is_left: bool) -> None:
        """Answer these questions with N/A, or take the N/A back, and save."""
        value = Answer(not_applicable=True) if is_left else Answer()
        for question in questions:
            old = self.answer(question.id)
            kept = {"comment": old.comment, "evidence": old.evidence}
            self.answers[question.id] = value.model_copy(update=kept)
            self.misfits.pop(question.id, None)
        self.save(page)

    def accept(self, page: Here, question_id: str) -> None:
        """Take the suggested answer of a question as the person's own."""
        question, suggestion = self.form.question(question_id), self.suggestions.get(question_id)
        if question is not None and suggestion is not None:
            self.give(page, question, suggestion.answer)

    def change(self, page: Here, question_id: str, **fields: object) -> None:
        """Change the remarks of an answer and save; what says the same as before is no change.

        A field that came and went while nobody wrote in it reports that it is empty.
        """
        before = self.answer(question_id)
        after = Answer.model_validate(before.model_dump() | fields)
        if after == before:
            return
        self.answers[question_id] = after
        self.save(page)

    def save(self, page: Here) -> None:
        """Keep the answers: here, the tab itself does."""

    def widget(self, kind: str, name: str) -> str:
        """Return the key of a widget of this kind."""
        return f"{kind}-{self.key}-{name}"


def rehearsal_of(key: str, form: Form) -> Rehearsal:
    """Return this tab's rehearsal of a form, begun with the form's own defaults."""
    name = f"rehearsal-{key}"
    if name not in st.session_state:
        st.session_state[name] = Rehearsal(key, form, starting_answers(form))
    rehearsal: Rehearsal = st.session_state[name]
    return rehearsal


def forget(key: str) -> None:
    """Let a rehearsal begin anew."""
    st.session_state.pop(f"rehearsal-{key}", None)


def falls_short(form: Form, question: Question, answer: Answer) -> bool:
    """Whether an answer earns less than the best one would."""
    if form.scoring == "unscored" or not question.is_scored or not answer.is_given:
        return False
    possible = question.possible_points  # type: ignore[union-attr]
    return question.grade(answer).points < possible


def is_left_out(questions: Iterable[Question], card: Scorecard) -> bool:
    """Whether every question that is asked has N/A, and there is one."""
    states = {card.states[question.id] for question in questions} - {State.HIDDEN}
    return states == {State.NOT_APPLICABLE}


def show_in(key: str, value: object) -> None:
    """Make the widget with this key show `value`, where it shows something else."""
    # Only then: writing the same value again would undo what is being typed.
    if fields_anew() or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
