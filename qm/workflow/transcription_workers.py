"""The workers that transcribe: they begin, are seen, end; the dead ones' recordings go on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, Problem, explain
from qm.store import transcription_queue as queue
from qm.store import transcription_workers as store
from qm.store.engine import transaction
from qm.store.recording_files import file_of
from qm.store.tables import Interaction, Recording, Worker
from qm.workflow.transcription import Claim, Outcome
from qm.workflow.transcription_results import fail

KILLED = explain(
    "transcription.killed",
    N_("The process ended {times} times while it worked on this recording."),
    N_("Check the machine's memory and the file, then retry the failed recordings."),
)

PATIENCE_S = 60.0
"""A worker that was not seen for so long has died."""


def database_time(engine: Engine) -> datetime:
    """Return the database's clock, by which all workers tell who is dead."""
    with transaction(engine) as session:
        return store.database_time(session)


def begin_work(engine: Engine, actor: Actor, worker: Worker) -> None:
    """Note that a worker is there."""
    actor.require("transcribe")
    with transaction(engine) as session:
        store.add_worker(session, worker)


def beat(
    engine: Engine,
    actor: Actor,
    worker_id: str,
    claim: Claim | None,
    heard_s: float,
    *,
    now: datetime,
) -> bool:
    """Note that the worker lives and how far it is; False where it lost its recording."""
    actor.require("transcribe")
    with transaction(engine) as session:
        store.see_worker(session, worker_id, now)
        return claim is None or queue.set_heard(session, claim.lease, heard_s)


def end_work(engine: Engine, actor: Actor, worker_id: str, *, now: datetime) -> None:
    """Note that the worker ends; what it had waits again as if it had not been begun."""
    actor.require("transcribe")
    with transaction(engine) as session:
        queue.give_back(session, worker_id, now)
        store.end_worker(session, worker_id, now)


def bury(
    engine: Engine, actor: Actor, worker_id: str, *, now: datetime, tries: int
) -> list[Outcome]:
    """Note that a worker has died, and let what it had wait again, or fail at the last try."""
    actor.require("transcribe")
    with transaction(engine) as session:
        store.end_worker(session, worker_id, now)
        left = store.leases_of(session, worker_id)
        return [out for lease in left if (out := _go_on(session, actor, lease, now, tries))]


def bury_dead(
    engine: Engine, actor: Actor, *, now: datetime, patience_s: float, tries: int
) -> list[Outcome]:
    """Do as `bury` for all that ended, or were not seen for `patience_s` seconds."""
    actor.require("transcribe")
    seen_since = now - timedelta(seconds=patience_s)
    with transaction(engine) as session:
        left = store.leases_of_dead(session, seen_since)
    outcomes = []
    for lease in left:
        with transaction(engine) as session:
            outcomes.append(_go_on(session, actor, lease, now, tries))
    return [outcome for outcome in outcomes if outcome]


@dataclass(frozen=True)
class OpenWork:
    """How many recordings may be begun now, and how many are being transcribed by whomever."""

    due: int
    running: int


def open_work(engine: Engine, actor: Actor, *, now: datetime) -> OpenWork:
    """Return what is there to do; drawn calls with a file that are new are noted as waiting."""
    actor.require("transcribe")
    with transaction(engine) as session:
        queue.add_missing_recordings(session, now)
        return OpenWork(queue.count_due(session, now), queue.count_running(session))


def is_work_there(engine: Engine, actor: Actor, *, now: datetime) -> bool:
    """Whether there is a recording to begin now; cheap, for those that ask again and again."""
    actor.require("transcribe")
    with transaction(engine) as session:
        return queue.something_is_due(session, now)


def _go_on(
    session: Session, actor: Actor, lease: queue.Lease, now: datetime, tries: int
) -> Outcome | None:
    """Let a dead worker's recording wait again, or fail it; None if somebody else did."""
    if not queue.is_still_leased(session, lease, now):
        return None
    recording = session.get_one(Recording, lease.interaction_id)
    if lease.attempt >= tries:
        interaction = session.get_one(Interaction, lease.interaction_id)
        place = file_of(interaction, recording) or ""
        problem = Problem(KILLED, place, values={"times": lease.attempt})
        return fail(session, actor, recording, problem, now)
    queue.free(recording)
    recording.state = "waiting"
    return Outcome(lease.interaction_id, "given_back")
