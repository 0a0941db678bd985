"""What becomes of a planned talk: held or cancelled, answered by the agent, commitments closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.store.audit import record
from qm.store.coaching import notes_of_talk
from qm.store.coaching_proposals import of_talk as proposals_of_talk
from qm.store.engine import transaction
from qm.store.locking import locked
from qm.store.tables import CoachingNote, CoachingSession, Commitment
from qm.workflow.coaching_talks import recorded

TALK_STATE = explain(
    "coaching.talk_state",
    N_("The talk has moved on since you opened it: this cannot be done with it any more."),
    N_("Reload the page to see how it stands."),
)
NO_SUMMARY = explain(
    "coaching.no_summary",
    N_("It does not say what was talked about."),
    N_("Write it down in a few words; the agent reads it."),
)
NOT_HELD_YET = explain(
    "coaching.not_held_yet",
    N_("A talk that lies in the future cannot have been held."),
    N_("Give the day on which it was held."),
)
ANSWERED = explain(
    "coaching.answered",
    N_("You answered this already."),
    N_("Write to your lead where there is more to say."),
)
NO_WORDS = explain(
    "coaching.no_words", N_("Nothing is written."), N_("Write what there is to say first.")
)
COMMITMENT_CLOSED = explain(
    "coaching.commitment_closed",
    N_("The commitment is closed already."),
    N_("Reload the page to see what became of it."),
)

OUTCOMES = ("kept", "broken", "dropped")


@dataclass(frozen=True)
class Promise:
    """A commitment that was made, about a question or in general."""

    text: str
    form_id: str | None = None
    question_id: str | None = None
    due_on: date | None = None


def hold_talk(
    engine: Engine,
    actor: Actor,
    session_id: int,
    *,
    held_at: datetime,
    summary: str,
    promises: Sequence[Promise] = (),
    follow_up_on: date | None = None,
    now: datetime,
) -> CoachingSession:
    """Note that a planned talk was held, with its summary, commitments and follow-up.

    The notes that it is about are discussed with it.
    """
    with transaction(engine) as session:
        talk = _own(session, actor, session_id, "planned")
        if not summary.strip():
            raise BadInput(Problem(NO_SUMMARY, str(session_id), field="summary"))
        if held_at > now:
            raise BadInput(Problem(NOT_HELD_YET, str(session_id), field="held_at"))
        talk.state, talk.held_at, talk.follow_up_on = "held", held_at, follow_up_on
        talk.summary = summary.strip()
        for promise in promises:
            if promise.text.strip():
                session.add(_commitment(talk, promise))
        for note in notes_of_talk(session, session_id):
            _discussed(note, actor, now)
            session.add(note)
        session.add(talk)
        recorded(session, actor, talk, "hold_talk", now)
        return talk


def cancel_talk(
    engine: Engine, actor: Actor, session_id: int, reason: str, *, now: datetime
) -> CoachingSession:
    """Note that a planned talk will not be held, and why.

    Its notes may go into another one, and the proposals that it took up are open again.
    """
    with transaction(engine) as session:
        talk = _own(session, actor, session_id, "planned")
        if not reason.strip():
            raise BadInput(Problem(NO_WORDS, str(session_id), field="reason"))
        talk.state, talk.summary = "cancelled", reason.strip()
        for note in notes_of_talk(session, session_id):
            note.session_id = None
            session.add(note)
        for proposal in proposals_of_talk(session, session_id):
            proposal.state, proposal.session_id = "open", None
            proposal.decided_at = proposal.decided_by = None
            session.add(proposal)
        session.add(talk)
        recorded(session, actor, talk, "cancel_talk", now)
        return talk


def answer_talk(
    engine: Engine, actor: Actor, session_id: int, answer: str, *, now: datetime
) -> CoachingSession:
    """Keep what the agent says to a talk that was held, once, in their own words."""
    actor.require("answer_evaluations")
    with transaction(engine) as session:
        talk = locked(session, CoachingSession, session_id)
        if talk is None or actor.agent_id is None or talk.agent_id != actor.agent_id:
            raise NotAllowed(f"coaching talk {session_id} is not yours")
        if talk.state != "held":
            raise BadInput(Problem(TALK_STATE, str(session_id)))
        if talk.answered_at is not None:
            raise BadInput(Problem(ANSWERED, str(session_id)))
        if not answer.strip():
            raise BadInput(Problem(NO_WORDS, str(session_id), field="answer"))
        talk.answer, talk.answered_at = answer.strip(), now
        session.add(talk)
        recorded(session, actor, talk, "answer_talk", now)
        return talk


def close_commitment(
    engine: Engine,
    actor: Actor,
    commitment_id: int,
    state: str,
    outcome: str,
    *,
    now: datetime,
) -> Commitment:
    """Note whether a commitment was kept, broken or dropped, and how one knows.

    Raises ValueError for another outcome than these.
    """
    if state not in OUTCOMES:
        raise ValueError(f"{state} is no outcome of a commitment")
    with transaction(engine) as session:
        commitment = locked(session, Commitment, commitment_id)
        if commitment is None:
            raise NotAllowed(f"there is no commitment {commitment_id}")
        _own(session, actor, commitment.session_id, "held")
        if commitment.state != "open":
            raise BadInput(Problem(COMMITMENT_CLOSED, str(commitment_id)))
        commitment.state, commitment.outcome = state, outcome.strip()
        commitment.closed_at, commitment.closed_by = now, actor.username
        session.add(commitment)
        record(
            session,
            actor=actor.username,
            action="close_commitment",
            subject=str(commitment_id),
            at=now,
            detail={"state": state, "talk": commitment.session_id},
        )
        return commitment


def _own(session: Session, actor: Actor, session_id: int, state: str) -> CoachingSession:
    actor.require("discuss_coaching")
    talk = locked(session, CoachingSession, session_id)
    if talk is None or not actor.sees(team_id=talk.team_id, agent_id=talk.agent_id):
        raise NotAllowed(f"coaching talk {session_id} is not of your team")
    if talk.state != state:
        raise BadInput(Problem(TALK_STATE, str(session_id)))
    return talk


def _commitment(talk: CoachingSession, promise: Promise) -> Commitment:
    return Commitment(
        session_id=talk.id or 0,
        agent_id=talk.agent_id,
        text=promise.text.strip(),
        form_id=promise.form_id,
        question_id=promise.question_id,
        due_on=promise.due_on,
    )


def _discussed(note: CoachingNote, actor: Actor, now: datetime) -> None:
    if note.state in ("shared", "acknowledged"):
        note.state, note.due_at = "discussed", None
        note.discussed_at, note.discussed_by = now, actor.username
