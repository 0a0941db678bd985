"""Durable background work: what was begun is finished, also after the process was killed.

The engine (DBOS) keeps the queue; what is done is told by our own tables alone. So its finished
jobs are forgotten at the next start, and a lost or foreign queue file does no harm.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandle
from sqlalchemy import Engine, text

from qm.config import Settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import N_, BadInput, Problem, explain
from qm.speech.model_files import find_model
from qm.speech.transcription import SpeechModel
from qm.store.engine import open_engine
from qm.workflow.transcription import Outcome, pending_recordings, transcribe_interaction

ALREADY_RUNNING = explain(
    "jobs.already_running",
    N_("Another process is transcribing the recordings of this database."),
    N_("Wait until it has ended; nothing is lost."),
)

Progress = Callable[[int, int, str], None]

_QUEUE = "transcriptions"
_SCHEMA = "qm_jobs"  # of the engine's tables, where the database is PostgreSQL
_POLL_S = 0.2
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_LOCK_NUMBER = 0x716D0001  # any constant that is ours alone among PostgreSQL's advisory locks


@dataclass(frozen=True)
class TranscriptionSummary:
    """How many recordings ended in which way, and the failed ones with their reasons."""

    done: int
    reused: int
    skipped: int
    failed: tuple[Outcome, ...]


def run_transcriptions(
    settings: Settings, *, workers: int | None = None, on_progress: Progress | None = None
) -> TranscriptionSummary:
    """Transcribe all pending recordings in this process and return what became of them.

    What a killed run left is finished by the next one. `workers` recordings are worked on at a
    time (default 1; the speech model uses all cores anyway). `on_progress` gets done, total and
    the interaction just finished. Raises `BadInput` where the speech model cannot be had or
    another process is at it.
    """
    engine = open_engine(settings.database)
    try:
        with _only_one(settings, engine):
            pending = pending_recordings(engine, COMMAND_LINE, now=datetime.now(UTC))
            outcomes = []
            if pending:
                model = _speech_model(settings, workers or 1)
                outcomes = _work_off(settings, engine, model, pending, workers or 1, on_progress)
    finally:
        engine.dispose()
    count = [outcome.result for outcome in outcomes].count
    failed = tuple(outcome for outcome in outcomes if outcome.result == "failed")
    return TranscriptionSummary(count("done"), count("reused"), count("skipped"), failed)


def _speech_model(settings: Settings, workers: int) -> SpeechModel:
    # Here and not above: the web process imports this module and must not load the model.
    from qm.speech.whisper import Transcriber  # noqa: PLC0415

    model = Transcriber(
        find_model(settings.speech_model, settings.data_folder / "models"),
        label=settings.speech_model,
        compute_type=settings.speech_compute_type,
        beam_size=settings.speech_beam_size,
        agent_channel=settings.agent_channel,
        threads=settings.speech_threads,
        workers=workers,
    )
    model.load()
    return model


def _work_off(
    settings: Settings,
    engine: Engine,
    model: SpeechModel,
    pending: list[str],
    workers: int,
    on_progress: Progress | None,
) -> list[Outcome]:
    def transcribe(interaction_id: str) -> tuple[str, dict[str, Any] | None]:
        outcome = transcribe_interaction(
            engine,
            COMMAND_LINE,
            interaction_id,
            transcriber=model,
            recordings_folder=settings.recordings_folder,
            now=datetime.now(UTC),
            default_language=settings.speech_language,
        )
        return outcome.result, outcome.problem.as_data() if outcome.problem else None

    with _job_engine(settings, transcribe, workers) as enqueue:
        handles = {interaction_id: enqueue(interaction_id) for interaction_id in pending}
        outcomes: list[Outcome] = []
        for interaction_id, handle in handles.items():
            result, problem = handle.get_result(polling_interval_sec=_POLL_S)
            outcomes.append(Outcome(interaction_id, result, problem and Problem.from_data(problem)))
            if on_progress:
                on_progress(len(outcomes), len(handles), interaction_id)
    return outcomes


@contextmanager
def _job_engine(
    settings: Settings, work: Callable[[str], Any], workers: int
) -> Iterator[Callable[[str], WorkflowHandle[Any]]]:
    """Run the job engine with one kind of work; yield what puts a subject into its queue."""
    DBOS(config=_engine_config(settings))
    try:
        job = DBOS.workflow(name="transcribe")(work)
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=workers, polling_interval_sec=_POLL_S)
        _tidy_queue()

        def enqueue(subject: str) -> WorkflowHandle[Any]:
            with SetWorkflowID(f"transcribe/{subject}"):  # once, however often it is enqueued
                return DBOS.enqueue_workflow(_QUEUE, job, subject)

        yield enqueue
    finally:
        DBOS.destroy(destroy_registry=True)


def _tidy_queue() -> None:
    """Forget finished jobs, and put back those that a killed process left half done.

    The caller holds the lock of `_only_one`: no job can be running anywhere.
    """
    finished = DBOS.list_workflows(status=_FINISHED, load_input=False, load_output=False)
    DBOS.delete_workflows([job.workflow_id for job in finished])
    for job in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
        DBOS.resume_workflow(job.workflow_id, queue_name=_QUEUE)


def _engine_config(settings: Settings) -> DBOSConfig:
    is_sqlite = settings.database.startswith("sqlite")
    own_file = f"sqlite:///{(settings.data_folder / 'jobs.sqlite').absolute()}"
    return {
        "name": "quality-management",
        "executor_id": uuid4().hex,  # else it would take back killed jobs past the queue's limit
        "application_version": "1",  # jobs of an older release are finished by a newer one
        "system_database_url": own_file if is_sqlite else settings.database,
        "dbos_system_schema": _SCHEMA,
        "log_level": "ERROR",
        "enable_otlp": False,
    }


@contextmanager
def _only_one(settings: Settings, engine: Engine) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends. Raises `BadInput` if it is taken."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            query = text("SELECT pg_try_advisory_lock(:number)")
            if not connection.scalar(query, {"number": _LOCK_NUMBER}):
                raise BadInput(Problem(ALREADY_RUNNING, "qm transcribe"))
            connection.commit()  # the lock is the session's; no transaction stays open
            yield
        return
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    lock_file = settings.data_folder / "transcribing.lock"
    with closing(sqlite3.connect(lock_file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BadInput(Problem(ALREADY_RUNNING, "qm transcribe")) from error
        yield
