"""What becomes of coaching notes: reviewed by the lead, answered by the agent, discussed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.coaching.note_life import (
    SEEN_BY_AGENT,
    NoteState,
    NoteStep,
    note_due_at,
    state_after,
)
from qm.core.coaching.notes import Note, NoteKind, refuse_foreign_notes
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.store import coaching as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.locking import locked
from qm.store.tables import CoachingNote, Evaluation
from qm.workflow.coaching_rows import coaching_rules, note_rows
from qm.workflow.published_forms import load_form

NOTE_STATE = explain(
    "coaching.note_state",
    N_("The note has moved on since you opened it: this cannot be done with it any more."),
    N_("Reload the page to see how it stands."),
)
OWN_NOTE = explain(
    "coaching.own_note",
    N_("You wrote this note yourself."),
    N_("Let somebody else look at it."),
)
NO_COMMENT = explain(
    "coaching.no_comment",
    N_("It does not say what should be different."),
    N_("Write it in a few words: the author reads it."),
)
NOTE_EMPTY = explain("coaching.note_empty", N_("The note is empty."), N_("Write what to say."))


@dataclass(frozen=True)
class Rewriting:
    """What an author writes in place of a note."""

    text: str
    kind: NoteKind = "note"
    follow_up_on: date | None = None


def approve_note(
    engine: Engine, actor: Actor, note_id: int, comment: str = "", *, now: datetime
) -> CoachingNote:
    """Let the agent see a note as it was written, once its evaluation is published.

    Raises `NotAllowed` for a note of another team, `BadInput` for one's own and for one that is
    not under review.
    """
    with transaction(engine) as session:
        note = _under_review(session, actor, note_id)
        note.reviewed_at, note.reviewed_by = now, actor.username
        note.review_comment = comment.strip()
        return _taken(session, actor, note, "approve", now)


def return_note(
    engine: Engine, actor: Actor, note_id: int, comment: str, *, now: datetime
) -> CoachingNote:
    """Give a note back to its author, who reads why; refusals as for `approve_note`."""
    with transaction(engine) as session:
        note = _under_review(session, actor, note_id)
        if not comment.strip():
            raise BadInput(Problem(NO_COMMENT, str(note_id), field="comment"))
        note.reviewed_at, note.reviewed_by = now, actor.username
        note.review_comment = comment.strip()
        return _taken(session, actor, note, "return", now)


def rewrite_note(
    engine: Engine, actor: Actor, note_id: int, rewriting: Rewriting, *, now: datetime
) -> CoachingNote:
    """Put what the author writes anew in place of a note that the agent has not seen.

    The old one stays as it was, replaced; the new one is looked at again.
    """
    actor.require("see_coaching")
    with transaction(engine) as session:
        old = locked(session, CoachingNote, note_id)
        if old is None or old.author != actor.username:
            raise NotAllowed(f"coaching note {note_id} is not by you")
        evaluation = session.get(Evaluation, old.evaluation_id)
        text = rewriting.text.strip()
        if not text or evaluation is None:
            raise BadInput(Problem(NOTE_EMPTY, str(note_id), field="text"))
        note = Note(
            kind=rewriting.kind,
            section_id=old.section_id,
            question_id=old.question_id,
            start_s=old.start_s,
            end_s=old.end_s,
            quote=old.quote,
            text=text,
            follow_up_on=rewriting.follow_up_on,
        )
        _taken(session, actor, old, "replace", now)
        (new,) = note_rows(session, actor, evaluation, [note], now=now)
        new.replaces_id, new.session_id = old.id, old.session_id
        old.session_id = None
        session.add(new)
        session.flush()
        return new


def add_note(
    engine: Engine, actor: Actor, evaluation_id: int, note: Note, *, now: datetime
) -> CoachingNote:
    """Add a lead's own note to an evaluation of the team; the agent sees it once published.

    Raises `NotAllowed` for another team's evaluation, `BadInput` for an empty note, ValueError
    for a section or question that the form does not have.
    """
    actor.require("discuss_coaching")
    with transaction(engine) as session:
        evaluation = session.get(Evaluation, evaluation_id)
        if evaluation is None or not actor.sees(
            team_id=evaluation.team_id, agent_id=evaluation.agent_id
        ):
            raise NotAllowed(f"evaluation {evaluation_id} is not of your team")
        if not note.is_written:
            raise BadInput(Problem(NOTE_EMPTY, str(evaluation_id), field="text"))
        form = load_form(session, evaluation.form_id, evaluation.form_version)
        refuse_foreign_notes(form, [note])
        (row,) = note_rows(session, actor, evaluation, [note], now=now)
        session.add(row)
        session.flush()
        _recorded(session, actor, row, "add_coaching", now)
        return row


def acknowledge_note(
    engine: Engine, actor: Actor, note_id: int, answer: str = "", *, now: datetime
) -> CoachingNote:
    """Note that the agent has read a note, with what they say to it in their own words.

    Raises `NotAllowed` for somebody else's note and for one that the agent cannot see yet.
    """
    actor.require("answer_evaluations")
    with transaction(engine) as session:
        note = locked(session, CoachingNote, note_id)
        if note is None or actor.agent_id is None or note.agent_id != actor.agent_id:
            raise NotAllowed(f"coaching note {note_id} is not for you")
        if note.state not in SEEN_BY_AGENT or not store.is_of_published(session, note):
            raise NotAllowed(f"there is no coaching note {note_id} for you")
        note.acknowledged_at, note.answer = now, answer.strip()
        return _taken(session, actor, note, "acknowledge", now)


def mark_discussed(
    engine: Engine, actor: Actor, note_id: int, comment: str, *, now: datetime
) -> CoachingNote:
    """Record that a lead has discussed a note with its agent, with what was agreed.

    Marking it again changes nothing. Raises `NotAllowed` for a note of another team, `BadInput`
    for one that the agent does not see yet.
    """
    with transaction(engine) as session:
        note = _of_team(session, actor, note_id)
        if note.state == "discussed":
            return note
        if not store.is_of_published(session, note):
            raise BadInput(Problem(NOTE_STATE, str(note_id)))
        note.discussed_at, note.discussed_by = now, actor.username
        note.lead_comment = comment.strip()
        return _taken(session, actor, note, "discuss", now)


def _of_team(session: Session, actor: Actor, note_id: int) -> CoachingNote:
    actor.require("discuss_coaching")
    note = locked(session, CoachingNote, note_id)
    if note is None or not actor.sees(team_id=note.team_id, agent_id=note.agent_id):
        raise NotAllowed(f"coaching note {note_id} is not of your team")
    return note


def _under_review(session: Session, actor: Actor, note_id: int) -> CoachingNote:
    note = _of_team(session, actor, note_id)
    if note.author == actor.username:
        raise BadInput(Problem(OWN_NOTE, str(note_id)))
    return note


def _taken(
    session: Session, actor: Actor, note: CoachingNote, step: NoteStep, now: datetime
) -> CoachingNote:
    """Take a step with a note; raises `BadInput` where its state does not allow it."""
    state = state_after(cast("NoteState", note.state), step)
    if state is None:
        session.refresh(note)
        raise BadInput(Problem(NOTE_STATE, str(note.id)))
    note.state = state
    note.due_at = note_due_at(state, now, coaching_rules(session))
    session.add(note)
    _recorded(session, actor, note, f"{step}_coaching", now)
    return note


def _recorded(
    session: Session, actor: Actor, note: CoachingNote, action: str, now: datetime
) -> None:
    record(
        session,
        actor=actor.username,
        action=action,
        subject=str(note.id),
        at=now,
        detail={"evaluation": note.evaluation_id},
    )
