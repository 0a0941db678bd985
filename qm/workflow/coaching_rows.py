"""Between the notes of a draft and the rows that they become at submission, and back."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from qm.core.access import Actor
from qm.core.coaching.note_life import NoteState, note_due_at
from qm.core.coaching.notes import NOTES_JSON, Note, Notes
from qm.core.coaching.rules import KIND, CoachingRules
from qm.core.personal_data.masking import masked
from qm.store import coaching as store
from qm.store.privacy import rules_in_force as privacy_in_force
from qm.store.rules import life_rules, rules_in_force
from qm.store.tables import CoachingNote, Draft, Evaluation


def coaching_rules(session: Session) -> CoachingRules:
    """Return the rules of coaching that are in force."""
    return rules_in_force(session, KIND, CoachingRules)


def add_coaching(
    session: Session, actor: Actor, evaluation: Evaluation, draft: Draft | None, *, now: datetime
) -> None:
    """Store what a draft holds for coaching with the evaluation that was made of it.

    An analyst's notes wait for the lead's review where the rules say so. Notes of an earlier
    submission are replaced. An agent's own evaluation coaches nobody.
    """
    if evaluation.revision > 1:
        store.set_replaced(session, evaluation.assignment_id)
    if draft is None or evaluation.kind != "official":
        return
    whole = Note(text=evaluation.coaching, follow_up_on=draft.follow_up_on)
    notes = (whole, *NOTES_JSON.validate_python(draft.notes or []))
    written = [note for note in notes if note.is_written]
    session.add_all(note_rows(session, actor, evaluation, written, now=now))


def start_reading(session: Session, assignment_id: int, *, now: datetime) -> None:
    """Let the time that an agent has for the notes begin: the evaluation is published."""
    due_at = note_due_at("shared", now, coaching_rules(session))
    store.set_due(session, assignment_id, due_at)


def note_rows(
    session: Session, actor: Actor, evaluation: Evaluation, notes: Sequence[Note], *, now: datetime
) -> list[CoachingNote]:
    """Return the rows of notes that this person writes: for review, or shared at once.

    Personal data in their quotes is masked.
    """
    if not notes:
        return []
    is_reviewed = life_rules(session).coaching_review and not actor.may("discuss_coaching")
    state: NoteState = "review" if is_reviewed else "shared"
    due_at, privacy = note_due_at(state, now, coaching_rules(session)), privacy_in_force(session)
    return [
        CoachingNote(
            evaluation_id=evaluation.id or 0,
            agent_id=evaluation.agent_id,
            team_id=evaluation.team_id,
            period=evaluation.period,
            kind=note.kind,
            section_id=note.section_id,
            question_id=note.question_id,
            start_s=note.start_s,
            end_s=note.end_s,
            quote=masked(note.quote, privacy),
            text=note.text.strip(),
            follow_up_on=note.follow_up_on,
            author=actor.username,
            created_at=now,
            state=state,
            due_at=due_at,
        )
        for note in notes
    ]


def draft_notes(session: Session, evaluation: Evaluation) -> Notes:
    """Return the notes of an evaluation as a draft holds them, without its feedback in general."""
    rows = store.notes_of_assignment(session, evaluation.assignment_id)
    own = [row for row in rows if row.author == evaluation.evaluator]
    in_general = [row for row in own if _is_whole(row) and row.text == evaluation.coaching][:1]
    return tuple(
        Note(
            number=number,
            kind=row.kind,
            section_id=row.section_id,
            question_id=row.question_id,
            start_s=row.start_s,
            end_s=row.end_s,
            quote=row.quote,
            text=row.text,
            follow_up_on=row.follow_up_on,
        )
        for number, row in enumerate((row for row in own if row not in in_general), start=1)
    )


def _is_whole(row: CoachingNote) -> bool:
    return row.section_id is None and row.question_id is None and row.start_s is None
