"""The coaching notes that a person may read, with the words around them."""

from collections.abc import Collection
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.coaching.note_life import NOTE_STATES, NoteState
from qm.core.forms.form import Form
from qm.core.personal_data.masking import masked
from qm.core.problems import NotAllowed
from qm.core.text import Wording
from qm.store import coaching as store
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.workflow.published_forms import load_form

_WRITTEN = ("text", "quote", "review_comment", "answer", "lead_comment")


def list_notes(
    engine: Engine,
    actor: Actor,
    *,
    states: Collection[NoteState] = store.IN_FORCE,
    agent_id: str | None = None,
) -> pd.DataFrame:
    """Return the coaching notes in these states that the person may read, newest first.

    Of everybody, or about one agent. Leads see their team's, analysts those they wrote, agents
    those addressed to them that are shared and whose evaluation is published. Personal data in
    them is masked. `about` is the section or question in words, None for the whole; `due_at` when
    the next step is due.
    """
    actor.require("see_coaching")
    with transaction(engine) as session:
        readable = _readable_by(actor)
        return _told(session, store.notes(session, readable, states=states, about=agent_id))


def read_note(engine: Engine, actor: Actor, note_id: int) -> dict[str, Any]:
    """Return one note as `list_notes` does, also one that was replaced.

    Raises `NotAllowed` where the person may not read it or there is none.
    """
    actor.require("see_coaching")
    with transaction(engine) as session:
        found = store.notes(session, _readable_by(actor), states=NOTE_STATES, note_id=note_id)
        table = _told(session, found)
    if table.empty:
        raise NotAllowed(f"coaching note {note_id} is not yours to read")
    note: dict[str, Any] = table.to_dict("records")[0]  # type: ignore[assignment]
    return note


def notes_of_evaluation(engine: Engine, actor: Actor, evaluation_id: int) -> pd.DataFrame:
    """Return the notes of an evaluation (its newest revision) that the person may read."""
    actor.require("see_coaching")
    with transaction(engine) as session:
        found = store.notes(session, _readable_by(actor), evaluation_id=evaluation_id)
        return _told(session, found)


def _readable_by(actor: Actor) -> store.Readable:
    """Return the limits of what the person reads; nobody else's without a team or an agent."""
    if actor.role == "analyst":
        return store.Readable(author=actor.username)
    if actor.role == "lead":
        return store.Readable(team_id=actor.team_id or "")
    if actor.role == "agent":
        return store.Readable(agent_id=actor.agent_id or "")
    return store.Readable()


def _told(session: Session, notes: pd.DataFrame) -> pd.DataFrame:
    privacy = rules_in_force(session)
    for column in _WRITTEN:
        notes[column] = [masked(text, privacy) for text in notes[column]]
    records: list[dict[str, Any]] = notes.to_dict("records")  # type: ignore[assignment]
    forms = {
        key: load_form(session, *key)
        for key in {(note["form_id"], note["form_version"]) for note in records if _is_part(note)}
    }
    notes["about"] = pd.Series(
        [_about(forms.get((note["form_id"], note["form_version"])), note) for note in records],
        dtype=object,
        index=notes.index,
    )
    # Nothing is due of the agent before the evaluation is published.
    is_unseen = (notes["state"] == "shared") & ~notes["is_published"]
    notes["due_at"] = notes["due_at"].where(~is_unseen, None)
    return notes


def _is_part(note: dict[str, Any]) -> bool:
    return note["section_id"] is not None or note["question_id"] is not None


def _about(form: Form | None, note: dict[str, Any]) -> Wording | None:
    """Return the section or question that a note is about, None for the whole."""
    if form is None:
        return None
    if note["question_id"] is not None:
        texts = {question.id: question.text for question in form.everything_asked()}
        return texts.get(note["question_id"])
    return {section.id: section.title for section in form.sections}.get(note["section_id"])
