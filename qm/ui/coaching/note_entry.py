"""Writing notes for coaching beside the form, each saved with the draft at every change."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from qm.core.coaching.notes import NOTE_KINDS, Note, NoteKind, next_number
from qm.core.forms.answers import Evidence
from qm.core.forms.form import Form
from qm.core.text import MOST_LETTERS
from qm.ui.coaching.days import day_ahead
from qm.ui.coaching.words import note_kind
from qm.ui.cut_off import entered
from qm.ui.evaluation.answering import falls_short, show_in
from qm.ui.evaluation.entry import Entry
from qm.ui.here import Here
from qm.ui.wording import masked

MOST_NOTES = 20
_LONGEST_QUOTE = 50


@dataclass(frozen=True)
class Place:
    """What a note may be about: a section, a question, or neither for the whole."""

    section_id: str | None = None
    question_id: str | None = None


def note_entry(page: Here, on: Entry) -> None:
    """Show the notes of the draft, and let the analyst write more.

    A new one is about the question that is being worked on.
    """
    for note in on.notes:
        with st.container(border=True, key=on.widget("note", str(note.number))):
            _note(page, on, note)
    st.button(
        page._("Add a note: strength, opportunity, moment"),
        icon=":material/add_comment:",
        key=on.widget("note-add", "new"),
        type="tertiary",
        disabled=len(on.notes) >= MOST_NOTES,
        on_click=_added,
        args=(page, on),
    )


def _note(page: Here, on: Entry, note: Note) -> None:
    _ = page._
    name = str(note.number)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = on.widget("note-kind", name)
        show_in(key, note.kind)
        st.segmented_control(
            _("Kind of note"),
            NOTE_KINDS,
            format_func=lambda code: note_kind(_, code),
            key=key,
            required=True,
            label_visibility="collapsed",
            on_change=_kind_changed,
            args=(page, on, note.number, key),
        )
        st.button(
            "✕",
            key=on.widget("note-drop", name),
            type="tertiary",
            help=_("Remove this note"),
            on_click=_dropped,
            args=(page, on, note.number),
        )
    _about(page, on, note)
    key = on.widget("note-text", name)
    show_in(key, note.text)
    st.text_area(
        _("Note for the agent"),
        key=key,
        placeholder=_("What was seen, and what to keep or do next time…"),
        max_chars=MOST_LETTERS,
        height=96,
        on_change=_text_changed,
        args=(page, on, note.number, key),
    )
    with st.container(horizontal=True, gap="small"):
        _moment(page, on, note)
        day_ahead(
            page,
            _("Follow up on"),
            on.widget("note-follow-up", name),
            value=note.follow_up_on,
            on_change=_follow_up_changed,
            args=(page, on, note.number),
        )


def _about(page: Here, on: Entry, note: Note) -> None:
    key = f"{on.widget('note-about', str(note.number))}-{page.language}"
    show_in(key, Place(note.section_id, note.question_id))
    texts = dict(places(page, on.form))
    st.selectbox(
        page._("About"),
        list(texts),
        format_func=texts.__getitem__,
        key=key,
        label_visibility="collapsed",
        on_change=_about_changed,
        args=(page, on, note.number, key),
    )


def places(page: Here, form: Form) -> Iterator[tuple[Place, str]]:
    """Yield what a note on an evaluation with this form may be about, with its words."""
    yield Place(), page._("The whole interaction")
    for section in form.sections:
        title = section.title.in_language(page.language)
        yield Place(section_id=section.id), page._("Section: {title}").format(title=title)
    for question in form.questions():
        words = f"{form.number_of(question.id)}. {question.text.in_language(page.language)}"
        yield Place(question_id=question.id), page.digits(words)


def _moment(page: Here, on: Entry, note: Note) -> None:
    """Let the analyst point at a moment that is pinned to an answer."""
    pinned = {item.start_s: item for item in _pinned(on) if item.start_s is not None}
    if note.start_s is not None:
        own = Evidence(segment=0, start_s=note.start_s, end_s=note.end_s, quote=note.quote)
        pinned.setdefault(note.start_s, own)
    if not pinned:
        return

    def said(start_s: float | None) -> str:
        if start_s is None:
            return page._("No moment")
        quote = masked(page._, pinned[start_s].quote)
        shown = quote if len(quote) <= _LONGEST_QUOTE else quote[:_LONGEST_QUOTE].rstrip() + "…"
        return f"{page.clock(start_s)} {shown}"

    key = f"{on.widget('note-moment', str(note.number))}-{page.language}"
    show_in(key, note.start_s)
    st.selectbox(
        page._("Moment (evidence that you pinned)"),
        [None, *sorted(pinned)],
        format_func=said,
        key=key,
        placeholder=page._("No moment"),
        on_change=_moment_changed,
        args=(page, on, note.number, key),
    )


def _pinned(on: Entry) -> list[Evidence]:
    return [item for answer in on.answers.values() for item in answer.evidence]


def _added(page: Here, on: Entry) -> None:
    question = on.form.question(on.target) if on.target else None
    note = Note(number=next_number(on.notes))
    if question is not None and on.form.part_of(question.id):
        answer = on.answer(question.id)
        kind: NoteKind = "strength" if answer.is_given else "note"
        if falls_short(on.form, question, answer):
            kind = "opportunity"
        note = Note(number=note.number, kind=kind, question_id=question.id)
    on.note(page, (*on.notes, note))


def _dropped(page: Here, on: Entry, number: int) -> None:
    on.note(page, tuple(note for note in on.notes if note.number != number))


def _changed(page: Here, on: Entry, number: int, **fields: object) -> None:
    changed = [
        Note.model_validate(note.model_dump() | fields) if note.number == number else note
        for note in on.notes
    ]
    on.note(page, tuple(changed))


def _kind_changed(page: Here, on: Entry, number: int, key: str) -> None:
    _changed(page, on, number, kind=entered(key))


def _about_changed(page: Here, on: Entry, number: int, key: str) -> None:
    place: Place = entered(key)
    _changed(page, on, number, section_id=place.section_id, question_id=place.question_id)


def _text_changed(page: Here, on: Entry, number: int, key: str) -> None:
    _changed(page, on, number, text=entered(key))


def _follow_up_changed(page: Here, on: Entry, number: int, key: str) -> None:
    _changed(page, on, number, follow_up_on=entered(key))


def _moment_changed(page: Here, on: Entry, number: int, key: str) -> None:
    start_s = entered(key)
    chosen = next((item for item in _pinned(on) if item.start_s == start_s), None)
    if start_s is not None and chosen is None:
        return
    _changed(
        page,
        on,
        number,
        start_s=start_s,
        end_s=chosen.end_s if chosen else None,
        quote=chosen.quote if chosen else "",
    )
