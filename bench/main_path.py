"""Recordings through the whole main path, with the product's own functions and the real model.

Import, forms, a draw of 100 %, assignment, transcription, evaluation and report, all in a folder
of its own.
"""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine
from tqdm import tqdm

from bench.call_files import Call, describe, write_csv
from bench.plain_answers import answers_of, coaching_of
from qm.config import Settings
from qm.core.access import COMMAND_LINE, Actor
from qm.core.conversation import facts
from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.intake.form_files import form_paths
from qm.intake.policy_files import POLICY_FILE, read_policy
from qm.jobs import run_transcriptions
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Evaluation, Transcript
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import (
    Workspace,
    open_assignment,
    save_draft,
    submit_evaluation,
)
from qm.workflow.forms import publish_form
from qm.workflow.interactions import import_interactions
from qm.workflow.my_work import my_work
from qm.workflow.people import add_user
from qm.workflow.report_files import write_report

FORMS = Path(__file__).parents[1] / "forms"
ANALYST = Actor("analyst", "analyst")


@dataclass(frozen=True)
class Heard:
    """What the speech model made of a recording; `speakers` are the parties told apart."""

    duration_s: float
    processing_s: float
    words: int
    speakers: tuple[str, ...]
    text: str

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of transcribing per second of sound."""
        return self.processing_s / self.duration_s if self.duration_s else None


@dataclass(frozen=True)
class CallResult:
    """How far a call came: None for what it never got, and the reason why."""

    call: Call
    heard: Heard | None = None
    evaluation: Evaluation | None = None
    error: str | None = None


def play(
    files: Sequence[Path], folder: Path, settings: Mapping[str, str] | None = None
) -> tuple[tuple[CallResult, ...], tuple[Path, ...]]:
    """Take recordings of one month through the whole path; return the calls and the report files.

    Everything is written into `folder`. `settings` replaces settings of qm. Raises `BadInput`
    where a step refuses its input.
    """
    chosen = _settings(folder, settings or {})
    calls = describe(_copied(files, chosen.recordings_folder))
    engine = open_engine(chosen.database)
    try:
        migrate(engine)
        period = _prepare(engine, chosen, calls, write_csv(calls, folder / "calls.csv"))
        results = _evaluate(engine, calls, _transcribe(chosen))
        report = write_report(
            engine,
            COMMAND_LINE,
            period,
            language="en",
            centre=chosen.centre,
            folder=folder / "reports",
            now=_now(),
        )
    finally:
        engine.dispose()
    return results, report


def _settings(folder: Path, settings: Mapping[str, str]) -> Settings:
    forms = folder / "forms"  # a copy: publishing writes a lock file
    shutil.copytree(FORMS, forms)
    fixed = {
        "data_folder": folder,
        "database_url": f"sqlite:///{folder / 'qm.sqlite'}",
        "forms_folder": forms,
        "recordings_folder": folder / "recordings",
        "centre_zone": "UTC",
        "centre_calendar": "gregorian",
        "centre_language": "en",
    }
    return Settings.model_validate({**fixed, **settings})


def _copied(files: Sequence[Path], folder: Path) -> list[Path]:
    folder.mkdir()
    return [Path(shutil.copy(file, folder)) for file in files]


def _prepare(engine: Engine, settings: Settings, calls: Sequence[Call], table: Path) -> Period:
    """Import, publish, draw and assign; return the month of the draw."""
    now = _now()
    imported = import_interactions(
        engine,
        COMMAND_LINE,
        table,
        centre=settings.centre,
        recordings_folder=settings.recordings_folder,
        max_bytes=settings.upload_bytes,
        now=now,
    )
    if imported.problems:
        raise BadInput(imported.problems)
    for path in form_paths(settings.forms_folder):
        lock = settings.forms_folder / "LOCK"
        publish_form(engine, COMMAND_LINE, path, lock_path=lock, now=now)
    add_user(
        engine,
        COMMAND_LINE,
        username=ANALYST.username,
        name="Analyst",
        role=ANALYST.role,
        password=secrets.token_urlsafe(),
        now=now,
    )
    policy = read_policy(settings.forms_folder / POLICY_FILE)
    # There is one analyst: nothing can be scored twice.
    changes = {"percent": Decimal(100), "double_scored_percent": Decimal(0)}
    everything = policy.model_copy(update=changes)
    period = Period.containing(calls[0].started_at, "gregorian", settings.centre.zone)
    draw_period(
        engine, COMMAND_LINE, period, everything, centre=settings.centre, now=now, seed="real calls"
    )
    assigned = assign_picks(engine, COMMAND_LINE, period, centre=settings.centre, now=now)
    if assigned.problems:
        raise BadInput(assigned.problems)
    return period


def _transcribe(settings: Settings) -> dict[str, str]:
    """Transcribe what was drawn; return why calls failed."""
    with tqdm(unit="call", desc="transcribe", disable=None) as bar:

        def show(done: int, total: int, _label: str) -> None:
            bar.total = total
            bar.update(done - bar.n)

        summary = run_transcriptions(settings, on_progress=show)
    without_words = (*summary.failed, *summary.put_off)
    return {outcome.interaction_id: str(outcome.problem) for outcome in without_words}


def _evaluate(
    engine: Engine, calls: Sequence[Call], failures: Mapping[str, str]
) -> tuple[CallResult, ...]:
    """Evaluate every call that has a transcript."""
    queue = my_work(engine, ANALYST).open
    assignments = dict(zip(queue["interaction_id"], queue["assignment_id"], strict=True))
    results = []
    for call in calls:
        if call.id not in assignments:
            results.append(CallResult(call, error="was not assigned"))
            continue
        workspace = open_assignment(engine, ANALYST, assignments[call.id])
        heard = _heard(engine, workspace)
        if heard is None:
            results.append(CallResult(call, error=failures.get(call.id, "has no transcript")))
        else:
            results.append(CallResult(call, heard, _submitted(engine, workspace)))
    return tuple(results)


def _heard(engine: Engine, workspace: Workspace) -> Heard | None:
    recording = workspace.context.recording
    if recording is None or recording.transcript_id is None:
        return None
    with transaction(engine) as session:
        transcript = session.get_one(Transcript, recording.transcript_id)
    return Heard(
        duration_s=transcript.duration_s or 0,
        processing_s=transcript.processing_s or 0,
        words=facts(workspace.words.segments).words,
        speakers=tuple(sorted({line.speaker for line in workspace.words.segments} - {"unknown"})),
        text=" ".join(line.text for line in workspace.words.segments),
    )


def _submitted(engine: Engine, workspace: Workspace) -> Evaluation:
    assignment_id = workspace.context.assignment.id or 0
    answers = answers_of(workspace.form, workspace.words.segments)
    feedback = coaching_of(workspace.form, answers)
    saved = save_draft(
        engine, ANALYST, assignment_id, answers, feedback, saved=workspace.saved, now=_now()
    )
    return submit_evaluation(engine, ANALYST, assignment_id, saved=saved, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
