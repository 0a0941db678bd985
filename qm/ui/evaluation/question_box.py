"""One question: its text with what there is to know, the input, and the remarks."""

from collections.abc import Iterator

import streamlit as st

from qm.core.forms.form import Form
from qm.core.forms.gradables import Option, Range
from qm.core.forms.questions import ChoiceQuestion, MultipleChoiceQuestion, Question, ScaleQuestion
from qm.core.text import Wording
from qm.ui import wording
from qm.ui.evaluation.answering import Rehearsal
from qm.ui.evaluation.choosing import choice_input, choices_input, scale_input
from qm.ui.evaluation.entering import written_input
from qm.ui.evaluation.remarks import Standing, remarks
from qm.ui.here import Here
from qm.ui.plain import plain


def question_box(
    page: Here, form: Form, question: Question, on: Rehearsal, standing: Standing
) -> None:
    """Show a question or a header field as it stands; every change is saved at once."""
    label = _label(page, form, question)
    with st.container(key=on.widget("question", question.id), gap="xxsmall"):
        st.markdown(label, help=_help(page, form, question) or None)
        if isinstance(question, ChoiceQuestion):
            choice_input(page, question, on, label)
        elif isinstance(question, MultipleChoiceQuestion):
            choices_input(page, question, on, label)
        elif isinstance(question, ScaleQuestion):
            scale_input(page, question, on, label)
        else:
            written_input(page, question, on, label)
        remarks(page, form, question, on, standing)


def _label(page: Here, form: Form, question: Question) -> str:
    text = plain(question.text.in_language(page.language))
    if form.part_of(question.id):
        number = page.digits(str(form.number_of(question.id)))
        text = f"{plain(number)}\u2002{text}"
    badges = "".join(
        f" :{colour}-badge[{plain(words)}]" for words, colour in _badges(page, question)
    )
    return text + badges


def _badges(page: Here, question: Question) -> Iterator[tuple[str, str]]:
    _ = page._
    critical = getattr(question, "critical", None)
    if critical:
        yield wording.lens(_, critical), "red"
    scopes = {part.fatality.scope for part in _gradables(question) if part.fatality}
    if "form" in scopes:
        yield _("fatal"), "red"
    if "section" in scopes:
        yield _("fails the section"), "red"
    if getattr(question, "bonus", False):
        yield _("bonus"), "green"
    if not question.required:
        yield _("optional"), "gray"


def _gradables(question: Question) -> tuple[Option | Range, ...]:
    parts: tuple[Option | Range, ...] = getattr(question, "gradables", ())
    return parts


def _help(page: Here, form: Form, question: Question) -> str:
    """Return what earns which answer, as Markdown."""
    lines = [_paragraphs(question.guidance, page)] if question.guidance else []
    if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
        lines += [line for option in question.options if (line := _told(page, form, option))]
    return "\n\n".join(lines)


def _told(page: Here, form: Form, option: Option) -> str:
    """Return an option's guidance and what choosing it decides; empty where there is nothing."""
    notes = [plain(note) for note in _notes(page, form, option)]
    if option.guidance:
        notes.append(_paragraphs(option.guidance, page))
    label = plain(option.label.in_language(page.language))
    return f"**{label}** · {' · '.join(notes)}" if notes else ""


def _notes(page: Here, form: Form, option: Option) -> Iterator[str]:
    _ = page._
    fatal = option.fatality
    if fatal and fatal.scope == "form":
        yield _("fatal")
    elif fatal:
        failed = next((part for part in form.parts() if part.id == fatal.section), None)
        title = failed.title.in_language(page.language) if failed else ""
        yield (
            _("fails the section “{title}”").format(title=title)
            if failed
            else _("fails the section")
        )
    if option.bonus:
        yield _("bonus")


def _paragraphs(wording_: Wording, page: Here) -> str:
    lines = wording_.in_language(page.language).splitlines()
    return "\n\n".join(plain(line) for line in lines if line.strip())
