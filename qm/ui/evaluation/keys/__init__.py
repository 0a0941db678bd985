"""The keys of the evaluation page, and the clock of the work on an evaluation."""

from collections.abc import Collection, Mapping
from pathlib import Path

import streamlit as st

from qm.core.forms.completeness import lacks
from qm.core.forms.form import Form
from qm.core.forms.questions import MultipleChoiceQuestion, Question
from qm.core.scoring.scorecards import Scorecard, State
from qm.core.text import localise_digits
from qm.ui.evaluation.answer_keys import keys_of, place_of
from qm.ui.evaluation.answer_words import called
from qm.ui.evaluation.entry import Entry
from qm.ui.here import Here

_HERE = Path(__file__).parent
_SCRIPTS = ("commands.js", "unsaved.js", "form.js", "keys.js")  # one module
_keys = st.components.v2.component(
    "qm.keys",
    html=(_HERE / "keys.html").read_text("utf-8"),
    css=(_HERE / "keys.css").read_text("utf-8"),
    js="\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS),
)
_clock = st.components.v2.component(
    "qm.clock",
    html='<span class="clock" dir="ltr"></span>',
    css=(_HERE / "clock.css").read_text("utf-8"),
    js=(_HERE / "clock.js").read_text("utf-8"),
)


def answer_keys(page: Here, form: Form, card: Scorecard, entry: Entry) -> None:
    """Let keys answer, step, submit and keep the draft; the page's own buttons are pressed.

    Which question is current comes back as `entry.target`. What was given and is not in the draft
    yet is offered again where the page was left meanwhile.
    """
    missing = {lack.question_id for lack in lacks(form, entry.answers, card)}
    asked = [
        question
        for question in form.everything_asked()
        if card.states[question.id] is not State.HIDDEN
    ]
    _go_where_keys_are(entry, {question.id for question in asked})
    _keys(
        key=_key(entry),
        data={
            "assignment": entry.key,
            "person": page.actor.username,
            "language": page.language,
            "current": entry.target,
            "questions": [_question(page, entry, question, card, missing) for question in asked],
            "texts": _texts(entry),
            "saves": entry.saved,
            "isRefused": entry.refused is not None,
            "labels": {
                "left": page._("Something you gave here did not reach the draft."),
                "take": page._("Enter it again"),
                "drop": page._("Discard it"),
            },
        },
        on_current_change=lambda: None,
    )


def _go_where_keys_are(entry: Entry, asked: Collection[str]) -> None:
    # Before the page is told where one is: an answer and the step to the next question come at
    # once, and the answer alone would lead back to its own.
    wanted = (st.session_state.get(_key(entry)) or {}).get("current")
    if wanted in asked:
        entry.target = wanted


def _key(entry: Entry) -> str:
    return f"keys-{entry.key}"


def work_clock(page: Here, entry: Entry) -> None:
    """Count and show the seconds of work: neither pauses nor hidden pages count."""
    sent = _clock(
        key=_clock_key(entry),
        data={
            "assignment": entry.key,
            "active_s": round(entry.active_s),
            "digits": localise_digits("0123456789", page.language),
            "labels": {
                "counts": page._("Time you worked on this evaluation"),
                "pauses": page._("Paused: it goes on as soon as you do"),
            },
        },
        on_active_s_change=lambda: None,
    )
    entry.work(page, sent.get("active_s"))


def is_at_work(entry: Entry) -> bool:
    """Whether the browser counted work since `work_clock` took its seconds: also listening is."""
    counted = (st.session_state.get(_clock_key(entry)) or {}).get("active_s")
    return isinstance(counted, int | float) and counted > entry.active_s


def _clock_key(entry: Entry) -> str:
    return f"clock-{entry.key}"


def _question(
    page: Here, entry: Entry, question: Question, card: Scorecard, missing: set[str]
) -> Mapping[str, object]:
    answer = entry.answer(question.id)
    keys = keys_of(question, answer)
    suggestion = entry.suggestions.get(question.id)
    is_open = card.states[question.id] is State.UNANSWERED
    is_many = isinstance(question, MultipleChoiceQuestion)
    return {
        "id": question.id,
        "pin": _pin(page, entry.form, question),
        "kind": "many" if is_many else "one" if "1" in keys else "written",
        "keys": list(keys),
        "chosen": place_of(question, answer),
        "isOpen": is_open,
        "isMissing": question.id in missing,
        "isSuggested": is_open and suggestion is not None,
        "suggested": place_of(question, suggestion.answer) if suggestion else None,
    }


def _pin(page: Here, form: Form, question: Question) -> str:
    name = called(page, form, question.id)
    if form.part_of(question.id):
        return page._("Pin to question {number}").format(number=name)
    return page._("Pin to {field}").format(field=name)


def _texts(entry: Entry) -> dict[str, str]:
    """Return what is saved of the fields whose text can be told from the draft, by their class."""
    comments = {
        f"st-key-{entry.widget('comment', question.id)}": entry.answer(question.id).comment
        for question in entry.form.everything_asked()
    }
    notes = {
        f"st-key-{entry.widget('note-text', str(note.number))}": note.text for note in entry.notes
    }
    return {**comments, **notes, f"st-key-coaching-{entry.key}": entry.coaching}
