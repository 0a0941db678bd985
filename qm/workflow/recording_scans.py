"""Looking into a recordings folder: once, or again and again while files arrive."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from qm.core.access import Actor
from qm.core.problems import N_, Problem, explain
from qm.intake.files import shown
from qm.intake.recording_files import (
    GROWING,
    Look,
    SoundFile,
    checked_folder,
    look,
    place_of,
    unchanged,
)
from qm.workflow.recording_intake import RecordingReport, take_up
from qm.workflow.recording_matching import RecordingSource

SETTLE_S = 3.0
"""Seconds after which a file that did not change counts as copied."""

_EXPLAINED_MOST = 1_000

MORE_FILES = explain(
    "recording_files.more",
    N_("{count} more files were left out; only the first {most} are listed."),
    N_("Correct what repeats in the list, then scan again."),
)
DATABASE_LOST = explain(
    "recording_files.database_lost",
    N_("The database cannot be used: {error}."),
    N_("The watch goes on and tries again; check the database."),
)


def scan_recordings(
    engine: Engine,
    actor: Actor,
    source: RecordingSource,
    folder: Path | None = None,
    *,
    now: datetime,
    is_dry_run: bool = False,
    settle_s: float = SETTLE_S,
    on_progress: Callable[[int, int], None] | None = None,
) -> RecordingReport:
    """Take up the recordings of a folder, or (None) of the whole recordings folder.

    It looks twice, `settle_s` seconds apart, to leave out what is still being copied. A dry run
    stores nothing. Raises `BadInput` for a folder that is missing or lies elsewhere.
    """
    actor.require("import")
    where = checked_folder(source.folder, folder)
    before = look(source.folder, where)
    if before.files:
        time.sleep(settle_s)
    after = look(source.folder, where)
    files = unchanged(before, after)
    report = take_up(
        engine, actor, source, files, now=now, is_dry_run=is_dry_run, on_progress=on_progress
    )
    growing = after.files.keys() - {file.name for file in files}
    problems = [Problem(GROWING, place_of(name)) for name in sorted(growing)]
    return _with(source, report, [*after.problems, *report.problems, *problems])


def watch_recordings(
    engine: Engine,
    actor: Actor,
    source: RecordingSource,
    folder: Path | None = None,
    *,
    clock: Callable[[], datetime],
    every_s: float,
    is_stopped: Callable[[float], bool],
    is_dry_run: bool = False,
) -> Iterator[RecordingReport]:
    """Take up recordings as they arrive, and yield a report per look; a problem is told once.

    It looks every `every_s` seconds, so it works on network shares too, where nobody tells of new
    files. `is_stopped` waits that many seconds and says whether to end. Files that fit no call
    are tried again at each look: the calls may be imported later. Without its database, or with
    the share gone, it goes on trying. Raises `BadInput` as `scan_recordings` does.
    """
    actor.require("import")
    where = checked_folder(source.folder, folder)
    before = Look({}, [])
    belonging: dict[str, SoundFile] = {}
    told: set[str] = set()
    wait_s = min(SETTLE_S, every_s)  # the first files need not wait for long
    while True:
        after = look(source.folder, where)
        files = [file for file in unchanged(before, after) if belonging.get(file.name) != file]
        report = _tried(
            engine, actor, source, files, belonging.values(), now=clock(), is_dry_run=is_dry_run
        )
        theirs = {*report.given, *report.new, *report.known}
        belonging |= {file.name: file for file in files if file.name in theirs}
        problems = [*after.problems, *report.problems]
        unheard = [problem for problem in problems if str(problem) not in told]
        told = {str(problem) for problem in problems}
        yield _with(source, report, unheard)
        before = after
        if is_stopped(wait_s):
            return
        wait_s = every_s


def _tried(
    engine: Engine,
    actor: Actor,
    source: RecordingSource,
    files: Sequence[SoundFile],
    belonging: Iterable[SoundFile],
    *,
    now: datetime,
    is_dry_run: bool,
) -> RecordingReport:
    try:
        return take_up(
            engine, actor, source, files, belonging=belonging, now=now, is_dry_run=is_dry_run
        )
    except DBAPIError as error:
        if not (error.connection_invalidated or isinstance(error, OperationalError)):
            raise
        reason = shown(str(error.orig).partition("\n")[0])
        problem = Problem(DATABASE_LOST, source.folder.name, values={"error": reason})
        return RecordingReport((), (), frozenset(), (problem,), 1)


def _with(
    source: RecordingSource, report: RecordingReport, problems: Sequence[Problem]
) -> RecordingReport:
    """Return the report with these problems, the first of them where they are very many."""
    listed = problems[:_EXPLAINED_MOST]
    if len(problems) > _EXPLAINED_MOST:
        values = {"count": len(problems) - _EXPLAINED_MOST, "most": _EXPLAINED_MOST}
        listed = [*listed, Problem(MORE_FILES, shown(source.folder.name), values=values)]
    return replace(report, problems=tuple(listed), left_out=len(problems))
