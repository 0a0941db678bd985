"""The coaching talks that a person may read, and what became of their questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.coaching.effect import Effect, contacts_around, effect_of
from qm.core.coaching.history import Evaluated, QuestionKey
from qm.core.personal_data.masking import masked
from qm.core.problems import NotAllowed
from qm.core.text import Wording
from qm.store import coaching_talks as store
from qm.store.coaching import notes_of_talk
from qm.store.coaching_history import history
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.scopes import scope_of
from qm.store.tables import CoachingNote, User
from qm.workflow.coaching_questions import question_texts
from qm.workflow.coaching_rows import coaching_rules


@dataclass(frozen=True)
class CoachedQuestion:
    """A question that a talk was about; `effect` is None before the talk was held.

    `other_forms`: before and after it stood in different versions of the form.
    """

    form_id: str
    question_id: str
    text: Wording
    effect: Effect | None
    other_forms: bool = False


@dataclass(frozen=True)
class Talk:
    """A talk with all that belongs to it, as the person may read it.

    `evaluations` has a row per evaluation that is a topic, in its newest revision; texts that
    people wrote are masked. `compare_days` is how far before and after it is looked.
    """

    rows: store.TalkRows
    evaluations: pd.DataFrame
    notes: tuple[CoachingNote, ...]
    questions: tuple[CoachedQuestion, ...]
    compare_days: int


def list_talks(engine: Engine, actor: Actor, *, agent_id: str | None = None) -> pd.DataFrame:
    """Return the talks that the person may read, the newest first; with an agent, or all.

    Leads their team's, agents their own, analysts those in which they take part.
    """
    actor.require("see_coaching")
    with transaction(engine) as session:
        talks = store.talks(session, scope_of(actor), agent_id)
    if actor.role != "analyst":
        return talks
    takes_part = [actor.username in people for people in talks["participants"]]
    return talks[pd.Series(takes_part, dtype=bool)].reset_index(drop=True)


def read_talk(engine: Engine, actor: Actor, session_id: int) -> Talk:
    """Return a talk, with misses before and after it for each question it was about.

    Raises `NotAllowed` where the person may not read it or there is none.
    """
    actor.require("see_coaching")
    with transaction(engine) as session:
        rows = store.talk(session, session_id)
        if rows is None or not _may_read(actor, rows):
            raise NotAllowed(f"coaching talk {session_id} is not yours to read")
        notes = notes_of_talk(session, session_id, shown_to_agent=actor.role == "agent")
        days = coaching_rules(session).compare_days
        questions = _questions(session, rows, notes, timedelta(days=days))
        about = [topic.evaluation_id for topic in rows.topics if topic.evaluation_id is not None]
        evaluations = store.evaluations_of(session, about)
        session.expunge_all()  # what is masked below is for the reader, not for the database
        _mask(session, rows, notes)
        return Talk(rows, evaluations, tuple(notes), questions, days)


def people_for(engine: Engine, actor: Actor, agent_id: str) -> list[User]:
    """Return who may be asked to a talk with an agent of the person's team."""
    actor.require("discuss_coaching")
    with transaction(engine) as session:
        team_id = store.team_of(session, agent_id)
        if team_id is None or not actor.sees(team_id=team_id, agent_id=agent_id):
            raise NotAllowed(f"agent {agent_id} is not of your team")
        return store.people_around(session, agent_id, team_id)


def topics_for(engine: Engine, actor: Actor, agent_id: str, *, most: int = 30) -> pd.DataFrame:
    """Return the newest published evaluations of an agent that a talk may be about."""
    actor.require("discuss_coaching")
    with transaction(engine) as session:
        team_id = store.team_of(session, agent_id)
        if team_id is None or not actor.sees(team_id=team_id, agent_id=agent_id):
            raise NotAllowed(f"agent {agent_id} is not of your team")
        return store.published_of_agent(session, agent_id, most)


def _may_read(actor: Actor, rows: store.TalkRows) -> bool:
    if actor.role == "analyst":
        return actor.username in rows.talk.participants
    return actor.sees(team_id=rows.talk.team_id, agent_id=rows.talk.agent_id)


def _mask(session: Session, rows: store.TalkRows, notes: Sequence[CoachingNote]) -> None:
    privacy = rules_in_force(session)
    rows.talk.summary = masked(rows.talk.summary, privacy)
    rows.talk.answer = masked(rows.talk.answer, privacy)
    for commitment in rows.commitments:
        commitment.text = masked(commitment.text, privacy)
        commitment.outcome = masked(commitment.outcome, privacy)
    for note in notes:
        note.text, note.quote = masked(note.text, privacy), masked(note.quote, privacy)


def _questions(
    session: Session,
    rows: store.TalkRows,
    notes: Sequence[CoachingNote],
    around: timedelta,
) -> tuple[CoachedQuestion, ...]:
    asked, held_at = _asked(session, rows, notes), rows.talk.held_at
    evaluated: Sequence[Evaluated] = ()
    if asked and held_at is not None:
        agent = rows.talk.agent_id
        evaluated = history(session, [agent], since=held_at - around).get(agent, [])
    texts = question_texts(session, asked)
    found = []
    for question in asked:
        text = texts[question]
        if held_at is None:
            found.append(CoachedQuestion(*question, text, None))
            continue
        before, after = contacts_around(evaluated, question, held_at, around)
        other_forms = bool(before.versions and after.versions and before.versions != after.versions)
        found.append(CoachedQuestion(*question, text, effect_of(before, after), other_forms))
    return tuple(found)


def _asked(
    session: Session, rows: store.TalkRows, notes: Sequence[CoachingNote]
) -> list[QuestionKey]:
    """Return the questions of the topics, the commitments and the notes, each once."""
    parts: list[Any] = [*rows.topics, *rows.commitments]
    asked = [(each.form_id, each.question_id) for each in parts if each.question_id]
    forms = store.forms_of_evaluations(session, {note.evaluation_id for note in notes})
    asked += [(forms[note.evaluation_id], note.question_id) for note in notes if note.question_id]
    return list(dict.fromkeys(asked))
