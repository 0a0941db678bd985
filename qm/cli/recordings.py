"""`qm import recordings`: take up the sound files of a folder, once or as they arrive."""

import signal
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from qm.cli.terminal import now, open_database, print_problems, progress
from qm.config import Settings, read_settings
from qm.core.access import COMMAND_LINE
from qm.core.known_recording_names import name_patterns
from qm.workflow.recording_intake import RecordingReport
from qm.workflow.recording_matching import RecordingSource
from qm.workflow.recording_scans import scan_recordings, watch_recordings


def import_recordings(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder within the recordings folder; all of that if not given."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until stopped; take files up as they arrive.")
    ] = False,
    every_s: Annotated[
        float, typer.Option("--every", min=1, help="Seconds between two looks of a watch.")
    ] = 60,
    team: Annotated[
        str | None, typer.Option(help="The team of agents whom nobody knows yet.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done and store nothing.")
    ] = False,
) -> None:
    """Give calls their recordings, and make calls of recordings whose names tell enough.

    The setting recording_names describes the names. Run it again as often as you like: what is
    known stays as it is. Files that are left out are listed with the reason and the remedy, and
    the exit code is then 1.
    """
    settings = read_settings()
    source = _source(settings, team)
    if watch:
        _watch(settings, source, folder, every_s, dry_run)
        return
    engine = open_database(settings)
    with progress("file", "recordings") as show:
        report = scan_recordings(
            engine,
            COMMAND_LINE,
            source,
            folder,
            now=now(),
            is_dry_run=dry_run,
            on_progress=show,
        )
    print_problems(report.problems)
    typer.echo(_told(report))
    if report.problems:
        raise typer.Exit(1)


def _watch(
    settings: Settings, source: RecordingSource, folder: Path | None, every_s: float, dry_run: bool
) -> None:
    stop = Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: stop.set())
    reports = watch_recordings(
        open_database(settings),
        COMMAND_LINE,
        source,
        folder,
        clock=now,
        every_s=every_s,
        is_stopped=stop.wait,
        is_dry_run=dry_run,
    )
    for report in reports:
        print_problems(report.problems)
        if report.given or report.new:
            typer.echo(_told(report))


def _source(settings: Settings, team: str | None) -> RecordingSource:
    from qm.speech.sound_length import length_s  # noqa: PLC0415 (loads the decoder)

    patterns = name_patterns(settings.recording_names, "qm.toml")
    folder = settings.recordings_folder
    return RecordingSource(folder, patterns, settings.centre, team, length_s)


def _told(report: RecordingReport) -> str:
    return (
        f"{len(report.given)} found for known calls, {len(report.new)} new calls, "
        f"{len(report.known)} known, {report.left_out} left out"
    )
