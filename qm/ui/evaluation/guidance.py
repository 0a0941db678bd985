"""What earns which answer: folded away below its question until somebody wants to read it."""

from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from qm.core.forms.form import Form
from qm.core.forms.gradables import Option
from qm.core.forms.questions import ChoiceQuestion, MultipleChoiceQuestion, Question
from qm.core.text import Wording
from qm.ui.here import Here


def headed(name: str, text: str, pills: Sequence[str], told: str) -> None:
    """Write a question's number, text and pills (made by `theme.pill`); a press unfolds `told`."""
    number = f'<span class="qm-mute">{escape(name)}</span>' if name else ""
    title = f'{number}<span class="qm-asked">{escape(text)}</span>{"".join(pills)}'
    if told:
        body = f'<details class="qm-question"><summary>{title}</summary>{told}</details>'
    else:
        body = f'<div class="qm-question"><div class="qm-summary">{title}</div></div>'
    st.html(body)


def guidance(page: Here, form: Form, question: Question) -> str:
    """HTML of the guidance of a question and of its options; empty where there is none."""
    lines = [_paragraphs(question.guidance, page)] if question.guidance else []
    if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
        lines += [line for option in question.options if (line := _told(page, form, option))]
    return "".join(f"<p>{line}</p>" for line in lines)


def _told(page: Here, form: Form, option: Option) -> str:
    """Return an option's guidance and what choosing it decides; empty where there is nothing."""
    notes = [escape(note) for note in _notes(page, form, option)]
    if option.guidance:
        notes.append(_paragraphs(option.guidance, page))
    label = escape(option.label.in_language(page.language))
    return f"<b>{label}</b> · {' · '.join(notes)}" if notes else ""


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


def _paragraphs(wording: Wording, page: Here) -> str:
    lines = wording.in_language(page.language).splitlines()
    return "<br>".join(escape(line) for line in lines if line.strip())
