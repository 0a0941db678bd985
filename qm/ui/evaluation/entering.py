"""Inputs for what is written: number, text, date, each with an N/A of its own."""

import datetime as dt
from decimal import Decimal, InvalidOperation

import streamlit as st

from qm.core.forms.answers import Answer
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import DateQuestion, NumberQuestion, Question, TextQuestion
from qm.core.text import MOST_LETTERS, latin_digits
from qm.ui import theme
from qm.ui.cut_off import entered
from qm.ui.evaluation.answering import Rehearsal, show_in
from qm.ui.evaluation.days import day_in_words, day_of_text, text_of_day
from qm.ui.here import Here

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
WIDTH_PX = 170
_Written = NumberQuestion | TextQuestion | DateQuestion


def written_input(page: Here, question: _Written, on: Rehearsal, label: str) -> None:
    """Offer the input of a number, a text or a day; empty means unanswered."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if isinstance(question, NumberQuestion):
            _number(page, question, on, label)
        elif isinstance(question, TextQuestion):
            _text(page, question, on, label)
        elif page.language == "fa" and page.centre.calendar == "jalali":
            _day_as_text(page, question, on, label)
        else:
            _day(page, question, on, label)
        _not_applicable(page, question, on)
    if question.id in on.misfits:
        theme.row(theme.pill(f"✕ {_why_not(page, question, on.misfits[question.id])}", "bad"))


def _number(page: Here, question: NumberQuestion, on: Rehearsal, label: str) -> None:
    if page.language == "fa":
        _number_as_text(page, question, on, label)
    else:
        _number_by_steps(page, question, on, label)
    unit = question.unit.in_language(page.language) if question.unit else ""
    theme.row(theme.words(unit or _bounds(page, question), "mute"))


def _number_by_steps(page: Here, question: NumberQuestion, on: Rehearsal, label: str) -> None:
    answer, key = on.answer(question.id), on.widget("answer", question.id)
    is_whole = question.decimals == 0
    kind = int if is_whole else float
    show_in(key, None if answer.number is None else kind(answer.number))
    st.number_input(
        label,
        min_value=kind(question.at_least),
        max_value=kind(question.at_most),
        value=None,
        step=1 if is_whole else float(Decimal(1).scaleb(-question.decimals)),
        format="%d" if is_whole else f"%.{question.decimals}f",
        key=key,
        placeholder=_bounds(page, question),
        on_change=_number_changed,
        args=(page, on, question, key),
        disabled=answer.not_applicable,
        label_visibility="collapsed",
        width=WIDTH_PX,
    )


def _number_as_text(page: Here, question: NumberQuestion, on: Rehearsal, label: str) -> None:
    # A browser's own number input neither shows Persian digits nor takes them.
    answer, key = on.answer(question.id), f"{on.widget('answer', question.id)}-text"
    written = "" if answer.number is None else page.number(answer.number, question.decimals)
    show_in(key, on.misfits.get(question.id, written))
    st.text_input(
        label,
        key=key,
        placeholder=_bounds(page, question),
        max_chars=20,
        on_change=_number_text_changed,
        args=(page, on, question, key),
        disabled=answer.not_applicable,
        label_visibility="collapsed",
        width=WIDTH_PX,
    )


def _bounds(page: Here, question: NumberQuestion) -> str:
    least, most = (
        page.number(bound, 0 if bound == int(bound) else question.decimals)
        for bound in (question.at_least, question.at_most)
    )
    return page._("{least} to {most}").format(least=least, most=most)


def _text(page: Here, question: TextQuestion, on: Rehearsal, label: str) -> None:
    answer, key = on.answer(question.id), on.widget("answer", question.id)
    show_in(key, answer.text or "")
    # What is recorded in the header is short: a number, a name.
    draw = st.text_area if on.form.part_of(question.id) else st.text_input
    draw(
        label,
        key=key,
        max_chars=MOST_LETTERS,
        on_change=_text_changed,
        args=(page, on, question, key),
        disabled=answer.not_applicable,
        label_visibility="collapsed",
    )


def _day(page: Here, question: DateQuestion, on: Rehearsal, label: str) -> None:
    answer, key = on.answer(question.id), on.widget("answer", question.id)
    show_in(key, answer.date)
    st.date_input(
        label,
        value=None,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        key=key,
        on_change=_day_changed,
        args=(page, on, question, key),
        disabled=answer.not_applicable,
        label_visibility="collapsed",
        width=WIDTH_PX,
    )
    if answer.date and page.centre.calendar == "jalali":
        theme.row(theme.words(day_in_words(page, answer.date), "mute"))


def _day_as_text(page: Here, question: DateQuestion, on: Rehearsal, label: str) -> None:
    answer = on.answer(question.id)
    key = f"{on.widget('answer', question.id)}-text"
    written = page.digits(text_of_day(answer.date)) if answer.date else ""
    show_in(key, on.misfits.get(question.id, written))
    st.text_input(
        label,
        key=key,
        placeholder=page.digits(page._("such as {day}").format(day=text_of_day(page.now().date()))),
        max_chars=20,
        on_change=_day_text_changed,
        args=(page, on, question, key),
        disabled=answer.not_applicable,
        label_visibility="collapsed",
        width=WIDTH_PX,
    )
    if answer.date:
        theme.row(theme.words(day_in_words(page, answer.date), "mute"))


def _not_applicable(page: Here, question: Question, on: Rehearsal) -> None:
    answer, key = on.answer(question.id), on.widget("na", question.id)
    if not (question.allows_not_applicable or answer.not_applicable):
        return
    show_in(key, NOT_APPLICABLE if answer.not_applicable else None)
    words = page._("N/A")
    st.pills(
        words,
        [NOT_APPLICABLE],
        format_func=lambda _code: words,
        key=key,
        on_change=_not_applicable_changed,
        args=(page, on, question, key),
        label_visibility="collapsed",
    )


def _why_not(page: Here, question: _Written, entered: str) -> str:
    if not isinstance(question, NumberQuestion):
        said = page._("“{entered}” is not a day: write year/month/day.")
        return said.format(entered=entered)
    said = page._("“{entered}” is not a number from {bounds}.")
    return said.format(entered=entered, bounds=_bounds(page, question))


def _number_changed(page: Here, on: Rehearsal, question: NumberQuestion, key: str) -> None:
    number = entered(key)
    if number is None:
        on.give(page, question, Answer())
        return
    on.give(page, question, Answer(number=round(Decimal(str(number)), question.decimals)))


def _number_text_changed(page: Here, on: Rehearsal, question: NumberQuestion, key: str) -> None:
    written = entered(key).strip()
    if not written:
        on.give(page, question, Answer())
        return
    try:
        # The minus sign of Persian text is another letter; marks of direction stand around it.
        plain = latin_digits(written).strip("\u200e\u2066\u2069").replace("\u2212", "-")
        answer = Answer(number=Decimal(plain))
        question.grade(answer)
    except (InvalidOperation, ValueError):
        on.refuse(page, question, written)
    else:
        on.give(page, question, answer)


def _text_changed(page: Here, on: Rehearsal, question: TextQuestion, key: str) -> None:
    text = entered(key)
    on.give(page, question, Answer(text=text if text.strip() else None))


def _day_changed(page: Here, on: Rehearsal, question: DateQuestion, key: str) -> None:
    on.give(page, question, Answer(date=entered(key)))


def _day_text_changed(page: Here, on: Rehearsal, question: DateQuestion, key: str) -> None:
    written = entered(key).strip()
    try:
        day = day_of_text(written) if written else None
    except ValueError:
        on.refuse(page, question, written)
    else:
        on.give(page, question, Answer(date=day))


def _not_applicable_changed(page: Here, on: Rehearsal, question: Question, key: str) -> None:
    is_left = entered(key) == NOT_APPLICABLE
    on.give(page, question, Answer(not_applicable=True) if is_left else Answer())
