"""What became of a claimed recording: its words are stored, or why there are none.

Everything is stored in one transaction that first makes sure that the recording is still this
worker's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import Problem
from qm.speech.files import UNREADABLE
from qm.speech.transcription import Transcription
from qm.store import transcription_queue as queue
from qm.store import transcripts as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import Recording, Transcript
from qm.store.transcript_search import index_transcript
from qm.workflow.recordings import FILE_MISSING
from qm.workflow.transcription import IO_TROUBLE, OUT_OF_MEMORY, Claim, Heard, Key, Outcome, Result

TRY_AGAIN_S: tuple[float, ...] = (60, 300, 1800)
"""How long a recording is put off after the first, second, … passing trouble."""

_PASSING = {FILE_MISSING, UNREADABLE, OUT_OF_MEMORY, IO_TROUBLE}


def finish(
    engine: Engine,
    actor: Actor,
    claim: Claim,
    heard: Heard,
    *,
    tries: int,
    now: datetime,
    try_again_s: Sequence[float] = TRY_AGAIN_S,
) -> Outcome:
    """Store what hearing gave, in one transaction, if the recording is still this worker's.

    A trouble that may pass puts it off for a while, and fails it at the last of its `tries`.
    Safe to repeat after a lost connection: what is stored already is told as lost.
    """
    actor.require("transcribe")
    if heard.stopped:
        return Outcome(claim.interaction_id, heard.stopped)
    if heard.problem:
        later = _later(heard.problem, claim.lease.attempt, tries, now, try_again_s)
        return _without_words(engine, actor, claim.lease, heard.problem, later, now)
    try:
        return _with_words(engine, actor, claim.lease, heard, now)
    except IntegrityError:  # another worker has just stored the same words
        return _with_words(engine, actor, claim.lease, Heard(heard.key), now)


def fail(
    session: Session, actor: Actor, recording: Recording, problem: Problem, now: datetime
) -> Outcome:
    """Give the recording up and log why."""
    queue.free(recording)
    recording.state = "failed"
    recording.problem = problem.as_data()
    recording.next_try_at = None
    recording.updated_at = now
    detail = {"result": "failed", "problem": problem.as_data()}
    _log(session, actor, recording.interaction_id, detail, now)
    return Outcome(recording.interaction_id, "failed", problem)


def _later(
    problem: Problem, attempt: int, tries: int, now: datetime, try_again_s: Sequence[float]
) -> datetime | None:
    """Return when the recording is tried again; None: never."""
    if problem.code not in _PASSING or attempt >= tries:
        return None
    return now + timedelta(seconds=try_again_s[min(attempt, len(try_again_s)) - 1])


def _without_words(
    engine: Engine,
    actor: Actor,
    lease: queue.Lease,
    problem: Problem,
    later: datetime | None,
    now: datetime,
) -> Outcome:
    with transaction(engine) as session:
        if not queue.is_still_leased(session, lease, now):
            return Outcome(lease.interaction_id, "lost")
        recording = session.get_one(Recording, lease.interaction_id)
        if later is None:
            return fail(session, actor, recording, problem, now)
        queue.free(recording)
        recording.state = "waiting"
        recording.problem = problem.as_data()
        recording.next_try_at = later
    return Outcome(lease.interaction_id, "put_off", problem)


def _with_words(
    engine: Engine, actor: Actor, lease: queue.Lease, heard: Heard, now: datetime
) -> Outcome:
    """Attach the transcript that was made, or the one that was there."""
    result: Result = "done" if heard.made else "reused"
    key = heard.key or Key("", "")
    with transaction(engine) as session:
        if not queue.is_still_leased(session, lease, now):
            return Outcome(lease.interaction_id, "lost")
        if heard.made:
            segments = heard.made.segments
            added = store.add_transcript(session, _transcript(heard.made, key, now), segments)
            index_transcript(session, added, segments, rules_in_force(session))
        transcript = store.machine_transcript(session, *key)
        recording = session.get_one(Recording, lease.interaction_id)
        queue.free(recording)
        in_force = store.transcript_of(session, lease.interaction_id)
        if in_force is None or in_force.origin == "whisper":  # not what people brought or corrected
            recording.transcript_id = transcript.id
        recording.duration_s = transcript.duration_s
        made = heard.made
        recording.channels = made.channels if made else store.channels_of(session, transcript.id)
        recording.state = "done"
        recording.problem = None
        recording.updated_at = now
        detail = {"result": result, "transcript": transcript.id}
        _log(session, actor, lease.interaction_id, detail, now)
    return Outcome(lease.interaction_id, result)


def _transcript(made: Transcription, key: Key, at: datetime) -> Transcript:
    return Transcript(
        origin="whisper",
        audio_sha256=key.audio_sha256,
        settings_sha256=key.settings_sha256,
        model=made.model,
        language=made.language,
        duration_s=made.duration_s,
        processing_s=made.processing_s,
        settings=dict(made.settings),
        left_out=[
            {
                "start_s": line.segment.start_s,
                "end_s": line.segment.end_s,
                "text": line.segment.text,
                "reason": line.reason,
            }
            for line in made.left_out
        ],
        created_at=at,
    )


def _log(
    session: Session, actor: Actor, interaction_id: str, detail: dict[str, Any], at: datetime
) -> None:
    record(
        session,
        actor=actor.username,
        action="transcribed",
        subject=interaction_id,
        at=at,
        detail=detail,
    )
