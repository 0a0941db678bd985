"""Planning coaching talks: with whom, when and about what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.store import coaching as notes_store
from qm.store import coaching_talks as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.locking import locked
from qm.store.tables import CoachingSession, SessionTopic

UNKNOWN_PERSON = explain(
    "coaching.unknown_person",
    N_("“{person}” does not take part: there is no such person who reads about this agent."),
    N_("Choose among the people who may."),
)
UNKNOWN_TOPIC = explain(
    "coaching.unknown_topic",
    N_("The talk cannot be about this: it is not one of the agent's evaluations or notes."),
    N_("Choose published evaluations, their questions and notes of this agent."),
)


@dataclass(frozen=True)
class Topic:
    """What a talk is about: an evaluation or a question of a form."""

    evaluation_id: int | None = None
    form_id: str | None = None
    question_id: str | None = None


def plan_talk(
    engine: Engine,
    actor: Actor,
    agent_id: str,
    *,
    planned_at: datetime,
    participants: Sequence[str] = (),
    topics: Sequence[Topic] = (),
    note_ids: Sequence[int] = (),
    now: datetime,
) -> CoachingSession:
    """Plan a talk with an agent about evaluations, questions and notes.

    Raises `NotAllowed` for an agent of another team, `BadInput` for people who may not take part
    and for topics that are not this agent's.
    """
    with transaction(engine) as session:
        return open_talk(
            session,
            actor,
            agent_id,
            planned_at=planned_at,
            participants=participants,
            topics=topics,
            note_ids=note_ids,
            now=now,
        )


def open_talk(
    session: Session,
    actor: Actor,
    agent_id: str,
    *,
    planned_at: datetime,
    participants: Sequence[str] = (),
    topics: Sequence[Topic] = (),
    note_ids: Sequence[int] = (),
    now: datetime,
) -> CoachingSession:
    """Plan a talk within a transaction; see `plan_talk`."""
    actor.require("discuss_coaching")
    team_id = store.team_of(session, agent_id)
    if team_id is None or not actor.sees(team_id=team_id, agent_id=agent_id):
        raise NotAllowed(f"agent {agent_id} is not of your team")
    people = list(dict.fromkeys([actor.username, *participants]))
    _refuse_strangers(session, agent_id, team_id, people[1:])
    talk = CoachingSession(
        agent_id=agent_id,
        team_id=team_id,
        planned_at=planned_at,
        participants=people,
        created_by=actor.username,
        created_at=now,
    )
    session.add(talk)
    session.flush()
    _add_topics(session, actor, talk, topics, note_ids)
    recorded(session, actor, talk, "plan_talk", now)
    return talk


def add_to_talk(
    session: Session,
    actor: Actor,
    session_id: int,
    agent_id: str,
    topics: Sequence[Topic],
    *,
    now: datetime,
) -> CoachingSession:
    """Add topics to a talk with this agent that is still to be held, within a transaction."""
    actor.require("discuss_coaching")
    talk = locked(session, CoachingSession, session_id)
    if talk is None or not actor.sees(team_id=talk.team_id, agent_id=talk.agent_id):
        raise NotAllowed(f"coaching talk {session_id} is not of your team")
    if talk.state != "planned" or talk.agent_id != agent_id:
        raise BadInput(Problem(UNKNOWN_TOPIC, talk.agent_id))
    _add_topics(session, actor, talk, topics, ())
    recorded(session, actor, talk, "add_to_talk", now)
    return talk


def _refuse_strangers(session: Session, agent_id: str, team_id: str, people: Sequence[str]) -> None:
    known = {user.username for user in store.people_around(session, agent_id, team_id)}
    for person in people:
        if person not in known:
            values = {"person": person}
            raise BadInput(Problem(UNKNOWN_PERSON, agent_id, values=values))


def _add_topics(
    session: Session,
    actor: Actor,
    talk: CoachingSession,
    topics: Sequence[Topic],
    note_ids: Sequence[int],
) -> None:
    evaluations = {topic.evaluation_id for topic in topics} - {None}
    known = store.published_evaluations(session, talk.agent_id, evaluations)
    notes = notes_store.notes_by_id(session, note_ids)
    is_readable = all(
        note.agent_id == talk.agent_id
        and note.session_id is None
        and actor.sees(team_id=note.team_id, agent_id=note.agent_id)
        for note in notes
    )
    there = [
        Topic(row.evaluation_id, row.form_id, row.question_id)
        for row in store.topics_of(session, talk.id or 0)
    ]
    if known != evaluations or len(notes) != len(set(note_ids)) or not is_readable:
        raise BadInput(Problem(UNKNOWN_TOPIC, talk.agent_id))
    for topic in dict.fromkeys(topics):
        if topic in there:
            continue
        session.add(
            SessionTopic(
                session_id=talk.id or 0,
                evaluation_id=topic.evaluation_id,
                form_id=topic.form_id,
                question_id=topic.question_id,
            )
        )
    for note in notes:
        note.session_id = talk.id
        session.add(note)


def recorded(
    session: Session, actor: Actor, talk: CoachingSession, action: str, now: datetime
) -> None:
    """Put into the log what was done with a talk."""
    record(
        session,
        actor=actor.username,
        action=action,
        subject=str(talk.id),
        at=now,
        detail={"agent": talk.agent_id},
    )
