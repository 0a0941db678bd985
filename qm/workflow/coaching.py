"""Coaching: the feedback of evaluations, until a team lead has discussed it."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.personal_data.masking import masked
from qm.core.problems import NotAllowed
from qm.store import coaching as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import CoachingNote


def list_notes(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return the coaching notes that the person may read, newest first.

    Leads see their team's, agents those addressed to them, analysts those they wrote. Personal
    data in them is masked.
    """
    actor.require("see_coaching")
    with transaction(engine) as session:
        table, rules = store.notes(session), rules_in_force(session)
    columns = zip(table["team_id"], table["agent_id"], table["author"], strict=True)
    readable = [
        author == actor.username
        if actor.role == "analyst"
        else actor.sees(team_id=team, agent_id=agent)
        for team, agent, author in columns
    ]
    notes = table[pd.Series(readable, dtype=bool)].reset_index(drop=True)
    for column in ("text", "lead_comment"):
        notes[column] = [masked(text, rules) for text in notes[column]]
    return notes


def mark_discussed(
    engine: Engine, actor: Actor, note_id: int, comment: str, *, now: datetime
) -> CoachingNote:
    """Record that a lead has discussed a note with its agent, with what was agreed.

    Marking it again changes nothing. Raises `NotAllowed` for a note of another team.
    """
    actor.require("discuss_coaching")
    with transaction(engine) as session:
        note = session.get(CoachingNote, note_id, with_for_update=True)
        if note is None or not actor.sees(team_id=note.team_id, agent_id=note.agent_id):
            raise NotAllowed(f"coaching note {note_id} is not of your team")
        if note.state != "discussed":
            note.state = "discussed"
            note.discussed_at = now
            note.discussed_by = actor.username
            note.lead_comment = comment.strip()
            session.add(note)
            record(
                session,
                actor=actor.username,
                action="discuss_coaching",
                subject=str(note_id),
                at=now,
            )
        return note
