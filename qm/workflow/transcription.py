"""Transcribing: a worker claims a recording and hears it; `transcription_results` stores that.

No transaction is open while the model works.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session

import qm.speech.problems  # noqa: F401 (the words of problems that other processes stored)
from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.speech.files import sha256_of
from qm.speech.transcription import OnProgress, SpeechModel, Transcription
from qm.store import transcription_queue as queue
from qm.store import transcription_workers as workers
from qm.store import transcripts as store
from qm.store.engine import transaction
from qm.store.recording_files import file_of
from qm.store.tables import Interaction, Recording
from qm.workflow.recordings import located

UNEXPECTED = explain(
    "transcription.unexpected",
    N_("The transcription stopped ({detail})."),
    N_("Retry the failed recordings; if it stays, report it with this text."),
)
OUT_OF_MEMORY = explain(
    "transcription.out_of_memory",
    N_("The memory did not suffice ({detail})."),
    N_("Start fewer processes (speech_processes), or set a smaller speech_batch_size or model."),
)
IO_TROUBLE = explain(
    "transcription.io_trouble",
    N_("Reading or writing went wrong ({detail})."),
    N_("Check the disk or network drive of the recordings folder and the free space."),
)

_NO_MEMORY = ("out of memory", "alloc_failed", "bad_alloc", "cannot allocate memory")

Result = Literal["done", "reused", "failed", "put_off", "given_back", "lost"]


class Abandoned(Exception):  # noqa: N818 (named for the fact)
    """The worker stops hearing a recording: it was told to end, or lost its lease."""


@dataclass(frozen=True)
class Claim:
    """A recording that is this worker's, and the how manieth try at it this is."""

    lease: queue.Lease
    file_name: str
    language: str | None

    @property
    def interaction_id(self) -> str:
        """The interaction whose words are to be found."""
        return self.lease.interaction_id


@dataclass(frozen=True)
class Outcome:
    """What became of one claimed recording.

    `reused`: the same audio had been transcribed with the same settings; `failed` says why in
    `problem`; `put_off`: a trouble that may pass, it will be tried again; `given_back`: it waits
    for other workers, or for the one that is just hearing the same audio; `lost`: it is no more
    this worker's, nothing was stored.
    """

    interaction_id: str
    result: Result
    problem: Problem | None = None


class Key(NamedTuple):
    """What makes two transcripts the same."""

    audio_sha256: str
    settings_sha256: str


@dataclass(frozen=True)
class Heard:
    """What hearing a recording gave: words, known ones (`made` is None), or a problem.

    `stopped` is set where the recording was left to somebody else.
    """

    key: Key | None = None
    made: Transcription | None = None
    problem: Problem | None = None
    stopped: Literal["lost", "given_back"] | None = None


def pending_recordings(engine: Engine, actor: Actor, *, now: datetime) -> list[str]:
    """Return the calls whose recording has no finished transcript, the most urgent first.

    Drawn calls (no reserves) with a file are noted as waiting. Failed ones are left out until
    they are retried.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        queue.add_missing_recordings(session, now)
        return queue.unfinished_recordings(session)


def claim_recording(engine: Engine, actor: Actor, worker_id: str, *, now: datetime) -> Claim | None:
    """Give the most urgent recording that may be begun to this worker; None: there is none.

    What the worker has already, because the answer to an earlier claim was lost, is given again.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        had = workers.leases_of(session, worker_id)
        lease = had[0] if had else queue.claim_most_urgent(session, worker_id, now)
        if lease is None:
            return None
        workers.see_worker(session, worker_id, now)
        recording = session.get_one(Recording, lease.interaction_id)
        interaction = session.get_one(Interaction, lease.interaction_id)
        name = file_of(interaction, recording) or ""
        return Claim(lease, name, interaction.language)


def hear(
    engine: Engine,
    actor: Actor,
    claim: Claim,
    *,
    transcriber: SpeechModel,
    recordings_folder: Path,
    default_language: str | None,
    on_heard: OnProgress | None = None,
) -> Heard:
    """Return the words of a claimed recording, or what is wrong with it.

    The language is the interaction's, else the default, else detected. Where another worker is
    just hearing the same audio, the recording is put back to wait for its words. `on_heard` gets
    the seconds heard so far; raises what it raises (`Abandoned`).
    """
    actor.require("transcribe")
    language = claim.language or default_language
    try:
        path = located(recordings_folder, claim.file_name, claim.file_name)
        key = Key(sha256_of(path), transcriber.settings_sha256(language))
    except BadInput as error:
        return Heard(problem=error.problems[0])
    with transaction(engine) as session:
        stopped = _left_to_others(session, claim.lease, key)
        is_known = store.has_machine_transcript(session, *key)
    if stopped or is_known:
        return Heard(key, stopped=stopped)
    try:
        made = transcriber.transcribe(path, language, on_progress=on_heard)
    except Abandoned:
        raise
    except BadInput as error:
        return Heard(key, problem=error.problems[0])
    except Exception as error:  # a file nobody foresaw must not stop the others
        return Heard(key, problem=_unforeseen(claim.file_name, error))
    return Heard(key, made)


def _left_to_others(
    session: Session, lease: queue.Lease, key: Key
) -> Literal["lost", "given_back"] | None:
    """Note the sound of the recording; leave it where somebody else has it or its like."""
    if not queue.set_audio(session, lease, key.audio_sha256):
        return "lost"
    if queue.is_heard_elsewhere(session, lease, key.audio_sha256):
        queue.give_back(session, lease.worker_id, workers.database_time(session))
        return "given_back"
    return None


def _unforeseen(place: str, error: Exception) -> Problem:
    detail = f"{type(error).__name__}: {error}"
    code = UNEXPECTED
    if isinstance(error, OSError):
        code = IO_TROUBLE
    if isinstance(error, MemoryError) or any(sign in detail.lower() for sign in _NO_MEMORY):
        code = OUT_OF_MEMORY
    return Problem(code, place, values={"detail": detail})
