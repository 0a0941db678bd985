"""The queue of recordings for those who run it: what is where, and what they may change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.queue_time import TimeLeft, time_left, total_length_s
from qm.store import transcription_queue as store
from qm.store import transcription_states as states
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import TranscriptionPause
from qm.workflow.transcription_workers import PATIENCE_S

NOT_IN_QUEUE = explain(
    "queue.unknown",
    N_("There is no such recording in the queue, or it is done."),
    N_("Write the ids of interactions as “qm jobs” lists them."),
)
NOT_FAILED = explain(
    "queue.not_failed",
    N_("The recording has not failed, nor was it put off."),
    N_("Only those that “qm jobs” lists as failed or put off can be tried again."),
)


@dataclass(frozen=True)
class Queue:
    """The queue at one moment.

    `counts` per state: waiting, held, put_off, running, failed, done. `left` is the time until
    all that may be begun now is done, by the `pace` (seconds of work per second of sound) of the
    last `measured` recordings. The tables are those of `qm.store.transcription_states`; `running`
    has `left_s` besides, the seconds that each will still take (None: unknown).
    """

    counts: Mapping[str, int]
    paused_at: datetime | None
    paused_by: str | None
    left: TimeLeft
    pace: float | None
    measured: int
    workers: pd.DataFrame
    running: pd.DataFrame
    waiting: pd.DataFrame
    failed: pd.DataFrame


def list_queue(
    engine: Engine,
    actor: Actor,
    *,
    now: datetime,
    limit: int = 100,
    patience_s: float = PATIENCE_S,
) -> Queue:
    """Return what waits, runs and failed, at most `limit` each, who works and the time left."""
    actor.require("transcribe")
    with transaction(engine) as session:
        pause = states.pause_in_force(session)
        workers = states.live_workers(session, now - timedelta(seconds=patience_s))
        measured = states.pace(session)
        pace = measured.processing_s / measured.length_s if measured.recordings else None
        running = states.running_recordings(session)
        rest_s = [_rest_s(row) for row in running.to_dict("records")]
        running["left_s"] = pd.Series([_timed(rest, pace) for rest in rest_s], dtype=object)
        left = time_left(
            total_length_s(*states.waiting(session, now)),
            rest_s,
            pace=pace,
            workers=len(workers),
        )
        return Queue(
            counts=states.counts(session, now),
            paused_at=pause.at if pause else None,
            paused_by=pause.by if pause else None,
            left=left,
            pace=pace,
            measured=measured.recordings,
            workers=workers,
            running=running,
            waiting=states.waiting_recordings(session, limit),
            failed=states.failed_recordings(session, limit),
        )


def list_done(engine: Engine, actor: Actor, *, limit: int = 100) -> pd.DataFrame:
    """Return the calls that have their words, the latest first, as `done_recordings` does."""
    actor.require("transcribe")
    with transaction(engine) as session:
        return states.done_recordings(session, limit)


def pause(engine: Engine, actor: Actor, *, now: datetime) -> bool:
    """Let nothing new be begun, by any worker; False where the queue was paused already.

    What is running is finished.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        changed = store.set_pause(session, TranscriptionPause(at=now, by=actor.username))
        if changed:
            _log(session, actor, "transcription_paused", now)
    return changed


def resume(engine: Engine, actor: Actor, *, now: datetime) -> bool:
    """Let the queue go on; False where it was not paused."""
    actor.require("transcribe")
    with transaction(engine) as session:
        changed = store.set_pause(session, None)
        if changed:
            _log(session, actor, "transcription_resumed", now)
    return changed


def hold(engine: Engine, actor: Actor, interaction_ids: Sequence[str], *, now: datetime) -> None:
    """Keep these recordings from being begun; a running one is held if it comes back.

    Raises `BadInput` naming those that are not in the queue; then none is changed.
    """
    _set_held(engine, actor, interaction_ids, is_held=True, now=now)


def release(engine: Engine, actor: Actor, interaction_ids: Sequence[str], *, now: datetime) -> None:
    """Take back `hold`, likewise."""
    _set_held(engine, actor, interaction_ids, is_held=False, now=now)


def retry_failed(
    engine: Engine, actor: Actor, interaction_ids: Sequence[str] | None, *, now: datetime
) -> int:
    """Let recordings that failed or were put off wait afresh; return how many.

    All of them (None) or those named. Raises `BadInput` naming those that did not fail; then
    none is changed.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        found = store.set_failed_waiting(session, interaction_ids, now)
        _require_all(interaction_ids or (), found, NOT_FAILED)
        if found:
            _log(session, actor, "transcription_retried", now, sorted(found))
    return len(found)


def _set_held(
    engine: Engine, actor: Actor, interaction_ids: Sequence[str], *, is_held: bool, now: datetime
) -> None:
    actor.require("transcribe")
    with transaction(engine) as session:
        found = store.set_held(session, interaction_ids, is_held=is_held)
        _require_all(interaction_ids, found, NOT_IN_QUEUE)
        action = "transcription_held" if is_held else "transcription_released"
        _log(session, actor, action, now, sorted(found))


def _require_all(wanted: Sequence[str], found: set[str], code: str) -> None:
    missing = [name for name in dict.fromkeys(wanted) if name not in found]
    if missing:
        raise BadInput([Problem(code, name) for name in missing])


def _rest_s(row: Mapping[object, object]) -> float | None:
    """Return the seconds of sound that a running recording still has; None: unknown."""
    length, heard = row["length_s"], row["heard_s"]
    if not isinstance(length, int | float):
        return None
    return max(float(length) - float(heard if isinstance(heard, int | float) else 0), 0.0)


def _timed(rest_s: float | None, pace: float | None) -> float | None:
    return None if rest_s is None or pace is None else rest_s * pace


def _log(
    session: Session,
    actor: Actor,
    action: str,
    at: datetime,
    interaction_ids: Sequence[str] = (),
) -> None:
    detail = {"count": len(interaction_ids), "interactions": list(interaction_ids)}
    record(
        session,
        actor=actor.username,
        action=action,
        subject="recordings",
        at=at,
        detail=detail if interaction_ids else None,
    )
