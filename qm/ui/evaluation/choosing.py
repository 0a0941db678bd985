"""Inputs for what is chosen from a list: single choice, multiple choice, scale."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import streamlit as st

from qm.core.forms.answer_values import value_text
from qm.core.forms.answers import Answer
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import ChoiceQuestion, MultipleChoiceQuestion, Question, ScaleQuestion
from qm.ui import theme
from qm.ui.cut_off import entered
from qm.ui.evaluation.answering import Rehearsal, show_in
from qm.ui.here import Here
from qm.ui.plain import plain

NONE_OF_THESE = "-none-"  # no id can be written like this
MOST_SIDE_BY_SIDE = 5
MOST_LETTERS_SIDE_BY_SIDE = 70
MOST_IN_SIGHT = 8
MOST_STEPS = 11
_Layout = Literal["line", "column", "menu"]


def choice_input(page: Here, question: ChoiceQuestion, on: Rehearsal, label: str) -> None:
    """Offer the options side by side; long ones below each other, many in a menu."""
    answer = on.answer(question.id)
    texts = {option.id: option.label.in_language(page.language) for option in question.options}
    if offers_not_applicable(question, answer):
        texts[NOT_APPLICABLE] = page._("N/A")
    layout: _Layout = "line" if _fits_a_line(texts) else "column"
    _one_of(page, question, on, label, texts, "menu" if len(texts) > MOST_IN_SIGHT else layout)


def choices_input(page: Here, question: MultipleChoiceQuestion, on: Rehearsal, label: str) -> None:
    """Offer any number of options, “none of these” and N/A; the last two exclude the rest."""
    answer = on.answer(question.id)
    labels = {
        option.id: plain(option.label.in_language(page.language)) for option in question.options
    }
    labels[NONE_OF_THESE] = page._("None of these")
    if offers_not_applicable(question, answer):
        labels[NOT_APPLICABLE] = page._("N/A")
    key = on.widget("answer", question.id)
    show_in(key, _selection(answer))
    st.pills(
        label,
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key=key,
        on_change=_selection_changed,
        args=(page, on, question, key),
        label_visibility="collapsed",
    )


def scale_input(page: Here, question: ScaleQuestion, on: Rehearsal, label: str) -> None:
    """Offer the steps of a scale from the lowest to the highest, with the words for its ends."""
    answer = on.answer(question.id)
    steps = range(question.lowest, question.highest + 1)
    texts = {str(step): page.number(step, 0) for step in steps}
    if offers_not_applicable(question, answer):
        texts[NOT_APPLICABLE] = page._("N/A")
    _one_of(page, question, on, label, texts, "line" if len(steps) <= MOST_STEPS else "menu")
    ends = ((question.lowest, question.lowest_label), (question.highest, question.highest_label))
    named = [
        f"{page.number(step, 0)} = {words.in_language(page.language)}"
        for step, words in ends
        if words
    ]
    if named:
        theme.row(theme.words(" · ".join(named), "mute"))


def offers_not_applicable(question: Question, answer: Answer) -> bool:
    """Whether N/A is among the answers of a question that has this one."""
    # A question without N/A of its own has it while its section is left out as a whole.
    return question.allows_not_applicable or answer.not_applicable


def _fits_a_line(texts: Mapping[str, str]) -> bool:
    letters = sum(map(len, texts.values()))
    # N/A is short and does not count.
    return len(texts) <= MOST_SIDE_BY_SIDE + 1 and letters <= MOST_LETTERS_SIDE_BY_SIDE


def _one_of(
    page: Here,
    question: ChoiceQuestion | ScaleQuestion,
    on: Rehearsal,
    label: str,
    texts: Mapping[str, str],
    layout: _Layout,
) -> None:
    key = on.widget("answer", question.id)
    if layout == "menu":
        key += f"-{page.language}"  # a chosen text would stay in the other language
    answer = on.answer(question.id)
    show_in(key, value_text(answer))
    shared: dict[str, Any] = {
        "key": key,
        "on_change": _one_changed,
        "args": (page, on, question, key),
        "label_visibility": "collapsed",
    }
    names = list(texts)
    if layout == "menu":
        hint = page._("Choose…")
        show = texts.__getitem__
        st.selectbox(label, names, index=None, format_func=show, placeholder=hint, **shared)
        return
    marked = {name: plain(text) for name, text in texts.items()}
    if layout == "line":
        st.segmented_control(label, names, format_func=marked.__getitem__, **shared)
        return
    st.radio(label, names, index=None, format_func=marked.__getitem__, **shared)
    if answer.is_given or answer.not_applicable:
        st.button(
            page._("Take the answer back"),
            key=on.widget("undo", question.id),
            type="tertiary",
            on_click=on.give,
            args=(page, question, Answer()),
        )


def _one_changed(
    page: Here, on: Rehearsal, question: ChoiceQuestion | ScaleQuestion, key: str
) -> None:
    on.give(page, question, _answer_of(question, entered(key)))


def _answer_of(question: ChoiceQuestion | ScaleQuestion, chosen: str | None) -> Answer:
    if chosen is None:
        return Answer()
    if chosen == NOT_APPLICABLE:
        return Answer(not_applicable=True)
    if isinstance(question, ScaleQuestion):
        return Answer(number=Decimal(chosen))
    return Answer(option=chosen)


def _selection(answer: Answer) -> list[str]:
    if answer.not_applicable:
        return [NOT_APPLICABLE]
    if answer.options is None:
        return []
    return list(answer.options) or [NONE_OF_THESE]


def _selection_changed(
    page: Here, on: Rehearsal, question: MultipleChoiceQuestion, key: str
) -> None:
    chosen = set(entered(key))
    added = chosen - set(_selection(on.answer(question.id)))
    options = tuple(option.id for option in question.options if option.id in chosen)
    if NOT_APPLICABLE in added:
        value = Answer(not_applicable=True)
    elif NONE_OF_THESE in added:
        value = Answer(options=())
    else:
        value = Answer(options=options or None)
    on.give(page, question, value)
