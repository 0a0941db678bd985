"""Feedback for an agent while it is written: on the whole, a section, a question or a moment."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from qm.core.forms.form import Form
from qm.core.text import MOST_LETTERS

NoteKind = Literal["note", "strength", "opportunity"]
NOTE_KINDS: tuple[NoteKind, ...] = get_args(NoteKind)

Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Note(BaseModel):
    """One piece of feedback in a draft.

    It is about the section or the question that is named, about the whole where neither is; with
    `start_s` it points at a moment, in seconds from the start of the recording, and `quote` holds
    what was said there. `number` tells the notes of a draft apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Annotated[int, Field(ge=1)] = 1
    kind: NoteKind = "note"
    section_id: str | None = None
    question_id: str | None = None
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    quote: Annotated[str, Field(max_length=2000)] = ""
    text: Annotated[str, Field(max_length=MOST_LETTERS)] = ""
    follow_up_on: dt.date | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.section_id is not None and self.question_id is not None:
            raise ValueError("a note is about a section or a question, not both")
        if self.end_s is not None and (self.start_s is None or self.end_s < self.start_s):
            raise ValueError("a moment ends after it begins")
        return self

    @property
    def is_written(self) -> bool:
        """Whether it says anything; what says nothing is left out at submission."""
        return bool(self.text.strip())


Notes = tuple[Note, ...]
NOTES_JSON: TypeAdapter[Notes] = TypeAdapter(Notes)


def next_number(notes: Iterable[Note]) -> int:
    """Return a number that no note of the draft has."""
    return max((note.number for note in notes), default=0) + 1


def refuse_foreign_notes(form: Form, notes: Iterable[Note]) -> None:
    """Raise ValueError where a note is about a section or question that the form does not have."""
    sections = {section.id for section in form.sections}
    questions = {question.id for question in form.everything_asked()}
    for note in notes:
        if note.section_id is not None and note.section_id not in sections:
            raise ValueError(f"the form has no section “{note.section_id}”")
        if note.question_id is not None and note.question_id not in questions:
            raise ValueError(f"the form has no question “{note.question_id}”")
