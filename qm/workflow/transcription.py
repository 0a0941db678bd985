"""Transcribing: the drawn recordings become transcripts, each one done or visibly failed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.speech.files import sha256_of
from qm.speech.transcription import SpeechModel, Transcription
from qm.store import transcripts as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import Interaction, Recording, Transcript
from qm.workflow.recordings import located

KILLED = explain(
    "transcription.killed",
    N_("The process ended {times} times while it worked on this recording."),
    N_("Check the machine's memory and the file, then retry the failed recordings."),
)
UNEXPECTED = explain(
    "transcription.unexpected",
    N_("The transcription stopped ({detail})."),
    N_("Retry the failed recordings; if it stays, report it with this text."),
)

_MOST_ENDS = 3

Result = Literal["done", "reused", "failed", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What became of one recording.

    `reused`: the same audio had been transcribed with the same settings; `skipped`: there was
    nothing to do (done before, or failed and not yet to be retried); `failed` says why in
    `problem`.
    """

    interaction_id: str
    result: Result
    problem: Problem | None = None


def pending_recordings(engine: Engine, actor: Actor, *, now: datetime) -> list[str]:
    """Return the drawn calls (no reserves) whose recording has no finished transcript.

    New ones are noted as waiting. Failed ones are left out until `retry_failed`. Recordings
    marked as running count too: whoever asks must be the only one who transcribes.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        store.add_missing_recordings(session, now)
        return store.unfinished_recordings(session)


def retry_failed(
    engine: Engine, actor: Actor, interaction_ids: Sequence[str] | None, *, now: datetime
) -> int:
    """Let failed recordings wait again, all of them (None) or those named; return how many."""
    actor.require("transcribe")
    with transaction(engine) as session:
        count = store.set_failed_waiting(session, interaction_ids, now)
        if count:
            detail = {"count": count}
            record(
                session,
                actor=actor.username,
                action="transcription_retried",
                subject="recordings",
                at=now,
                detail=detail,
            )
    return count


def list_recordings(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return every recording with its state, as `recording_states` describes it."""
    actor.require("transcribe")
    with transaction(engine) as session:
        return store.recording_states(session)


def transcribe_interaction(
    engine: Engine,
    actor: Actor,
    interaction_id: str,
    *,
    transcriber: SpeechModel,
    recordings_folder: Path,
    now: datetime,
    default_language: str | None,
) -> Outcome:
    """Transcribe the recording of an interaction, or note why it failed; safe to repeat.

    The language is the interaction's, else the default, else detected. No transaction is open
    while the model works. A recording on which the process ended three times is given up.
    """
    actor.require("transcribe")
    began = time.monotonic()
    interaction = _start(engine, actor, interaction_id, now)
    if isinstance(interaction, Outcome):
        return interaction
    name = interaction.recording_file or ""
    language = interaction.language or default_language
    try:
        path = located(recordings_folder, name, name)
        key = _Key(sha256_of(path), transcriber.settings_sha256(language))
        made = None if _is_known(engine, key) else transcriber.transcribe(path, language)
    except BadInput as error:
        problem = error.problems[0]
    except Exception as error:  # a file nobody foresaw must not stop the others
        detail = f"{type(error).__name__}: {error}"
        problem = Problem(UNEXPECTED, name, values={"detail": detail})
    else:
        at = now + timedelta(seconds=time.monotonic() - began)
        return _finish(engine, actor, interaction_id, key, made, at)
    with transaction(engine) as session:
        return _fail(session, actor, interaction_id, problem, now)


class _Key(NamedTuple):
    """What makes two transcripts the same."""

    audio_sha256: str
    settings_sha256: str


def _start(
    engine: Engine, actor: Actor, interaction_id: str, now: datetime
) -> Interaction | Outcome:
    """Note that work begins and return the interaction, or the outcome where none is due."""
    with transaction(engine) as session:
        recording = session.get(Recording, interaction_id)
        interaction = session.get(Interaction, interaction_id)
        if recording is None or interaction is None or recording.state in {"done", "failed"}:
            return Outcome(interaction_id, "skipped")
        if recording.state == "running" and recording.attempts >= _MOST_ENDS:
            values = {"times": recording.attempts}
            problem = Problem(KILLED, interaction.recording_file or "", values=values)
            return _fail(session, actor, interaction_id, problem, now)
        recording.state = "running"
        recording.attempts += 1
        recording.updated_at = now
        return interaction


def _is_known(engine: Engine, key: _Key) -> bool:
    with transaction(engine) as session:
        return store.has_machine_transcript(session, *key)


def _finish(
    engine: Engine,
    actor: Actor,
    interaction_id: str,
    key: _Key,
    made: Transcription | None,
    at: datetime,
) -> Outcome:
    """Attach the transcript that was made, or the one that was there."""
    try:
        return _attach(engine, actor, interaction_id, key, made, at)
    except IntegrityError:  # another worker has just stored the same words
        return _attach(engine, actor, interaction_id, key, None, at)


def _attach(
    engine: Engine,
    actor: Actor,
    interaction_id: str,
    key: _Key,
    made: Transcription | None,
    at: datetime,
) -> Outcome:
    result: Result = "done" if made else "reused"
    with transaction(engine) as session:
        if made:
            store.add_transcript(session, _transcript(made, key, at), made.segments)
        transcript = store.machine_transcript(session, *key)
        recording = session.get_one(Recording, interaction_id)
        recording.file_sha256 = key.audio_sha256
        recording.transcript_id = transcript.id
        recording.duration_s = transcript.duration_s
        recording.channels = made.channels if made else store.channels_of(session, transcript.id)
        recording.state = "done"
        recording.problem = None
        recording.updated_at = at
        _log(session, actor, interaction_id, {"result": result, "transcript": transcript.id}, at)
    return Outcome(interaction_id, result)


def _transcript(made: Transcription, key: _Key, at: datetime) -> Transcript:
    return Transcript(
        origin="whisper",
        audio_sha256=key.audio_sha256,
        settings_sha256=key.settings_sha256,
        model=made.model,
        language=made.language,
        duration_s=made.duration_s,
        processing_s=made.processing_s,
        created_at=at,
    )


def _fail(
    session: Session, actor: Actor, interaction_id: str, problem: Problem, at: datetime
) -> Outcome:
    recording = session.get_one(Recording, interaction_id)
    recording.state = "failed"
    recording.problem = problem.as_data()
    recording.updated_at = at
    _log(session, actor, interaction_id, {"result": "failed", "problem": problem.as_data()}, at)
    return Outcome(interaction_id, "failed", problem)


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
