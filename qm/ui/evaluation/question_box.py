"""One question: its text with what there is to know, the input, and the remarks."""

from collections.abc import Iterator

import streamlit as st

from qm.core.forms.form import Form
from qm.core.forms.gradables import Option, Range
from qm.core.forms.questions import ChoiceQuestion, MultipleChoiceQuestion, Question, ScaleQuestion
from qm.ui import theme, wording
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.evaluation.choosing import choice_input, choices_input, scale_input
from qm.ui.evaluation.entering import written_input
from qm.ui.evaluation.guidance import guidance, headed
from qm.ui.evaluation.remarks import Standing, remarks
from qm.ui.evaluation.suggesting import suggestion_line
from qm.ui.here import Here
from qm.ui.plain import plain


def question_box(
    page: Here, form: Form, question: Question, on: Rehearsal, standing: Standing
) -> None:
    """Show a question or a header field as it stands; every change is saved at once."""
    name = page.digits(str(form.number_of(question.id))) if form.part_of(question.id) else ""
    text = question.text.in_language(page.language)
    label = plain(f"{name}\u2002{text}" if name else text)
    with st.container(key=on.widget("question", question.id), gap="xxsmall"):
        pills = [theme.pill(words, tone) for words, tone in _badges(page, question)]
        headed(name, text, pills, guidance(page, form, question))
        if isinstance(question, ChoiceQuestion):
            choice_input(page, question, on, label)
        elif isinstance(question, MultipleChoiceQuestion):
            choices_input(page, question, on, label)
        elif isinstance(question, ScaleQuestion):
            scale_input(page, question, on, label)
        else:
            written_input(page, question, on, label)
        suggestion_line(page, question, on, standing.state)
        remarks(page, form, question, on, standing)


def _badges(page: Here, question: Question) -> Iterator[tuple[str, theme.Tone]]:
    _ = page._
    critical = getattr(question, "critical", None)
    if critical:
        yield wording.lens(_, critical), "bad"
    scopes = {part.fatality.scope for part in _gradables(question) if part.fatality}
    if "form" in scopes:
        yield _("fatal"), "bad"
    if "section" in scopes:
        yield _("fails the section"), "bad"
    if getattr(question, "bonus", False):
        yield _("bonus"), "good"
    if not question.required:
        yield _("optional"), "plain"


def _gradables(question: Question) -> tuple[Option | Range, ...]:
    parts: tuple[Option | Range, ...] = getattr(question, "gradables", ())
    return parts
